#include "backends/target/capability_table.h"

#include <fmt/core.h>

namespace sbxc {

namespace {

const Capability* find(std::span<const Capability> rows, TargetName target, Operation operation) {
  for (const Capability& row : rows) {
    if (row.target == target && row.operation == operation) return &row;
  }
  return nullptr;
}

}  // namespace

std::string render_capabilities(std::span<const Capability> rows) {
  std::string out = "| operation |";
  for (const TargetName target : kTargets) out += fmt::format(" {} |", name_of(target));
  out += "\n|---|";
  for (size_t i = 0; i < std::size(kTargets); ++i) out += "---|";
  out += "\n";
  for (const OperationFacts& facts : kOperations) {
    out += fmt::format("| `{}` |", facts.name);
    for (const TargetName target : kTargets) {
      const Capability* row = find(rows, target, facts.operation);
      out += fmt::format(" {} |", row == nullptr ? "?" : name_of(row->usual));
    }
    out += "\n";
  }
  for (const TargetName target : kTargets) {
    out += fmt::format("\n### {}\n\n", name_of(target));
    for (const OperationFacts& facts : kOperations) {
      const Capability* row = find(rows, target, facts.operation);
      if (row == nullptr) continue;
      out += fmt::format("- `{}`: {}. {}\n", facts.name, name_of(row->usual), row->how);
    }
  }
  return out;
}

}  // namespace sbxc
