// A difference for programs: docs/schemas/diff.schema.json, and a SARIF log.
#pragma once

#include <string>

#include "compiler/formats/sarif.h"
#include "compiler/report/difference.h"

namespace sbxc::report {

std::string write_json(const Difference& difference, const DifferenceSide& before,
                       const DifferenceSide& after);

// One result for what each operation gained and one for what it lost, at the line that gives it
// now or gave it before; the other lines are related places.
SarifLog sarif_log_of(const Difference& difference, const DifferenceSide& before,
                      const DifferenceSide& after);

}  // namespace sbxc::report
