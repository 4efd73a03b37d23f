#include <array>

#include "runtime/protections/protections.h"

namespace sbxc::protections {
namespace {

constexpr auto kAll = std::to_array<Facts>({
#define SBXC_PROTECTION(name, group, keeps_away, place) {#name, #group, keeps_away, place},
#include "runtime/protections/protections.def"
});

}  // namespace

std::span<const Facts> all() { return kAll; }

}  // namespace sbxc::protections
