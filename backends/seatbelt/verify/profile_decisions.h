// What a profile decides of every request of one kind at once, as an automaton over bytes: names of
// services, names of variables. It says of each word what Profile::decide says of that request.
// Paths have automata of their own (profile_paths.h).
#pragma once

#include "backends/seatbelt/verify/word_requests.h"
#include "compiler/automata/determinise.h"

namespace sbxc::sbpl {

std::string_view word_of(automata::Label label);

// An Origin in the overflow is the line of a rule.
automata::Bounded<automata::Dfa> decisions_of(const Profile& profile, const WordRequests& requests,
                                              const automata::Budget& budget = {});

}  // namespace sbxc::sbpl
