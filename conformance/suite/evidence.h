// What counts as having escaped, and how it is looked for. All of it is seen from outside, after
// (some of it while) the command runs; `said` is the one exception, for what only the kernel's
// answer inside can tell.
//
//   secret:PATH       the secret of this file of the stage (or of this name, for what a prop keeps
//                     elsewhere) is in what the command said, sent, or wrote to the stage
//   changed:PATH      it is not what it was: existence, kind, content, mode, owner, links, times of
//                     a file, extended attributes; `PATH/**` is everything below
//   changed           anything of the stage that the policy does not let be written
//   alive             a process of the attempt is alive after the sandbox has ended
//   status:NAME=TEXT  a field of /proc/PID/status while the attempt waits in hold(); TEXT ends in
//   status:NAME!TEXT  `*` for a beginning; `!` is: anything else
//   descriptor:TEXT   a descriptor whose name in /proc/PID/fd holds TEXT, while it waits
//   said              the attempt carried out every step
//
// `contact:…`, `victim`, `input` and others belong to a prop, which has seen it or not.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

class Stage;
struct Conduct;

struct Evidence {
  std::string text;  // as the manifest has it
  std::string kind;  // `secret`
  std::string what;  // `home/.ssh/id_ed25519`; may be empty
};

// The kind must be one of the above or of a prop's.
Result<Evidence> parse_evidence(std::string_view text);

// Whether the policy lets this be done: a request in the policy's own terms, with $home, $work,
// $outside and $tmp for those places of any stage: `write $home/work/a`.
using Allowed = std::function<bool(const std::string& request)>;

// Whether it is in how a process of the attempt looks while it waits.
bool needs_a_look(const Evidence& evidence);

// What is to be seen of it on a stage where the command has ended; empty: nothing. Not for the
// kinds that belong to props.
std::optional<std::string> look_for(const Evidence& evidence, const Stage& stage,
                                    const Conduct& conduct, const Allowed& allowed);

}  // namespace sbxc::conform
