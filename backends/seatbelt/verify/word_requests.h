// Requests of one kind, told apart by one word alone: paths of files of one type, names of
// services, names of variables.
#pragma once

#include <string>

#include "backends/seatbelt/read/profile.h"
#include "compiler/automata/dfa.h"

namespace sbxc::sbpl {

struct WordRequests {
  OperationId operation{};
  std::string subject;  // what the word is: `path`, `global-name` …
  Request rest{};       // what else is part of each request: the type of the file
  const automata::Dfa* domain = nullptr;

  Request with(std::string word) const;
};

// Labels of automata over words.
inline constexpr automata::Label kAllows{1};
inline constexpr automata::Label kDenies{2};
inline constexpr automata::Label kDepends{3};

}  // namespace sbxc::sbpl
