// What came of one probe. `blocked`, `works` and `escaped` come with what the host saw or did not
// see; the others say why nothing can be concluded.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sbxc::conform {

using Milliseconds = std::chrono::milliseconds;

// The call that was refused, as the attempt says it: detail, never the verdict.
struct Refusal {
  std::string call;
  int error = 0;  // errno; 0: `call` says all of it: `it cannot be made: there is no git`
};

// Something that the host saw.
struct Sighting {
  std::string evidence;  // as the manifest has it: `changed:home/.bashrc`
  std::string what;      // one line: "the file's content is another"
};

// None of these holds an empty text.
struct Blocked {
  std::optional<Refusal> refused{};
  // Of a command that ended before its end, without such a call: 128 + the signal, or its status.
  // 0, and nothing refused: carried out, and nothing changed outside.
  int status = 0;
  // The manifest names other errors: it may have been refused for another reason than the policy.
  bool unexpected = false;
};
struct Works {};  // a works-probe whose evidence was seen inside
struct Escaped {
  std::vector<Sighting> seen;  // never empty
};
struct Hollow {
  std::string why;  // what the control outside did not show
};
struct Broken {
  std::string why;  // it did not start, or what must work does not
};
struct Skipped {
  std::string why;
};
struct TimedOut {
  Milliseconds after{};
};
using Verdict = std::variant<Blocked, Works, Escaped, Hollow, Broken, Skipped, TimedOut>;

enum class VerdictKind : uint8_t { blocked, works, escaped, hollow, broken, skipped, timeout };
inline constexpr std::array<VerdictKind, 7> kVerdictKinds = {
    VerdictKind::blocked, VerdictKind::works,   VerdictKind::escaped, VerdictKind::hollow,
    VerdictKind::broken,  VerdictKind::skipped, VerdictKind::timeout};
VerdictKind kind_of(const Verdict& verdict);
std::string_view name_of(VerdictKind kind);  // `blocked`, `timeout`
std::optional<VerdictKind> verdict_kind(std::string_view name);

// "was killed by SIGSYS", "ended with status 3": of a status as above, which is not 0.
std::string early_end(int status);
// One line: "open: EACCES", "the secret of home/.netrc is in what it said".
std::string detail_of(const Verdict& verdict);

}  // namespace sbxc::conform
