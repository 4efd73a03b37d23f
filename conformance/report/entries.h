// A run as a list of tests that passed or did not, as JUnit, TAP and SARIF know them: one entry a
// probe, and one for each complaint that no probe of this run can carry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/report.h"

namespace sbxc::conform {

enum class Came : uint8_t {
  passed,
  failed,
  in_doubt,  // what JUnit calls an error: nothing can be concluded
  excused,   // failed, as a list of expected failures says
  skipped
};

struct Entry {
  const ProbeOutcome* outcome = nullptr;  // none: about the whole run
  std::string id;
  std::string name;      // `FSR-001 a denied file, opened by its name`
  std::string category;  // of a probe; `the run`
  Came came{};
  std::string type{};     // why it did not pass, a word: `escaped`, `worse-than-baseline`
  std::string message{};  // the same, one line
};
// Texts are printable, one line each.
std::vector<Entry> entries_of(const Report& report);

// What there is to know of a probe's outcome, each thing with a word for it, none twice. Values are
// printable but for ends of lines.
struct Detail {
  std::string_view name;  // `evidence`
  std::string value;
};
std::vector<Detail> details_of(const ProbeOutcome& outcome);

}  // namespace sbxc::conform
