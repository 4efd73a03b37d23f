// dangers.def as values.
#pragma once

#include <span>
#include <string_view>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

struct Danger {
  Kind kind{};
  Operation operation{};
  OsSet systems;
  bool only_if_named = false;  // a pattern that matches more than this request does not count
  std::string_view request;    // `~` is the home directory, `@` a workspace
};

enum class DangerWhen {
  always,
  wildcard,  // not of a pattern that names the request in full: somebody meant it
  wide,      // not of a network that is itself a private one
};

struct DangerKind {
  Kind kind{};
  DangerWhen when{};
  std::string_view does;  // completes a sentence that begins with the pattern
  std::string_view help;
};

std::span<const Danger> all_dangers();
const DangerKind& facts_of_danger(Kind kind);

}  // namespace sbxc
