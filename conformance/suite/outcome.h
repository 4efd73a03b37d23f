// What a run of the suite found, as values: the runner makes them, the reports show them, and
// `--no-worse-than` compares them. Nothing here says what exit status a run deserves: see
// conformance/report/gate.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/suite/verdict.h"

namespace sbxc::conform {

// A line of a file that somebody wrote: a rule of the policy, an entry of the manifest.
struct Place {
  std::string file;
  uint32_t line = 1;
};

// What the manifest says of a probe and reports show.
struct Probe {
  std::string id;         // `FSR-001`
  std::string title;      // lower case, short
  std::string category;   // `file reads`
  uint32_t priority = 0;  // 0, 1, 2
  std::string reference;  // public: a CVE, an issue, a paper, a man page; or `own finding`
  std::vector<std::string> systems;  // linux, macos
  std::vector<std::string> about;    // requests that the policy must not allow
  std::string evidence;              // what counts as escaped: `secret:home/.netrc`
  bool must_work = false;            // a works-probe: the evidence has to be seen inside too
  std::optional<Place> rule{};       // of probes made from a policy: the rule that they are about
};

// The same attempt outside.
struct Control {
  bool showed_evidence = false;
  std::string detail{};  // what the host saw, or what was refused outside
  Milliseconds took{};
};

// An entry of expected.toml that names this probe and this sandbox.
struct ExpectedFailure {
  std::string reason;
  std::string until;  // a date, or a version
};

struct ProbeOutcome {
  Probe probe;
  Verdict verdict;
  std::optional<Control> control{};  // none: skipped before it was made
  std::optional<ExpectedFailure> expected_failure{};
  std::string said{};  // what the attempt wrote inside, cut short; bytes of strangers
  Milliseconds took{};
};

// What the machine has, and how that was found out.
struct Feature {
  std::string name;      // `landlock`
  std::string value;     // `ABI 7`, `no`
  std::string evidence;  // `landlock_create_ruleset(…, VERSION) = 7`
};

struct Sandbox {
  std::string name;     // `sbxc`, `bwrap`
  std::string version;  // may be empty
  std::string command;  // as it was given
};

struct Account {
  uint32_t uid = 0;
  std::string name{};  // may be empty
};

struct Shard {
  uint32_t index = 1;  // from 1
  uint32_t count = 1;
};

// How much of the policy's own rules the probes made from it have tried.
struct RuleCoverage {
  struct Untried {
    Place at;
    std::string statement;
    std::string why;
  };
  size_t rules = 0;
  size_t rules_tried = 0;
  size_t boundaries = 0;
  size_t boundaries_tried = 0;
  std::vector<Untried> untried{};
};

struct Run {
  std::string suite_version;  // of sbxc
  std::string started;        // RFC 3339, UTC
  Milliseconds took{};
  std::string system;  // linux, macos
  std::string kernel;  // `Linux 6.18.0 x86_64`
  Sandbox sandbox;
  std::string policy{};  // as the user named it; empty: none
  std::string model{};   // `seatbelt`: decided by it, and not by a kernel
  Account account;
  std::vector<Feature> features;
  std::string seed;
  Shard shard{};
  std::vector<std::string> only{};     // globs; empty: every probe
  bool interrupted = false;            // ended before every probe had its turn
  std::vector<ProbeOutcome> outcomes;  // sorted by id
  std::optional<RuleCoverage> coverage{};
};

// How many of each kind, in the order of kVerdictKinds.
using Totals = std::array<size_t, kVerdictKinds.size()>;
Totals totals_of(const std::vector<ProbeOutcome>& outcomes);
inline size_t count_of(const Totals& totals, VerdictKind kind) {
  return totals[static_cast<size_t>(kind)];
}

}  // namespace sbxc::conform
