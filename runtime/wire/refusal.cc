// The rows of refusals.def as a table in memory.
#include "runtime/wire/refusal.h"

#include <array>

namespace sbxc::wire {

const RefusalFacts& facts_of(Refusal refusal) {
  static constexpr std::array kFacts = {
      RefusalFacts{},
#define REFUSAL(name, section, status, what, why) \
  RefusalFacts{Refusal::name, #name, Section::section, status, what, why},
#include "runtime/wire/refusals.def"
#undef REFUSAL
  };
  return kFacts[static_cast<size_t>(refusal)];
}

}  // namespace sbxc::wire
