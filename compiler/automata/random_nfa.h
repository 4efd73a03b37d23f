// Random small automata for the laws of this room, and the slow way to ask one: by simulation.
#pragma once

#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

#include "compiler/automata/nfa.h"

namespace sbxc::automata::testing {

struct RandomNfa {
  struct Edge {
    int from, to;
    char byte;  // 0: epsilon; '.': every byte
  };
  int states = 1;
  std::vector<Edge> edges;
  std::vector<std::pair<int, int>> marks;  // state, mark

  Nfa build() const {
    Nfa nfa;
    for (int i = 0; i < states; ++i) nfa.add_state();
    nfa.add_start(NfaState{0});
    for (const Edge& edge : edges) {
      const NfaState from{static_cast<uint32_t>(edge.from)};
      const NfaState to{static_cast<uint32_t>(edge.to)};
      if (edge.byte == 0) {
        nfa.add_epsilon(from, to);
      } else {
        nfa.add_edge(from, edge.byte == '.' ? all_bytes() : byte(edge.byte), to);
      }
    }
    for (const auto& [state, mark] : marks) {
      nfa.add_mark(NfaState{static_cast<uint32_t>(state)}, Mark{static_cast<uint32_t>(mark)});
    }
    return nfa;
  }

  // The marks of a word, by following every way.
  std::set<int> marks_of(const std::string& word) const {
    std::set<int> at{0};
    const auto close = [&] {
      for (bool grew = true; grew;) {
        grew = false;
        for (const Edge& edge : edges) {
          if (edge.byte == 0 && at.count(edge.from) != 0) grew |= at.insert(edge.to).second;
        }
      }
    };
    close();
    for (const char c : word) {
      std::set<int> next;
      for (const Edge& edge : edges) {
        const bool fits = edge.byte == '.' || (edge.byte != 0 && edge.byte == c);
        if (fits && at.count(edge.from) != 0) next.insert(edge.to);
      }
      at = std::move(next);
      close();
    }
    std::set<int> found;
    for (const auto& [state, mark] : marks) {
      if (at.count(state) != 0) found.insert(mark);
    }
    return found;
  }
};

inline rc::Gen<RandomNfa> random_nfa() {
  return rc::gen::exec([] {
    RandomNfa nfa;
    nfa.states = *rc::gen::inRange(1, 7);
    const int edges = *rc::gen::inRange(0, 14);
    for (int i = 0; i < edges; ++i) {
      nfa.edges.push_back({*rc::gen::inRange(0, nfa.states), *rc::gen::inRange(0, nfa.states),
                           *rc::gen::element('a', 'b', '/', '.', '\0')});
    }
    const int marks = *rc::gen::inRange(1, 5);
    for (int i = 0; i < marks; ++i) {
      nfa.marks.emplace_back(*rc::gen::inRange(0, nfa.states), *rc::gen::inRange(0, 3));
    }
    return nfa;
  });
}

inline void showValue(const RandomNfa& nfa, std::ostream& out) {
  for (const auto& edge : nfa.edges) {
    out << edge.from << " -" << (edge.byte == 0 ? "eps" : std::string(1, edge.byte)) << "-> "
        << edge.to << "; ";
  }
  for (const auto& [state, mark] : nfa.marks) out << state << " has " << mark << "; ";
}

// Every word up to `length` over a, b and /.
inline std::vector<std::string> short_words(size_t length) {
  std::vector<std::string> words{""};
  for (size_t begin = 0, n = 0; n < length; ++n) {
    const size_t end = words.size();
    for (; begin < end; ++begin) {
      for (const char c : {'a', 'b', '/'}) words.push_back(words[begin] + c);
    }
  }
  return words;
}

}  // namespace sbxc::automata::testing
