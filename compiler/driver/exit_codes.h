// The one table of exit statuses.
#pragma once

#include <array>
#include <string_view>

namespace sbxc::driver {

enum class Exit : int {
#define SBXC_EXIT(status, name, meaning) name = status,
#include "compiler/driver/exit_codes.def"
#undef SBXC_EXIT
};

struct ExitFacts {
  Exit status;
  std::string_view meaning;
};

inline constexpr auto kExits = std::to_array<ExitFacts>({
#define SBXC_EXIT(status, name, meaning) {Exit::name, meaning},
#include "compiler/driver/exit_codes.def"
#undef SBXC_EXIT
});

}  // namespace sbxc::driver
