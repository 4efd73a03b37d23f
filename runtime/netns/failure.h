// A failure with errno in words. Inside this room only.
#pragma once

#include <cstring>

#include "runtime/netns/netns.h"

namespace sbxc::netns {

inline Failure failure(std::string situation, int error) {
  if (error != 0) situation += std::string(": ") + strerror(error);
  return {.message = std::move(situation), .error = error};
}

}  // namespace sbxc::netns
