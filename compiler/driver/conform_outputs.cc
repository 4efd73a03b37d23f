#include "compiler/driver/conform_outputs.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"

namespace sbxc::driver {

conform::Result<std::vector<FurtherReport>> further_reports(const std::vector<std::string>& words) {
  std::vector<FurtherReport> all;
  for (const std::string& word : words) {
    const size_t equals = std::min(word.find('='), word.size());
    const auto format = conform::format_named(word.substr(0, equals));
    if (!format || equals + 1 >= word.size()) {
      return conform::fault(fmt::format("`{}` names no form and file", printable(word)),
                            "`--write html=report.html`; the forms are text, json, junit, tap, "
                            "sarif, html");
    }
    all.push_back({*format, word.substr(equals + 1)});
  }
  return all;
}

std::optional<conform::Fault> no_place_for(const std::string& output,
                                           const std::vector<FurtherReport>& further) {
  std::vector<std::string> files;
  if (!output.empty()) files.push_back(output);
  for (const FurtherReport& each : further) files.push_back(each.file);
  for (const std::string& file : files) {
    const auto may = may_write_file(file);
    if (!may) return conform::Fault{may.error().message, may.error().help, {}};
  }
  return std::nullopt;
}

std::optional<conform::Fault> write_further(const std::vector<FurtherReport>& reports,
                                            const conform::Report& report) {
  std::optional<conform::Fault> first;
  for (const FurtherReport& each : reports) {
    const auto done = write_file(each.file, conform::write(report, each.format, {}));
    if (!done && !first) first = conform::Fault{done.error().message, done.error().help, {}};
  }
  return first;
}

}  // namespace sbxc::driver
