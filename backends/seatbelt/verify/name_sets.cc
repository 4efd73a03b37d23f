// One nondeterministic automaton over globs whose edges are then widened to both cases of a letter,
// and one as written. A rule's exceptions keep their own mark, for what is excepted need not be
// denied in another case. Behind a denied spelling nothing else matters, which keeps trees of
// denied directories small (determinise.h, absorption).
#include "backends/seatbelt/verify/name_sets.h"

#include <algorithm>
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

// Marks of sets are their bits; further ones are pairs of a rule and its exceptions.
constexpr uint32_t kFirstPair = 256;

Mark mark_of(NameSet set) { return Mark{static_cast<uint32_t>(set)}; }

bool is_letter(size_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z' && byte < 0x80; }

Bytes both_cases(const Bytes& bytes) {
  Bytes out = bytes;
  for (size_t b = 0; b < 128; ++b) {
    if (is_letter(b) && bytes.test(b)) out.set(b ^ 0x20);
  }
  return out;
}

enum class Spelling : uint8_t { as_written, both_cases };

// Adds `from` to `to` with its edges widened.
void add_respelt(const Nfa& from, Spelling spelling, Nfa& to) {
  std::vector<NfaState> state_of;
  for (const Nfa::State& state : from.states()) {
    to.set_origin(state.origin);
    state_of.push_back(to.add_state());
  }
  for (size_t i = 0; i < from.states().size(); ++i) {
    const Nfa::State& state = from.states()[i];
    for (const Nfa::Edge& edge : state.edges) {
      to.add_edge(state_of[i],
                  spelling == Spelling::as_written ? edge.bytes : both_cases(edge.bytes),
                  state_of[static_cast<size_t>(edge.to)]);
    }
    for (const NfaState next : state.epsilon) {
      to.add_epsilon(state_of[i], state_of[static_cast<size_t>(next)]);
    }
    for (const Mark mark : state.marks) to.add_mark(state_of[i], mark);
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

// One automaton for each way of spelling.
struct Languages {
  Nfa as_written;
  Nfa both_cases;
};

class SetBuilder {
 public:
  SetBuilder(const Policy& policy, Sets sets) : sets_(sets) {
    for (const Rule& rule : policy.rules) {
      for (Nfa* nfa : {&languages_.as_written, &languages_.both_cases}) {
        nfa->set_origin(automata::Origin{static_cast<uint32_t>(rule.id)});
      }
      const PatternKind kind = facts_of(rule.operation).kind;
      if (rule.os.macos && (kind == PatternKind::path || kind == PatternKind::socket)) add(rule);
    }
  }

  automata::Bounded<automata::Dfa> build(const automata::Dfa& domain,
                                         const automata::Budget& budget) {
    Nfa nfa;
    add_respelt(languages_.as_written, Spelling::as_written, nfa);
    add_respelt(languages_.both_cases, Spelling::both_cases, nfa);
    if (sets_ != Sets::lookups) add_beyond_ascii(nfa);
    return automata::determinise(nfa, {.label = label_of, .irrelevant = irrelevant}, domain,
                                 budget);
  }

 private:
  // Pairs: an even mark for what a rule denies, the next one for what it excepts of that.
  static Label label_of(automata::Marks marks) {
    uint32_t sets = 0;
    for (const Mark mark : marks) {
      const uint32_t number = static_cast<uint32_t>(mark);
      if (number < kFirstPair) {
        sets |= number;
      } else if (number % 2 == 0 &&
                 !std::binary_search(marks.begin(), marks.end(), Mark{number + 1})) {
        sets |= static_cast<uint32_t>(NameSet::respelt_denied);
      }
    }
    constexpr auto kRespelt = static_cast<uint32_t>(NameSet::respelt_denied);
    if ((sets & kRespelt) != 0) {
      sets = kRespelt | static_cast<uint32_t>(NameSet::like_a_denied);
    }
    return Label{sets + 1};
  }
  static bool irrelevant(automata::Marks have, Mark other) {
    const auto has_mark = [&](Mark mark) {
      return std::binary_search(have.begin(), have.end(), mark);
    };
    if (has_mark(mark_of(NameSet::respelt_denied)) || has_mark(other)) return true;
    const uint32_t number = static_cast<uint32_t>(other);
    return number >= kFirstPair && number % 2 == 0 && has_mark(Mark{number + 1});
  }

  void add(const Rule& rule) {
    const bool denies = rule.effect == Effect::deny;
    const std::vector<PathGlob> except = globs_of(rule.except);
    const std::vector<PathGlob> patterns = globs_of(rule.patterns);
    const std::vector<PathGlob>& denied = denies ? patterns : except;
    const std::vector<PathGlob>& allowed = denies ? except : patterns;
    switch (sets_) {
      case Sets::likeness:
        add_alike(patterns, except, denies);
        return;
      case Sets::lookups:
        for (const PathGlob& glob : allowed) {
          for (const PathGlob& above : directories_above(glob)) {
            as_written_.add(above, mark_of(NameSet::above_allowed));
          }
        }
        return;
      case Sets::writing:
        break;
    }
    add_alike(patterns, except, denies);
    for (const PathGlob& glob : denied) {
      if (rule.operation != Operation::exec) add_directories(glob, denies);
      if (!denies || rule.operation != Operation::socket) continue;
      as_written_.add(glob, mark_of(NameSet::denied_socket));
      both_cases_.add(glob, mark_of(NameSet::like_above_denied));
    }
    for (const PathGlob& glob : allowed) {
      if (!ends_in_any(glob)) both_cases_.add(glob, mark_of(NameSet::named_as_file));
    }
    const bool about_files =
        rule.operation == Operation::read || rule.operation == Operation::write;
    if (denies && about_files) add_respelt_denied(patterns, except);
  }

  void add_alike(const std::vector<PathGlob>& patterns, const std::vector<PathGlob>& except,
                 bool denies) {
    for (const PathGlob& glob : except) both_cases_.add(glob, mark_of(NameSet::like_a_denied));
    if (!denies) return;
    for (const PathGlob& glob : patterns) both_cases_.add(glob, mark_of(NameSet::like_a_denied));
  }

  void add_respelt_denied(const std::vector<PathGlob>& patterns,
                          const std::vector<PathGlob>& except) {
    if (except.empty()) {
      for (const PathGlob& glob : patterns) {
        both_cases_.add(glob, mark_of(NameSet::respelt_denied));
      }
      return;
    }
    std::string key;  // rules with the same exceptions share a pair
    for (const PathGlob& glob : except) key += glob.text() + '\n';
    const auto [found, fresh] = pairs_.try_emplace(key, next_pair_);
    const uint32_t pair = found->second;
    for (const PathGlob& glob : patterns) both_cases_.add(glob, Mark{pair});
    if (!fresh) return;
    next_pair_ += 2;
    for (const PathGlob& glob : except) both_cases_.add(glob, Mark{pair + 1});
  }

  void add_directories(const PathGlob& glob, bool denies) {
    if (is_device(glob)) return;
    for (const PathGlob& above : directories_above(glob)) {
      both_cases_.add(above, mark_of(NameSet::like_above_denied));
      if (denies && ends_in_name(above)) {
        as_written_.add(above, mark_of(NameSet::above_denied));
      }
    }
  }

  static void add_beyond_ascii(Nfa& nfa) {
    Bytes ascii;
    for (size_t b = 0; b < 0x80; ++b) ascii.set(b);
    const NfaState plain = nfa.add_state();
    nfa.add_start(plain);
    nfa.add_edge(plain, ascii, plain);
    const NfaState found = nfa.add_state();
    nfa.add_edge(plain, ~ascii, found);
    nfa.add_edge(found, automata::all_bytes(), found);
    nfa.add_mark(found, mark_of(NameSet::like_a_denied));
  }

  Sets sets_;
  Languages languages_;
  GlobLanguage as_written_{languages_.as_written};
  GlobLanguage both_cases_{languages_.both_cases};
  std::map<std::string, uint32_t> pairs_;  // by the exceptions' texts
  uint32_t next_pair_ = kFirstPair;
};

}  // namespace

automata::Bounded<automata::Dfa> name_sets_of(const Policy& policy, Sets sets,
                                              const automata::Dfa& domain,
                                              const automata::Budget& budget) {
  return SetBuilder(policy, sets).build(domain, budget);
}

}  // namespace sbxc::seatbelt_verify
