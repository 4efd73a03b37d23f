// Results for code scanning: a SARIF 2.1.0 log (OASIS). A log names its rules once, with the whole
// page of each as help, and its results point at places; what a result is about, a finding or a
// difference of two policies, is the caller's business.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace sbxc::report {

struct SarifRule {
  std::string id;     // `SBX4041`
  std::string name;   // its slug: `write-runs-later`
  std::string title;  // a sentence without its full stop
  std::string help;   // Markdown, may be empty
  Severity severity{};
};

struct SarifPlace {
  std::string
      file;  // as the user named it, `std/node` for a built-in, `sbxc:x` for what is no file
  LineColumn begin{};  // columns in characters, not bytes
  LineColumn end{};
  std::string text{};  // what is there; of a related place
};

// The place as SARIF counts columns.
SarifPlace sarif_place(const Sources& sources, Span span, std::string text = {});

struct SarifResult {
  std::string rule;  // the id of one of the log's rules
  Severity severity{};
  std::string message;
  std::optional<SarifPlace> at{};
  std::vector<SarifPlace> related{};
  std::string baseline{};          // new, absent, unchanged, updated; empty: nothing is compared
  std::string accepted_because{};  // the reason that the source gives; empty: not accepted
  bool accepted_outside = false;   // not in the file of its place, but in a list elsewhere
  std::string fingerprint{};       // the same for the same result of another run; empty: none
};

// Something about the run itself: a result that could not be had.
struct SarifNotice {
  std::string rule;  // the id of one of the log's rules, or empty
  Severity severity{};
  std::string message;
};

struct SarifLog {
  std::string version;  // of sbxc
  // Where pages of findings can be read, with a slash at the end; empty: rules carry no `helpUri`.
  std::string documentation{};
  std::vector<SarifRule> rules;
  std::vector<SarifResult> results;
  bool succeeded = true;  // false: the input could not be used, and results or notices say why
  std::vector<SarifNotice> notices{};
  std::string category{};  // `sbxc-conform/`: what later logs of the same kind take the place of
};

std::string write_sarif(const SarifLog& log);

}  // namespace sbxc::report
