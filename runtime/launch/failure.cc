#include "runtime/launch/failure.h"

#include <cstring>

namespace sbxc::launch {

Failure system_failure(const std::string& what, int error, std::string help) {
  return {.message = what + ": " + strerror(error), .help = std::move(help)};
}

}  // namespace sbxc::launch
