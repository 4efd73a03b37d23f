// A comment that accepts a finding about one statement, with a reason: on a line of its own above
// the statement, or at the end of one of its lines.
//
//   # sbxc: accept home-writable "a throw-away account"
//   allow write ~/**
//
// For what a rule's `because` does not silence. Only warnings and notes of `check` can be accepted,
// one kind a comment, and not those that say that something is unknown; a comment that accepts what
// is not found is a finding itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace sbxc {

inline constexpr std::string_view kAcceptingMark = "# sbxc:";

struct AcceptedFinding {
  Diagnostic finding;
  std::string because;
  Span comment;
};

// Takes accepted findings out of `diagnostics`. Comments of the first source, the policy itself,
// must each accept something; those of files that it uses may be about rules that only show alone.
std::vector<AcceptedFinding> accept_findings(const Sources& sources, Diagnostics& diagnostics);

}  // namespace sbxc
