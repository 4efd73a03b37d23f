// Version 13: what is written means the same in version 14, which Perl's harness refuses to read.
// An escape that was expected is a `# TODO`, which may fail; one that no longer happens is a
// failure, for a harness would pass over it.
#include <fmt/core.h>

#include "compiler/formats/bytes.h"
#include "conformance/report/entries.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

using report::tap_description;
using report::yaml_text;

// In directives nothing needs escaping but the end of the line, which printable texts have not.
std::string point(const Entry& entry, size_t number) {
  const std::string what = fmt::format("{} - {}", number, tap_description(entry.name));
  switch (entry.came) {
    case Came::passed:
      return fmt::format("ok {}\n", what);
    case Came::skipped:
      return fmt::format("ok {} # SKIP {}\n", what, entry.message);
    case Came::excused:
      return fmt::format("not ok {} # TODO {}\n", what, entry.message);
    case Came::failed:
    case Came::in_doubt:
      return fmt::format("not ok {}\n", what);
  }
  return {};
}

std::string diagnostics(const Entry& entry) {
  if (entry.came != Came::failed && entry.came != Came::in_doubt) return {};
  std::string out = fmt::format("  ---\n  type: {}\n  message: {}\n", yaml_text(entry.type),
                                yaml_text(entry.message));
  if (entry.outcome != nullptr) {
    for (const Detail& detail : details_of(*entry.outcome)) {
      out += fmt::format("  {}: {}\n", detail.name, yaml_text(detail.value));
    }
  }
  return out + "  ...\n";
}

}  // namespace

std::string write_tap(const Report& report) {
  const std::vector<Entry> entries = entries_of(report);
  std::string out = fmt::format("TAP version 13\n1..{}\n# {}\n# {}\n", entries.size(),
                                subject_of(report.run), machine_of(report.run));
  for (size_t i = 0; i < entries.size(); ++i) {
    out += point(entries[i], i + 1) + diagnostics(entries[i]);
  }
  for (const std::string& why : report.judgement.because) out += "# " + printable(why) + "\n";
  return out;
}

}  // namespace sbxc::conform
