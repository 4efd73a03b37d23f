// The host's ends of connections: listeners on unix sockets and loopback ports, and what comes in.
#pragma once

#include <cstddef>
#include <string>

namespace sbxc::conform {

inline constexpr size_t kLongestSocket = 107;

// At a path, `@name`, `127.0.0.1:80` or `[::1]:80`. -1, and why not.
int listen_for(const std::string& target, std::string& why);
// What the next one who connects has to say, up to a line; half a second at most.
std::string accept_text(int listener);
// What is said by who listens there; empty when nobody does.
std::string text_from(const std::string& target);

}  // namespace sbxc::conform
