// The parts of the page that html.cc puts together. What stands in them is escaped here.
#pragma once

#include <string>
#include <string_view>

#include "conformance/report/entries.h"

namespace sbxc::conform {

// Any bytes, shown as people see them elsewhere, for between tags and inside quotes.
std::string xml(std::string_view bytes);

// The same for our own sentences, in which a text of somebody stands in `backticks`.
std::string prose(std::string_view sentence);

std::string count_tiles(const Run& run);
std::string category_table(const Run& run);
std::string filter_form(const Run& run);
std::string probe_details(const Entry& entry);
std::string comparison_section(const Comparison& compared);
std::string coverage_section(const RuleCoverage& coverage);
std::string run_section(const Run& run);

}  // namespace sbxc::conform
