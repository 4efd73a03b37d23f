// A path is a run of components, each behind a slash. The boundary behind a component is a state
// from which only `/` goes on. `**` adds a second boundary: a state entered on `/` that loops on
// every byte, from which `/` starts the next component, as from the boundary before the `**`. It is
// entered on `/` so that `/a/**` has nothing to say about `/ab`.
//
// The root is the one path that ends in a slash, so a component `*` has to take a byte: `/*` would
// hold `/` otherwise. Behind other components the domain sees to that.
#include "compiler/decisions/path_language.h"

#include <algorithm>

namespace sbxc {

namespace {

// Steps that are not one byte. Sets of bytes are numbered from kFirstSet on.
constexpr uint32_t kSlash = '/';
constexpr uint32_t kAnyRun = 256;    // `*`
constexpr uint32_t kSomeRun = 257;   // `*` as a whole component
constexpr uint32_t kGlobstar = 258;  // `**`
constexpr uint32_t kLastGlobstar = 259;
constexpr uint32_t kBehindGlobstar = 260;
constexpr uint32_t kAt = 261;  // the `@` of an abstract socket
constexpr uint32_t kFirstSet = 1024;

uint64_t key_of(automata::NfaState from, uint32_t step) {
  return uint64_t{static_cast<uint32_t>(from)} << 32 | step;
}

bool is_some_run(const NameGlob& glob) {
  return glob.atoms.size() == 1 && std::holds_alternative<AnyRun>(glob.atoms.front());
}

}  // namespace

GlobLanguage::GlobLanguage(automata::Nfa& nfa) : nfa_(nfa), start_(nfa.add_state()) {
  nfa_.add_start(start_);
}

uint32_t GlobLanguage::step_of(const ByteSet& set) {
  const auto found = std::find(sets_.begin(), sets_.end(), set);
  if (found == sets_.end()) {
    sets_.push_back(set);
    return kFirstSet + static_cast<uint32_t>(sets_.size()) - 1;
  }
  return kFirstSet + static_cast<uint32_t>(found - sets_.begin());
}

GlobLanguage::State GlobLanguage::advance(State from, uint32_t step, const automata::Bytes& bytes) {
  const auto [found, fresh] = known_.try_emplace(key_of(from, step));
  if (fresh) {
    found->second = nfa_.add_state();
    nfa_.add_edge(from, bytes, found->second);
  }
  return found->second;
}

GlobLanguage::State GlobLanguage::globstar(State from, uint32_t step) {
  const auto [found, fresh] = known_.try_emplace(key_of(from, step));
  if (fresh) {
    found->second = nfa_.add_state();
    nfa_.add_edge(from, automata::byte('/'), found->second);
    nfa_.add_edge(found->second, automata::all_bytes(), found->second);
  }
  return found->second;
}

GlobLanguage::State GlobLanguage::begin_component(const Boundary& from) {
  if (!from.beyond) return advance(from.here, kSlash, automata::byte('/'));
  const auto [found, fresh] = known_.try_emplace(key_of(*from.beyond, kBehindGlobstar));
  if (fresh) {
    found->second = nfa_.add_state();
    nfa_.add_edge(from.here, automata::byte('/'), found->second);
    nfa_.add_edge(*from.beyond, automata::byte('/'), found->second);
  }
  return found->second;
}

GlobLanguage::State GlobLanguage::walk(State from, const NameGlob& glob, Within within) {
  const automata::Bytes run =
      within == Within::component ? automata::all_but("/") : automata::all_bytes();
  for (const NameAtom& atom : glob.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      for (const char c : literal->bytes) {
        from = advance(from, static_cast<unsigned char>(c), automata::byte(c));
      }
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      from = advance(from, step_of(*set), *set);
    } else {
      const auto [found, fresh] = known_.try_emplace(key_of(from, kAnyRun));
      if (fresh) {
        found->second = nfa_.add_state();
        nfa_.add_epsilon(from, found->second);
        nfa_.add_edge(found->second, run, found->second);
      }
      from = found->second;
    }
  }
  return from;
}

void GlobLanguage::add(const PathGlob& glob, automata::Mark mark) {
  if (glob.components.empty()) {
    nfa_.add_mark(begin_component({start_}), mark);
    return;
  }
  Boundary at{start_};
  for (const Component& component : glob.components) {
    const auto* name = std::get_if<NameGlob>(&component);
    if (name == nullptr) {
      const bool last = &component == &glob.components.back();
      at.beyond = globstar(at.here, last ? kLastGlobstar : kGlobstar);
      continue;
    }
    const State begin = begin_component(at);
    if (is_some_run(*name)) {
      const bool fresh = !known_.contains(key_of(begin, kSomeRun));
      at = {advance(begin, kSomeRun, automata::all_but("/"))};
      if (fresh) nfa_.add_edge(at.here, automata::all_but("/"), at.here);
    } else {
      at = {walk(begin, *name, Within::component)};
    }
  }
  nfa_.add_mark(at.here, mark);
  if (at.beyond) nfa_.add_mark(*at.beyond, mark);
}

void GlobLanguage::add(const AbstractSocket& socket, automata::Mark mark) {
  const State behind_at = advance(start_, kAt, automata::byte('@'));
  nfa_.add_mark(walk(behind_at, socket.name, Within::name), mark);
}

void GlobLanguage::add(const NameGlob& glob, automata::Mark mark) {
  nfa_.add_mark(walk(start_, glob, Within::name), mark);
}

void GlobLanguage::add(const PathPattern& pattern, automata::Mark mark) {
  for (const PathGlob& glob : pattern.globs) add(glob, mark);
}

void GlobLanguage::add(const SocketPattern& pattern, automata::Mark mark) {
  for (const auto& test : pattern.tests) {
    std::visit([&](const auto& one) { add(one, mark); }, test);
  }
}

void GlobLanguage::add(const NamePattern& pattern, automata::Mark mark) {
  for (const NameGlob& glob : pattern.globs) add(glob, mark);
}

}  // namespace sbxc
