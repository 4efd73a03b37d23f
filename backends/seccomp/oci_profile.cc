// The format has no order and no "all but": an entry holds when all its conditions do, entries of
// one call are alternatives that must not overlap, each argument may be in one condition, and the
// one comparison that can leave bits out is equality (SCMP_CMP_MASKED_EQ). So a call that depends
// on arguments is cut into disjoint cubes: some bits of some arguments fixed, all of one answer.
// `Not TIOCSTI in the low half` is 32 cubes, one for the highest bit that differs; three such
// values share most of theirs. That is exact, and longer than the filter.
//
// What the format cannot say: that a call of another architecture kills the process (the runtime
// decides), and what x32 numbers get.
//
// Reference: opencontainers/runtime-spec, config-linux.md, "Seccomp"; seccomp_rule_add(3).
#include "backends/seccomp/oci_profile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>

#include "backends/target/json_writer.h"

namespace sbxc::seccomp {

namespace {

struct Bits {
  uint64_t mask = 0;
  uint64_t value = 0;
};
using Cube = std::array<Bits, 6>;

// Whether the test holds all over the cube; nothing when it depends on bits that are not fixed.
std::optional<bool> holds(const ArgTest& test, const Cube& cube) {
  const Bits& fixed = cube[test.argument];
  const uint64_t known = fixed.mask & test.mask;
  if (test.compare == Compare::any_bit) {
    if ((fixed.value & test.mask) != 0) return true;
    return known == test.mask ? std::optional(false) : std::nullopt;
  }
  // INVARIANT: a facet's tests are any_bit, equal and not_equal.
  const bool if_equal = test.compare == Compare::equal;
  if (((fixed.value ^ test.value) & known) != 0) return !if_equal;
  return known == test.mask ? std::optional(if_equal) : std::nullopt;
}

class Cutter {
 public:
  explicit Cutter(const Behaviour& behaviour) : behaviour_(behaviour) {}

  std::vector<std::pair<Cube, Answer>> run() {
    cut(Cube{});
    return std::move(cubes_);
  }

 private:
  void cut(const Cube& cube) {
    for (const Clause& clause : behaviour_.clauses) {
      const ArgTest* open = nullptr;
      bool fails = false;
      for (const ArgTest& test : clause.all) {
        const auto known = holds(test, cube);
        if (!known && open == nullptr) open = &test;
        fails = fails || known == false;
      }
      if (fails) continue;
      if (open != nullptr) return split(cube, *open);
      cubes_.emplace_back(cube, clause.answer);
      return;
    }
    cubes_.emplace_back(cube, behaviour_.otherwise);
  }

  void split(const Cube& cube, const ArgTest& test) {
    const uint64_t open = test.mask & ~cube[test.argument].mask;
    const uint64_t bit = uint64_t{1} << (63 - std::countl_zero(open));
    for (const uint64_t value : {uint64_t{0}, bit}) {
      Cube half = cube;
      half[test.argument].mask |= bit;
      half[test.argument].value |= value;
      cut(half);
    }
  }

  const Behaviour& behaviour_;
  std::vector<std::pair<Cube, Answer>> cubes_;
};

constexpr Cube kAnyArguments{};

void write_conditions(JsonWriter& json, const Cube& cube) {
  json.key("args").list();
  for (size_t i = 0; i < cube.size(); ++i) {
    if (cube[i].mask == 0) continue;
    json.object();
    json.member("index", i);
    json.member("value", cube[i].mask);
    json.member("valueTwo", cube[i].value);
    json.member("op", "SCMP_CMP_MASKED_EQ");
    json.close();
  }
  json.close();
}

bool has_conditions(const Cube& cube) {
  return std::any_of(cube.begin(), cube.end(), [](const Bits& bits) { return bits.mask != 0; });
}

class Writer {
 public:
  Writer(const std::vector<CallVerdict>& verdicts,
         const std::function<std::string(const std::vector<RuleId>&)>& places)
      : verdicts_(verdicts), places_(places) {}

  OciProfile run() {
    json_.member("defaultAction", "SCMP_ACT_ERRNO");
    json_.member("defaultErrnoRet", kENOSYS);
    json_.key("architectures").list();
    json_.text("SCMP_ARCH_X86_64");
    json_.text("SCMP_ARCH_AARCH64");
    json_.close();
    json_.table("syscalls");
    const auto calls = all_syscalls();
    std::vector<SyscallId> allowed;
    std::vector<SyscallId> refused;
    std::vector<SyscallId> tested;
    for (size_t i = 0; i < calls.size(); ++i) {
      if (calls[i].base) continue;
      const SyscallId id{static_cast<uint16_t>(i)};
      const Behaviour behaviour = behaviour_of(id, verdicts_);
      if (!behaviour.clauses.empty()) {
        tested.push_back(id);
      } else if (behaviour.otherwise == kAllow) {
        allowed.push_back(id);
      } else if (behaviour.otherwise == kRefuse) {
        refused.push_back(id);
      }  // ENOSYS is what a call without entry gets
    }
    add(allowed, kAllow, kAnyArguments);
    add(refused, kRefuse, kAnyArguments);
    for (const SyscallId id : tested) {
      for (const auto& [cube, answer] : Cutter(behaviour_of(id, verdicts_)).run()) {
        add({id}, answer, cube);
      }
    }
    return {std::move(json_).finish(), std::move(rules_)};
  }

 private:
  // The rules that decided one of the calls or of their facets.
  std::vector<RuleId> rules_of(const std::vector<SyscallId>& calls) const {
    std::set<RuleId> rules;
    const auto note = [&](SyscallId id) {
      const auto& decided = verdicts_[static_cast<size_t>(id)].rules;
      rules.insert(decided.begin(), decided.end());
    };
    for (const SyscallId id : calls) {
      note(id);
      for (const SyscallId facet : facets_of(id)) note(facet);
    }
    return {rules.begin(), rules.end()};
  }

  void add(const std::vector<SyscallId>& calls, Answer answer, const Cube& cube) {
    if (calls.empty()) return;
    rules_.push_back(rules_of(calls));
    json_.object();
    json_.key("names").list();
    for (const SyscallId id : calls) json_.text(syscall(id).name);
    json_.close();
    json_.member("action", answer == kAllow ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO");
    if (answer != kAllow) json_.member("errnoRet", answer.data);
    if (has_conditions(cube)) {
      write_conditions(json_, cube);
    } else if (!rules_.back().empty()) {
      json_.member("comment", places_(rules_.back()));
    }
    json_.close();
  }

  const std::vector<CallVerdict>& verdicts_;
  const std::function<std::string(const std::vector<RuleId>&)>& places_;
  JsonWriter json_;
  std::vector<std::vector<RuleId>> rules_;
};

}  // namespace

OciProfile write_oci_profile(const std::vector<CallVerdict>& verdicts,
                             const std::function<std::string(const std::vector<RuleId>&)>& places) {
  return Writer(verdicts, places).run();
}

}  // namespace sbxc::seccomp
