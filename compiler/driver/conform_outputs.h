// `--write FORMAT=FILE`: what one run came to, in further forms. A run takes longer than a look at
// the words, so they are read before it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace sbxc::driver {

struct FurtherReport {
  conform::Format format{};
  std::string file;
};
conform::Result<std::vector<FurtherReport>> further_reports(const std::vector<std::string>& words);

// Of the files that a run is to write, the fault of the first that could not be: before the run.
std::optional<conform::Fault> no_place_for(const std::string& output,
                                           const std::vector<FurtherReport>& further);

// The fault of the first that cannot be written; the others are written all the same.
std::optional<conform::Fault> write_further(const std::vector<FurtherReport>& reports,
                                            const conform::Report& report);

}  // namespace sbxc::driver
