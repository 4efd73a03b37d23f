// Findings as a SARIF log: the kinds that occur, with their pages, and each finding as a result;
// accepted ones are suppressed results.
#pragma once

#include "compiler/driver/findings_output.h"
#include "compiler/formats/sarif.h"

namespace sbxc::driver {

report::SarifLog sarif_log(const Findings& findings, const Sources& sources);

}  // namespace sbxc::driver
