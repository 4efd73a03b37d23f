// The mark (SO_MARK, socket(7)) of connections that are made outside and go to a program inside:
// what is redirected for everybody else is not for them. A program inside cannot set it, for that
// takes CAP_NET_ADMIN or CAP_NET_RAW over the sandbox's namespace. Inside this room only.
#pragma once

#include <cstdint>

namespace sbxc::netns {

inline constexpr uint32_t kOutsideMark = 0x73627863;

}  // namespace sbxc::netns
