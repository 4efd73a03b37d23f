// The operations of the sandbox: which falls back to which, and which have a verdict of their own
// that neither `(deny default)` nor a rule of the parent's name reaches. Filter categories too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sbxc::sbpl {

enum class OperationId : uint16_t {};

enum class Tail : uint8_t { parent, allow, deny };  // before any rule is read

// What a filter looks at; an operation takes only some (`remote` says nothing about a file).
enum class Category : uint8_t {
  path,
  network,
  socket,
  mach_name,
  sysctl,
  ipc_name,
  target,
  preference,
  iokit,
  anything,  // extension, entitlement and the like: every operation takes them
};

struct OperationFacts {
  std::string_view name;
  OperationId parent;  // itself for `default`
  Tail tail = Tail::parent;
  std::vector<Category> takes;  // empty: not known, every category is taken
};

std::span<const OperationFacts> operations();
const OperationFacts& facts_of(OperationId operation);
OperationId default_operation();
// By name or alias.
std::optional<OperationId> find_operation(std::string_view name);
// name, operation: every alias.
struct Alias {
  std::string_view name;
  std::string_view operation;
};
std::span<const Alias> aliases();
std::span<const std::string_view> ignored_operations();  // read, and nothing said of them
bool takes(OperationId operation, Category category);

}  // namespace sbxc::sbpl
