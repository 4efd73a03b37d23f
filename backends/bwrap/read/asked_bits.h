// What there is to say of a path beside what mounts show there: what the policy allows, which part
// of that the plan hands to the broker or to Landlock, and where the verdicts say that less (or
// more) is held.
#pragma once

#include <cstdint>

namespace sbxc::bwrap_read {

enum Bit : uint32_t {
  kRead = 1U << 0U,  // the policy allows it
  kWrite = 1U << 1U,
  kExec = 1U << 2U,
  kSocket = 1U << 3U,
  kHeldRead = 1U << 4U,  // the broker refuses it
  kHeldWrite = 1U << 5U,
  kLessRead = 1U << 6U,  // a rule that allows it is declared narrowed
  kLessWrite = 1U << 7U,
  kLessExec = 1U << 8U,
  kLessSocket = 1U << 9U,
  kWideRead = 1U << 10U,  // a rule against it is declared widened, and the plan lists that
  kWideWrite = 1U << 11U,
  kWideExec = 1U << 12U,
  kWideSocket = 1U << 13U,
  kAlsoOld = 1U << 14U,     // the broker holds it for what exists as well
  kLinkHeld = 1U << 15U,    // the broker keeps a link that bears the name in its place
  kGranted = 1U << 16U,     // Landlock lets it be executed
  kKernelMade = 1U << 17U,  // in /sys: only the kernel makes names there
};
inline constexpr uint32_t kBitCount = 18;

// What a rule says beside its verdict: of the paths that it allows (an allow rule's, and the
// exceptions of a deny rule), and of those that it takes away (the other way round).
struct Role {
  uint32_t where_it_allows = 0;
  uint32_t where_it_restricts = 0;
};

}  // namespace sbxc::bwrap_read
