// Why a profile was not read.
#pragma once

#include <cstdint>

namespace sbxc::sbpl {

enum class Refusal : uint8_t {
  by_system,       // it would not compile on a Mac either
  not_understood,  // it uses something that this reader does not know, or passes its bounds
  missing_import,  // another profile is needed and is not here
};

}  // namespace sbxc::sbpl
