#include "backends/seatbelt/verify/mac_spelling.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Mark;

struct Link {
  std::string_view path;
  std::string_view leads_to;
};
constexpr Link kLinks[] = {
    {"/tmp", "/private/tmp"},
    {"/var", "/private/var"},
    {"/etc", "/private/etc"},
    {"/home", "/System/Volumes/Data/home"},
};

PathGlob respelt(const PathGlob& glob) {
  if (glob.literal_depth() == 0) return glob;
  const std::string first = "/" + *std::get<NameGlob>(glob.components[0]).literal();
  for (const Link& link : kLinks) {
    if (link.path != first) continue;
    PathGlob out = literal_path_glob(link.leads_to);
    out.components.insert(out.components.end(), glob.components.begin() + 1, glob.components.end());
    return out;
  }
  return glob;
}

void respell(std::vector<Pattern>& patterns) {
  for (Pattern& pattern : patterns) {
    if (auto* path = std::get_if<PathPattern>(&pattern)) {
      for (PathGlob& glob : path->globs) glob = respelt(glob);
    }
    if (auto* socket = std::get_if<SocketPattern>(&pattern)) {
      for (auto& test : socket->tests) {
        if (auto* glob = std::get_if<PathGlob>(&test)) *glob = respelt(*glob);
      }
    }
  }
}

}  // namespace

Policy as_spelt_on_macos(const Policy& policy) {
  Policy out = policy;
  for (Rule& rule : out.rules) {
    respell(rule.patterns);
    respell(rule.except);
  }
  return out;
}

LinkPaths::LinkPaths(paths::Languages& languages) : marks_(languages.reserve(2)) {
  automata::Nfa& nfa = languages.nfa;
  start_ = nfa.add_state();
  nfa.add_start(start_);
  const automata::NfaState below = nfa.add_state();
  nfa.add_edge(below, automata::all_bytes(), below);
  nfa.add_mark(below, marks_[0]);
  for (const Link& link : kLinks) {
    const automata::NfaState node = nfa.add_word(start_, link.path);
    nfa.add_mark(node, marks_[1]);
    nfa.add_edge(node, automata::byte('/'), below);
  }
}

automata::Bounded<paths::PathDfa> LinkPaths::decide(const paths::PathSpace& space,
                                                    const automata::Budget& budget) const {
  const paths::Part part{.starts = {start_},
                         .as = [&](Mark mark) -> std::optional<Mark> {
                           if (!marks_.holds(mark)) return std::nullopt;
                           return Mark{static_cast<uint32_t>(mark) - marks_.first};
                         },
                         .folding = {.label = [](automata::Marks marks) {
                           if (marks.empty()) return kAsked;
                           return marks[0] == Mark{0} ? automata::kOutside : kLink;
                         }}};
  return paths::decide_paths(space, part, budget);
}

}  // namespace sbxc::seatbelt_verify
