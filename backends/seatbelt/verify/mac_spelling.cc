#include "backends/seatbelt/verify/mac_spelling.h"

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/product.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Label;
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

constexpr Mark kBelow{0};
constexpr Mark kLink{1};

// 1: a link, 2: neither, 3: below one.
automata::Dfa around_links() {
  automata::Nfa nfa;
  const auto start = nfa.add_state();
  nfa.add_start(start);
  const auto below = nfa.add_state();
  nfa.add_edge(below, automata::all_bytes(), below);
  nfa.add_mark(below, kBelow);
  for (const Link& link : kLinks) {
    const auto node = nfa.add_word(start, link.path);
    nfa.add_mark(node, kLink);
    nfa.add_edge(node, automata::byte('/'), below);
  }
  const automata::Folding folding{.label = [](automata::Marks marks) {
    if (marks.empty()) return Label{2};
    return marks.front() == kBelow ? Label{3} : Label{1};
  }};
  // Four words of at most five bytes: no budget can be too small for that.
  return automata::determinise(nfa, folding, automata::canonical_paths(), {}).value();
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

const automata::Dfa& macos_paths() {
  static const automata::Dfa kPaths = automata::relabel(around_links(), [](Label label) {
    return label == Label{3} ? automata::kOutside : label == automata::kOutside ? label : Label{1};
  });
  return kPaths;
}

const automata::Dfa& link_paths() {
  static const automata::Dfa kPaths = automata::relabel(
      around_links(), [](Label label) { return label == Label{3} ? automata::kOutside : label; });
  return kPaths;
}

}  // namespace sbxc::seatbelt_verify
