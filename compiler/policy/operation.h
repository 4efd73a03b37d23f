// Operations, verdicts and systems: the small words of the language.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sbxc {

enum class Operation : uint8_t {
#define SBXC_OPERATION(name, kind, request) name,
#include "compiler/policy/operations.def"
#undef SBXC_OPERATION
};

enum class PatternKind : uint8_t { path, host, address, socket, name, syscall };

struct OperationFacts {
  Operation operation;
  std::string_view name;
  PatternKind kind;
  std::string_view request;  // what a request of it is, for docs and help
};

inline constexpr auto kOperations = std::to_array<OperationFacts>({
#define SBXC_OPERATION(name, kind, request) {Operation::name, #name, PatternKind::kind, request},
#include "compiler/policy/operations.def"
#undef SBXC_OPERATION
});

constexpr const OperationFacts& facts_of(Operation operation) {
  return kOperations[static_cast<size_t>(operation)];
}
constexpr std::string_view name_of(Operation operation) { return facts_of(operation).name; }
constexpr std::optional<Operation> operation_named(std::string_view name) {
  for (const OperationFacts& facts : kOperations) {
    if (facts.name == name) return facts.operation;
  }
  return std::nullopt;
}

// What a statement says and what a request gets. Deny beats ask beats allow (law 2).
enum class Effect : uint8_t { allow, ask, deny };

constexpr std::string_view name_of(Effect effect) {
  switch (effect) {
    case Effect::allow:
      return "allow";
    case Effect::ask:
      return "ask";
    case Effect::deny:
      return "deny";
  }
  return {};
}

enum class Os : uint8_t { linux, macos };

constexpr std::string_view name_of(Os os) { return os == Os::linux ? "linux" : "macos"; }

// The systems a statement exists on (law 13).
struct OsSet {
  bool linux = true;
  bool macos = true;

  constexpr bool has(Os os) const { return os == Os::linux ? linux : macos; }
  bool operator==(const OsSet&) const = default;
};

}  // namespace sbxc
