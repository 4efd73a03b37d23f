// Builds the registry of system calls from syscalls.def, once, at first use: ids are positions,
// calls in table order first, then facets. Sets are kept as one bit mask per call and unfolded
// here.
#include "compiler/syscalls/syscalls.h"

#include <algorithm>
#include <initializer_list>
#include <unordered_map>

namespace sbxc {

namespace {

constexpr uint32_t kLow32 = 0xffffffff;

enum SetIndex : uint8_t {
#define SBXC_SYSCALL_SET(constant, name, title) constant##Index,
#include "compiler/syscalls/syscalls.def"
  kSetCount,
};
#define SBXC_SYSCALL_SET(constant, name, title) \
  constexpr uint64_t constant = uint64_t{1} << constant##Index;
#include "compiler/syscalls/syscalls.def"
static_assert(kSetCount <= 64);

FacetTest facet_test(uint8_t argument, FacetMatch match, uint32_t mask,
                     std::initializer_list<uint32_t> values) {
  FacetTest test{argument, match, mask, {}, static_cast<uint8_t>(values.size())};
  std::copy(values.begin(), values.end(), test.storage.begin());
  return test;
}
FacetTest one_of(uint8_t argument, uint32_t mask, std::initializer_list<uint32_t> values) {
  return facet_test(argument, FacetMatch::one_of, mask, values);
}
FacetTest none_of(uint8_t argument, uint32_t mask, std::initializer_list<uint32_t> values) {
  return facet_test(argument, FacetMatch::none_of, mask, values);
}
FacetTest any_bit(uint8_t argument, uint32_t mask) {
  return facet_test(argument, FacetMatch::any_bit, mask, {});
}

struct Row {
  Syscall call;
  uint64_t sets;
};

std::vector<Row> read_calls() {
  return {
#define SBXC_SYSCALL(name, x86_64, aarch64, sets) \
  {Syscall{#name, x86_64, aarch64, std::nullopt, {}}, sets},
#include "compiler/syscalls/syscalls.def"
  };
}

struct FacetRow {
  std::string_view call;
  std::string_view name;
  uint64_t sets;
  std::vector<FacetTest> tests;
};

std::vector<FacetRow> read_facets() {
  return {
#define SBXC_FACET(call, facet, sets, ...) {#call, #call ":" #facet, sets, {__VA_ARGS__}},
#include "compiler/syscalls/syscalls.def"
  };
}

struct Registry {
  std::vector<Syscall> calls;
  std::unordered_map<std::string_view, SyscallId> by_name;
  std::vector<std::vector<SyscallId>> members;  // by set; views into it live in `sets`
  std::vector<SyscallSet> sets;
  std::vector<std::vector<SyscallId>> facets;  // by id
  std::array<std::unordered_map<uint32_t, SyscallId>, std::size(kArchs)> by_number;
  std::array<uint32_t, std::size(kArchs)> end{};

  Registry();
  void add(Syscall call, uint64_t sets);
};

void Registry::add(Syscall call, uint64_t in_sets) {
  const SyscallId id{static_cast<uint16_t>(calls.size())};
  by_name.emplace(call.name, id);
  facets.emplace_back();
  for (size_t set = 0; set < kSetCount; ++set) {
    if ((in_sets >> set & 1) != 0) members[set].push_back(id);
  }
  members[kSetCount].push_back(id);
  if (call.base) facets[static_cast<size_t>(*call.base)].push_back(id);
  for (const Arch arch : kArchs) {
    const int32_t number = call.number(arch);
    if (number < 0 || call.base) continue;
    const auto index = static_cast<size_t>(arch);
    by_number[index].emplace(static_cast<uint32_t>(number), id);
    end[index] = std::max(end[index], static_cast<uint32_t>(number) + 1);
  }
  calls.push_back(std::move(call));
}

Registry::Registry() {
  members.resize(kSetCount + 1);
  for (Row& row : read_calls()) add(std::move(row.call), row.sets);
  for (FacetRow& row : read_facets()) {
    const SyscallId base = by_name.at(row.call);  // INVARIANT: a facet's call is in the table
    const Syscall& call = calls[static_cast<size_t>(base)];
    add({row.name, call.x86_64, call.aarch64, base, std::move(row.tests)}, row.sets);
  }
  sets = {
#define SBXC_SYSCALL_SET(constant, name, title) {name, title, members[constant##Index]},
#include "compiler/syscalls/syscalls.def"
  };
  sets.push_back({"@all", "every call and every facet", members[kSetCount]});
  std::sort(sets.begin(), sets.end(),
            [](const SyscallSet& a, const SyscallSet& b) { return a.name < b.name; });
}

const Registry& registry() {
  static const Registry instance;
  return instance;
}

}  // namespace

std::string_view name_of(Arch arch) { return arch == Arch::x86_64 ? "x86_64" : "aarch64"; }

uint32_t audit_arch(Arch arch) {
  // The ELF machine number with the bits "64-bit" and "little endian".
  constexpr uint32_t k64LittleEndian = 0xc0000000;
  return (arch == Arch::x86_64 ? 62U : 183U) | k64LittleEndian;
}

bool FacetTest::matches(uint64_t value) const {
  const uint32_t masked = static_cast<uint32_t>(value) & mask;
  const auto among = values();
  const bool found = std::find(among.begin(), among.end(), masked) != among.end();
  switch (match) {
    case FacetMatch::one_of:
      return found;
    case FacetMatch::none_of:
      return !found;
    case FacetMatch::any_bit:
      return masked != 0;
  }
  return true;
}

std::span<const Syscall> all_syscalls() { return registry().calls; }

const Syscall& syscall(SyscallId id) { return registry().calls[static_cast<size_t>(id)]; }

std::optional<SyscallId> syscall_named(std::string_view name) {
  const auto found = registry().by_name.find(name);
  if (found == registry().by_name.end()) return std::nullopt;
  return found->second;
}

std::span<const SyscallSet> all_syscall_sets() { return registry().sets; }

const SyscallSet* syscall_set_named(std::string_view name) {
  for (const SyscallSet& set : registry().sets) {
    if (set.name == name) return &set;
  }
  return nullptr;
}

std::span<const SyscallId> facets_of(SyscallId call) {
  return registry().facets[static_cast<size_t>(call)];
}

std::optional<SyscallId> syscall_numbered(Arch arch, uint32_t number) {
  const auto& numbers = registry().by_number[static_cast<size_t>(arch)];
  const auto found = numbers.find(number);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

uint32_t table_end(Arch arch) { return registry().end[static_cast<size_t>(arch)]; }

const OtherName* other_syscall_name(std::string_view name) {
  static constexpr OtherName kNames[] = {
#define SBXC_OTHER_NAME(name, where, instead) {#name, where, instead},
#include "compiler/syscalls/other_names.def"
#undef SBXC_OTHER_NAME
  };
  const auto* found = std::find_if(std::begin(kNames), std::end(kNames),
                                   [&](const OtherName& row) { return row.name == name; });
  return found == std::end(kNames) ? nullptr : found;
}

std::string_view syscall_table_kernel() { return "6.18"; }

}  // namespace sbxc
