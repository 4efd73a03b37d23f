// What macOS's log tells of a denial: one line of `log stream --style ndjson`, made into what was
// tried, by whom, on what. The text is the kernel's, paths in it are the command's:
//
//   {"eventMessage":"Sandbox: touch(4711) deny(1) file-write-create /private/tmp/x\nsbxc-MARK",
//    "processID":0,"processImagePath":"/kernel",…}
//
// A line counts only if the kernel or its sandbox service wrote it, and its message ends in the
// run's own: a command can write to the log too, and does not know the run's mark. Several equal
// denials are one line (`2 duplicate reports for Sandbox: …`).
//
// A name in the message may hold spaces and line breaks; the message of the run is behind the last
// break, the process's name before the first `(digits) deny(`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbxc::violations {

struct Violation {
  std::string process;
  int32_t pid = 0;
  std::string operation;  // `file-write-create`
  std::string target;     // a path, a service, `*:443`; empty when there is none
  uint64_t more = 0;      // the same again, so often
};

// `message`: what every rule of the run's profile carries. Nothing for a line that is not such a
// denial, or damaged.
std::optional<Violation> violation_of(std::string_view line, std::string_view message);

// What `log` is asked for: everything that ends in `message`.
std::string predicate_for(std::string_view message);

// The operations of a profile in the words of a policy.
enum class Meaning : uint8_t { read, write, exec, socket, connect, listen, service, other };
Meaning meaning_of(const Violation& violation);

}  // namespace sbxc::violations
