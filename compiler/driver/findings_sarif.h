// Findings as a SARIF log: the kinds that occur, with their pages, and each finding as a result.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/report/sarif.h"

namespace sbxc::driver {

report::SarifLog sarif_log(const Diagnostics& diagnostics, const Sources& sources);

}  // namespace sbxc::driver
