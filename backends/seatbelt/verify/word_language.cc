// A regular expression's nodes become states one for one. `^` lets through before the first byte
// only, so there are two entries: the nodes reachable at the start, and, behind a state that loops
// on every byte, those reachable without passing a `^`. `$` leads to a state without a way on.
#include "backends/seatbelt/verify/word_language.h"

#include <vector>

namespace sbxc::sbpl {
namespace {

using automata::Mark;
using automata::NfaState;

enum class Position : uint8_t { start, later };

// The nodes that read a byte or end the search, reachable without reading one.
std::vector<uint32_t> reach(const Regex& regex, uint32_t from, Position position) {
  std::vector<uint32_t> found;
  std::vector<bool> seen(regex.nodes().size(), false);
  std::vector<uint32_t> pending{from};
  while (!pending.empty()) {
    const uint32_t id = pending.back();
    pending.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    const Regex::Node& node = regex.nodes()[id];
    switch (node.kind) {
      case Regex::Kind::split:
        pending.push_back(node.other);
        pending.push_back(node.next);
        break;
      case Regex::Kind::jump:
        pending.push_back(node.next);
        break;
      case Regex::Kind::begin:
        if (position == Position::start) pending.push_back(node.next);
        break;
      case Regex::Kind::bytes:
      case Regex::Kind::end:
      case Regex::Kind::accept:
        found.push_back(id);
        break;
    }
  }
  return found;
}

// Whether nothing but the end of the text is needed behind a `$`. Requests are not empty, so a `^`
// behind it never lets through.
bool accepts_at_end(const Regex& regex, uint32_t from) {
  std::vector<uint32_t> pending{from};
  std::vector<bool> seen(regex.nodes().size(), false);
  while (!pending.empty()) {
    const uint32_t at = pending.back();
    pending.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    for (const uint32_t id : reach(regex, at, Position::later)) {
      const Regex::Node& node = regex.nodes()[id];
      if (node.kind == Regex::Kind::accept) return true;
      if (node.kind == Regex::Kind::end) pending.push_back(node.next);
    }
  }
  return false;
}

}  // namespace

WordLanguage::WordLanguage(automata::Nfa& nfa) : nfa_(nfa), start_(nfa.add_state()) {
  nfa_.add_start(start_);
}

NfaState WordLanguage::walk(std::string_view text) {
  NfaState at = start_;
  for (const char c : text) {
    const uint64_t key = uint64_t{static_cast<uint32_t>(at)} << 8 | static_cast<unsigned char>(c);
    const auto [found, fresh] = tree_.try_emplace(key);
    if (fresh) {
      found->second = nfa_.add_state();
      nfa_.add_edge(at, automata::byte(c), found->second);
    }
    at = found->second;
  }
  return at;
}

NfaState WordLanguage::anything(Mark mark) {
  const auto [found, fresh] = anything_.try_emplace(static_cast<uint32_t>(mark));
  if (fresh) {
    found->second = nfa_.add_state();
    nfa_.add_edge(found->second, automata::all_bytes(), found->second);
    nfa_.add_mark(found->second, mark);
  }
  return found->second;
}

NfaState WordLanguage::nothing(Mark mark) {
  const auto [found, fresh] = nothing_.try_emplace(static_cast<uint32_t>(mark));
  if (fresh) {
    found->second = nfa_.add_state();
    nfa_.add_mark(found->second, mark);
  }
  return found->second;
}

void WordLanguage::add(const TextFilter& filter, const Regex* regex, Mark mark) {
  switch (filter.how) {
    case TextMatch::exact:
      nfa_.add_mark(walk(filter.text), mark);
      return;
    case TextMatch::prefix:
      nfa_.add_epsilon(walk(filter.text), anything(mark));
      return;
    case TextMatch::subpath: {
      const bool root = filter.text == "/";
      const NfaState node = walk(root ? std::string_view() : filter.text);
      if (!root) nfa_.add_mark(node, mark);
      nfa_.add_edge(node, automata::byte('/'), anything(mark));
      return;
    }
    case TextMatch::regex:
      add_regex(*regex, mark);
      return;
  }
}

void WordLanguage::add_regex(const Regex& regex, Mark mark) {
  std::vector<NfaState> state_of(regex.nodes().size());
  std::vector<bool> made(regex.nodes().size(), false);
  std::vector<uint32_t> pending;
  const auto enter = [&](NfaState from, const std::vector<uint32_t>& nodes) {
    for (const uint32_t id : nodes) {
      const Regex::Node& node = regex.nodes()[id];
      if (node.kind == Regex::Kind::accept) {
        nfa_.add_epsilon(from, anything(mark));
      } else if (node.kind == Regex::Kind::end) {
        if (accepts_at_end(regex, node.next)) nfa_.add_epsilon(from, nothing(mark));
      } else {
        if (!made[id]) {
          made[id] = true;
          state_of[id] = nfa_.add_state();
          pending.push_back(id);
        }
        nfa_.add_epsilon(from, state_of[id]);
      }
    }
  };
  enter(start_, reach(regex, regex.start(), Position::start));
  if (const auto later = reach(regex, regex.start(), Position::later); !later.empty()) {
    const NfaState skipped = nfa_.add_state();
    nfa_.add_edge(start_, automata::all_bytes(), skipped);
    nfa_.add_edge(skipped, automata::all_bytes(), skipped);
    enter(skipped, later);
  }
  while (!pending.empty()) {
    const uint32_t id = pending.back();
    pending.pop_back();
    const NfaState behind = nfa_.add_state();
    nfa_.add_edge(state_of[id], regex.nodes()[id].bytes, behind);
    enter(behind, reach(regex, regex.nodes()[id].next, Position::later));
  }
}

}  // namespace sbxc::sbpl
