// One nondeterministic automaton over globs whose edges are then widened to both cases of a letter,
// and the others as written. A rule's exceptions keep their own mark, for what is excepted need not
// be denied in another case.
#include "backends/seatbelt/verify/name_sets.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "compiler/decisions/path_language.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Bytes;
using automata::Label;
using automata::Mark;
using automata::Nfa;
using automata::NfaState;

// Marks of sets are their bits; further ones are pairs of what rules deny and their exceptions.
constexpr uint32_t kFirstPair = 256;

Mark mark_of(NameSet set) { return Mark{static_cast<uint32_t>(set)}; }

bool is_letter(size_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z' && byte < 0x80; }

// A negated class names every other byte, and does not mean those it leaves out by their capitals.
Bytes both_cases(const Bytes& bytes) {
  if (bytes.test(0x80)) return bytes;
  Bytes out = bytes;
  for (size_t b = 0; b < 128; ++b) {
    if (is_letter(b) && bytes.test(b)) out.set(b ^ 0x20);
  }
  return out;
}

enum class Spelling : uint8_t { as_written, both_cases };

// Adds `from` to `to` with both cases of every letter.
void add_respelt(const Nfa& from, const paths::Marks& marks, Nfa& to) {
  std::vector<NfaState> state_of;
  for (const Nfa::State& state : from.states()) {
    to.set_origin(state.origin);
    state_of.push_back(to.add_state());
  }
  for (size_t i = 0; i < from.states().size(); ++i) {
    const Nfa::State& state = from.states()[i];
    for (const Nfa::Edge& edge : state.edges) {
      to.add_edge(state_of[i], both_cases(edge.bytes), state_of[static_cast<size_t>(edge.to)]);
    }
    for (const NfaState next : state.epsilon) {
      to.add_epsilon(state_of[i], state_of[static_cast<size_t>(next)]);
    }
    for (const Mark mark : state.marks) {
      to.add_mark(state_of[i], marks[static_cast<uint32_t>(mark)]);
    }
  }
  for (const NfaState start : from.starts()) to.add_start(state_of[static_cast<size_t>(start)]);
}

std::vector<PathGlob> globs_of(const std::vector<Pattern>& patterns) {
  std::vector<PathGlob> out;
  for (const Pattern& pattern : patterns) {
    if (const auto* path = std::get_if<PathPattern>(&pattern)) {
      out.insert(out.end(), path->globs.begin(), path->globs.end());
    }
    if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
      for (const auto& test : socket->tests) {
        if (const auto* glob = std::get_if<PathGlob>(&test)) out.push_back(*glob);
      }
    }
  }
  return out;
}

bool ends_in_any(const PathGlob& glob) {
  return !glob.components.empty() && std::holds_alternative<AnyComponents>(glob.components.back());
}
bool ends_in_name(const PathGlob& glob) {
  const auto* name =
      glob.components.empty() ? nullptr : std::get_if<NameGlob>(&glob.components.back());
  return name != nullptr && name->literal().has_value();
}
// Devices are a file system of their own: nothing is moved there or away.
bool is_device(const PathGlob& glob) {
  return glob.literal_depth() > 0 &&
         std::get<NameGlob>(glob.components[0]).literal() == std::string("dev");
}

// The directories above what a glob holds, those that `**` stands for left out. The root of a
// subtree is denied itself.
std::vector<PathGlob> directories_above(const PathGlob& glob) {
  std::vector<PathGlob> out;
  const size_t own = glob.components.size() - (ends_in_any(glob) ? 1 : 0);
  for (size_t count = 1; count < own; ++count) {
    PathGlob above{
        {glob.components.begin(), glob.components.begin() + static_cast<ptrdiff_t>(count)}};
    if (!ends_in_any(above)) out.push_back(std::move(above));
  }
  return out;
}

// A glob as it is written.
struct Written {
  PathGlob glob;
  Mark mark{};
  automata::Origin origin{};
};

// The globs that are to be held in both cases.
class BothCases {
 public:
  void set_origin(automata::Origin origin) { nfa_.set_origin(origin); }
  void add(const PathGlob& glob, Mark mark) { language_.add(glob, mark); }
  const Nfa& nfa() const { return nfa_; }

 private:
  Nfa nfa_;
  GlobLanguage language_{nfa_};
};

class SetBuilder {
 public:
  explicit SetBuilder(const Policy& policy) {
    for (const Rule& rule : policy.rules) {
      origin_ = automata::Origin{static_cast<uint32_t>(rule.id)};
      both_cases_.set_origin(origin_);
      const PatternKind kind = facts_of(rule.operation).kind;
      if (rule.os.macos && (kind == PatternKind::path || kind == PatternKind::socket)) add(rule);
    }
  }

  paths::Marks add_to(paths::Languages& all) const {
    const paths::Marks marks = all.reserve(next_mark_);
    for (const Written& written : written_) {
      all.nfa.set_origin(written.origin);
      all.patterns.add(written.glob, marks[static_cast<uint32_t>(written.mark)]);
    }
    add_respelt(both_cases_.nfa(), marks, all.nfa);
    add_beyond_ascii(marks, all.nfa);
    return marks;
  }
  const std::vector<NameSets::Pair>& pairs() const { return pairs_; }

 private:
  void add(const Rule& rule) {
    const bool denies = rule.effect == Effect::deny;
    const std::vector<PathGlob> except = globs_of(rule.except);
    const std::vector<PathGlob> patterns = globs_of(rule.patterns);
    const std::vector<PathGlob>& denied = denies ? patterns : except;
    const std::vector<PathGlob>& allowed = denies ? except : patterns;
    add_lookups(rule, allowed);
    add_alike(patterns, except, denies);
    for (const PathGlob& glob : denied) {
      if (rule.operation != Operation::exec) add_directories(glob, except, denies);
      if (!denies || rule.operation != Operation::socket) continue;
      both_cases_.add(glob, mark_of(NameSet::like_above_denied));
    }
    if (denies && rule.operation == Operation::socket) {
      add_but(NameSet::denied_socket, Spelling::as_written, patterns, except);
    }
    for (const PathGlob& glob : allowed) {
      if (!ends_in_any(glob)) both_cases_.add(glob, mark_of(NameSet::named_as_file));
    }
    const bool about_files =
        rule.operation == Operation::read || rule.operation == Operation::write;
    if (denies && about_files) {
      add_but(NameSet::respelt_denied, Spelling::both_cases, patterns, except);
    }
  }

  void add_lookups(const Rule& rule, const std::vector<PathGlob>& allowed) {
    const bool denies = rule.effect == Effect::deny;
    if (rule.operation == Operation::exec || (denies && rule.operation == Operation::write)) return;
    for (const PathGlob& glob : allowed) {
      for (const PathGlob& above : directories_above(glob)) {
        add_written(above, mark_of(NameSet::above_allowed));
      }
      const size_t own = glob.components.size() - (ends_in_any(glob) ? 1 : 0);
      for (size_t i = 1; i < own && !denies; ++i) {
        if (!std::holds_alternative<AnyComponents>(glob.components[i - 1])) continue;
        const auto end = glob.components.begin() + static_cast<ptrdiff_t>(i);
        add_written(PathGlob{{glob.components.begin(), end}}, mark_of(NameSet::passed_through));
      }
    }
  }

  void add_alike(const std::vector<PathGlob>& patterns, const std::vector<PathGlob>& except,
                 bool denies) {
    for (const PathGlob& glob : except) both_cases_.add(glob, mark_of(NameSet::like_a_denied));
    if (!denies) return;
    for (const PathGlob& glob : patterns) both_cases_.add(glob, mark_of(NameSet::like_a_denied));
  }

  // What patterns hold and exceptions do not. Rules with the same exceptions share a pair.
  void add_but(NameSet set, Spelling spelling, const std::vector<PathGlob>& patterns,
               const std::vector<PathGlob>& except) {
    const auto add_glob = [&](const PathGlob& glob, Mark mark) {
      if (spelling == Spelling::as_written) return add_written(glob, mark);
      both_cases_.add(glob, mark);
    };
    if (except.empty()) {
      for (const PathGlob& glob : patterns) add_glob(glob, mark_of(set));
      return;
    }
    std::string key = std::to_string(static_cast<uint32_t>(set)) + '\n';
    for (const PathGlob& glob : except) key += glob.text() + '\n';
    const auto [found, fresh] = known_pairs_.try_emplace(key, next_mark_);
    const uint32_t pair = found->second;
    for (const PathGlob& glob : patterns) add_glob(glob, Mark{pair});
    if (!fresh) return;
    next_mark_ += 2;
    pairs_.push_back({set, pair});
    for (const PathGlob& glob : except) add_glob(glob, Mark{pair + 1});
  }

  // Where all below a directory is excepted, nothing below it is denied.
  void add_directories(const PathGlob& glob, const std::vector<PathGlob>& except, bool denies) {
    if (is_device(glob)) return;
    std::vector<PathGlob> named;
    for (const PathGlob& above : directories_above(glob)) {
      both_cases_.add(above, mark_of(NameSet::like_above_denied));
      if (denies && ends_in_name(above)) named.push_back(above);
    }
    if (named.empty()) return;
    std::vector<PathGlob> trees;
    std::copy_if(except.begin(), except.end(), std::back_inserter(trees), ends_in_any);
    add_but(NameSet::above_denied, Spelling::as_written, named, trees);
  }

  static void add_beyond_ascii(const paths::Marks& marks, Nfa& nfa) {
    Bytes ascii;
    for (size_t b = 0; b < 0x80; ++b) ascii.set(b);
    const NfaState plain = nfa.add_state();
    nfa.add_start(plain);
    nfa.add_edge(plain, ascii, plain);
    const NfaState found = nfa.add_state();
    nfa.add_edge(plain, ~ascii, found);
    nfa.add_edge(found, automata::all_bytes(), found);
    nfa.add_mark(found, marks[static_cast<uint32_t>(NameSet::like_a_denied)]);
  }

  void add_written(const PathGlob& glob, Mark mark) { written_.push_back({glob, mark, origin_}); }

  automata::Origin origin_{};
  std::vector<Written> written_;
  BothCases both_cases_;
  std::map<std::string, uint32_t> known_pairs_;  // by the set and the exceptions' texts
  std::vector<NameSets::Pair> pairs_;
  uint32_t next_mark_ = kFirstPair;
};

}  // namespace

NameSets::NameSets(const Policy& policy, paths::Languages& languages) {
  const size_t before = languages.nfa.starts().size();
  const SetBuilder builder(policy);
  marks_ = builder.add_to(languages);
  pairs_ = builder.pairs();
  const auto& starts = languages.nfa.starts();
  starts_.assign(starts.begin() + static_cast<ptrdiff_t>(before), starts.end());
  starts_.push_back(languages.patterns_start);
}

automata::Bounded<paths::PathDfa> NameSets::decide(const paths::PathSpace& space, NameSet set,
                                                   const automata::Budget& budget) const {
  const auto number = static_cast<uint32_t>(set);
  const auto label = [number](bool is_in) { return Label{is_in ? number + 1 : 1}; };
  auto all = paths::decide_paths(
      space,
      {.starts = starts_,
       .as = [&](Mark mark) -> std::optional<Mark> {
         if (mark != marks_[number]) return std::nullopt;
         return Mark{0};
       },
       .folding = {.label = [&](automata::Marks marks) { return label(!marks.empty()); }}},
      budget);
  for (const Pair& pair : pairs_) {
    if (pair.set != set || !all) continue;
    auto one = without_exceptions(space, pair.mark, label, budget);
    if (!one) return one;
    all = paths::product(
        *all, *one, [&](Label a, Label b) { return label(a == label(true) || b == label(true)); },
        budget);
  }
  return all;
}

// An even mark is on what rules deny, the next one on what they except of that.
automata::Bounded<paths::PathDfa> NameSets::without_exceptions(
    const paths::PathSpace& space, uint32_t pair, const std::function<Label(bool)>& label,
    const automata::Budget& budget) const {
  constexpr Mark kDenied{0};
  constexpr Mark kExcepted{1};
  return paths::decide_paths(
      space,
      {.starts = starts_,
       .as = [&](Mark mark) -> std::optional<Mark> {
         if (mark == marks_[pair]) return kDenied;
         if (mark == marks_[pair + 1]) return kExcepted;
         return std::nullopt;
       },
       .folding = {.label =
                       [&](automata::Marks marks) {
                         return label(marks.size() == 1 && marks[0] == kDenied);
                       },
                   .irrelevant =
                       [](automata::Marks have, Mark other) {
                         return have.back() == kExcepted || have.back() == other;
                       }}},
      budget);
}

}  // namespace sbxc::seatbelt_verify
