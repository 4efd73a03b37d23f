// Findings for a person, a program or a pull request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/accepting_comments.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/driver/console.h"

namespace sbxc::driver {

struct Findings {
  const Diagnostics& found;
  const std::vector<AcceptedFinding>&
      accepted;  // by comments in the policy; no person is shown them
};

// `format` is text, json (docs/schemas/check.schema.json), sarif or github (workflow commands).
std::string render_findings(const Findings& findings, const Sources& sources,
                            std::string_view format, RenderOptions options);

// Whether anything is as grave as `level`: error, warning or note.
bool any_at(const Diagnostics& diagnostics, std::string_view level);

std::string_view word_of(Severity severity);  // error, warning, note

// `2 errors, 1 warning; 1 accepted`; empty when there is nothing.
std::string count_findings(const Findings& findings);

}  // namespace sbxc::driver
