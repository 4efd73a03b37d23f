// A difference for a person: in a terminal, and as Markdown for a comment on a pull request.
#pragma once

#include <string>

#include "compiler/report/difference.h"

namespace sbxc::report {

std::string write_text(const Difference& difference, const DifferenceSide& before,
                       const DifferenceSide& after);
std::string write_markdown(const Difference& difference, const DifferenceSide& before,
                           const DifferenceSide& after);

}  // namespace sbxc::report
