// The protections one by one, each with a name, so that a test can show what happens without it.
//
// is_on() has two bodies, and the linker chooses: kept.cc, in every program that is installed, says
// yes and nothing else; weakened/weakened.cc, in the test-only program `sbxc-weakened`, looks into
// its environment. All other objects are the same in both, so what is tested is what is shipped,
// and what is shipped cannot be weakened: it has no code for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sbxc::protections {

enum class Protection : uint8_t {
#define SBXC_PROTECTION(name, group, keeps_away, place) name,
#include "runtime/protections/protections.def"
};

bool is_on(Protection protection) noexcept;

struct Facts {
  std::string_view name;
  std::string_view group;
  std::string_view keeps_away;
  std::string_view place;
};
// In the order of the enumeration.
std::span<const Facts> all();

}  // namespace sbxc::protections
