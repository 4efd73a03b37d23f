// What a profile decides of every request of one kind at once, as an automaton over words: paths of
// files of one type, names of services, names of variables. It says of each word what
// Profile::decide says of that request.
#pragma once

#include <string>
#include <vector>

#include "backends/seatbelt/read/profile.h"
#include "compiler/automata/determinise.h"

namespace sbxc::sbpl {

// Labels of the automaton.
inline constexpr automata::Label kAllows{1};
inline constexpr automata::Label kDenies{2};
inline constexpr automata::Label kDepends{3};
std::string_view word_of(automata::Label label);

struct WordRequests {
  OperationId operation{};
  std::string subject;  // what the word is: `path`, `global-name` …
  Request rest{};       // what else is part of each request: the type of the file
  const automata::Dfa* domain = nullptr;

  Request with(std::string word) const;
};

// An Origin in the overflow is the line of a rule.
automata::Bounded<automata::Dfa> decisions_of(const Profile& profile, const WordRequests& requests,
                                              const automata::Budget& budget = {});

// Two kinds of request with equal texts are decided alike: the rules that are asked, in order, by
// identity. For sharing one automaton among operations.
std::string rules_asked(const Profile& profile, const WordRequests& requests);

}  // namespace sbxc::sbpl
