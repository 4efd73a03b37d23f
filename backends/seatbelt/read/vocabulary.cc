// The operation table read once from operations.def, with parents resolved to indices, and the
// categories of filters that each family takes. The table is one release's (10.15) plus later names
// known by use; what a newer system does with an operation of its own is not modelled.
#include "backends/seatbelt/read/vocabulary.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace sbxc::sbpl {
namespace {

struct Row {
  std::string_view name;
  std::string_view parent;
  Tail tail;
  enum class Takes : uint8_t {
    all,
    file,
    network,
    mach,
    sysctl,
    ipc,
    process,
    preference,
    socket,
  } takes;
};

constexpr auto kRows = std::to_array<Row>({
#define SBPL_OPERATION(name, parent, tail, takes) {name, parent, Tail::tail, Row::Takes::takes},
#include "backends/seatbelt/read/operations.def"
#undef SBPL_OPERATION
});

constexpr auto kAliases = std::to_array<Alias>({
    {"process-exec", "process-exec*"},
    {"ipc-posix-shm", "ipc-posix-shm*"},
    {"ipc-posix-sem", "ipc-posix-sem*"},
    {"ipc-posix-shm-read*", "ipc-posix-shm-read-data"},
    {"file-unlink", "file-write-unlink"},
    {"iokit-open*", "iokit-open"},
    {"file-fsctl", "system-fsctl"},
    {"time-set", "system-set-time"},
    {"managed-preference*", "managed-preference-read"},
    {"file-issue-extension*", "file-issue-extension"},
    {"file-issue-extension-read", "file-issue-extension"},
    {"file-issue-extension-write", "file-issue-extension"},
    {"file-write-mount", "file-mount"},
    {"file-write-umount", "file-unmount"},
    {"file-write-unmount", "file-unmount"},
    {"system-misc", "system*"},
});

constexpr auto kIgnored = std::to_array<std::string_view>({
    "mach-per-user-lookup",
    "system-chud",
    "qtn-download",
    "ipc-posix-shm-read-metadata",
    // Later than 10.15, and where they stand is not known: no question is about them.
    "fs-quota*",
    "fs-snapshot-mount",
    "iokit-async-external-method",
    "iokit-external-trap",
    "mach-bootstrap",
    "mach-kernel-endpoint",
    "mach-message-send",
    "system-kas-info",
    "system-memorystatus-control",
    "system-necp-client-action",
});

std::vector<Category> categories_of(Row::Takes takes) {
  switch (takes) {
    case Row::Takes::all:
      return {};
    case Row::Takes::file:
      return {Category::path};
    case Row::Takes::network:
      return {Category::path, Category::network, Category::socket};
    case Row::Takes::mach:
      return {Category::mach_name};
    case Row::Takes::sysctl:
      return {Category::sysctl};
    case Row::Takes::ipc:
      return {Category::ipc_name};
    case Row::Takes::process:
      return {Category::target};
    case Row::Takes::preference:
      return {Category::preference};
    case Row::Takes::socket:
      return {Category::socket};
  }
  return {};
}

struct Table {
  std::vector<OperationFacts> facts;
  std::unordered_map<std::string_view, OperationId> by_name;

  Table() {
    for (const Row& row : kRows) {
      const auto id = static_cast<OperationId>(facts.size());
      by_name.emplace(row.name, id);
      facts.push_back({.name = row.name,
                       .parent = by_name.at(row.parent),
                       .tail = row.tail,
                       .takes = categories_of(row.takes)});
    }
    for (const Alias& alias : kAliases) by_name.emplace(alias.name, by_name.at(alias.operation));
  }
};

const Table& table() {
  static const Table kTable;
  return kTable;
}

}  // namespace

std::span<const OperationFacts> operations() { return table().facts; }
const OperationFacts& facts_of(OperationId operation) {
  return table().facts[static_cast<size_t>(operation)];
}
OperationId default_operation() { return OperationId{0}; }

std::optional<OperationId> find_operation(std::string_view name) {
  const auto found = table().by_name.find(name);
  if (found == table().by_name.end()) return std::nullopt;
  return found->second;
}

std::span<const Alias> aliases() { return kAliases; }
std::span<const std::string_view> ignored_operations() { return kIgnored; }

bool takes(OperationId operation, Category category) {
  const std::vector<Category>& taken = facts_of(operation).takes;
  return category == Category::anything || taken.empty() ||
         std::find(taken.begin(), taken.end(), category) != taken.end();
}

}  // namespace sbxc::sbpl
