// A path as the kernel writes it in /proc/PID/mountinfo: a blank, a tab, a line end and a backslash
// are a backslash and three octal digits (proc_pid_mountinfo(5)).
#pragma once

#include <string>
#include <string_view>

namespace sbxc {

inline std::string path_of_mount(std::string_view written) {
  std::string out;
  for (size_t at = 0; at < written.size(); ++at) {
    if (written[at] == '\\' && at + 3 < written.size()) {
      out += static_cast<char>((written[at + 1] - '0') * 64 + (written[at + 2] - '0') * 8 +
                               written[at + 3] - '0');
      at += 3;
    } else {
      out += written[at];
    }
  }
  return out;
}

}  // namespace sbxc
