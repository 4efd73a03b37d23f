// For a person in a terminal of 80 columns: what was tried and where, the counts by category, what
// went wrong with how it was seen, what was skipped and why, and last what follows from it. Whoever
// looks at the end of a log sees that.
#include <fmt/core.h>

#include <map>

#include "conformance/report/entries.h"
#include "conformance/report/words.h"
#include "conformance/report/wrapped.h"

namespace sbxc::conform {

namespace {

constexpr size_t kCategoryWidth = 27;

struct Paint {
  bool color;
  std::string operator()(std::string_view code, std::string_view text) const {
    if (!color || code.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  }
};

std::string_view color_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::blocked:
    case VerdictKind::works:
      return "32";
    case VerdictKind::escaped:
    case VerdictKind::broken:
      return "1;31";
    case VerdictKind::hollow:
    case VerdictKind::timeout:
      return "1;33";
    case VerdictKind::skipped:
      return "2";
  }
  return {};
}

std::string head(const Report& report, size_t columns) {
  const Run& run = report.run;
  std::string out = "sandbox  " + wrapped(subject_of(run), 9, columns);
  if (!run.sandbox.command.empty()) {
    out += "command  " + wrapped(printable(run.sandbox.command), 9, columns);
  }
  out += "machine  " + wrapped(machine_of(run), 9, columns);
  std::string how = run.seed.empty() ? std::string{} : "seed " + printable(run.seed);
  if (run.shard.count > 1) {
    how +=
        fmt::format("{}shard {} of {}", how.empty() ? "" : ", ", run.shard.index, run.shard.count);
  }
  for (size_t i = 0; i < run.only.size(); ++i) {
    how += (i > 0 ? "," : how.empty() ? "only " : ", only ") + printable(run.only[i]);
  }
  return how.empty() ? out : out + "run      " + wrapped(how, 9, columns);
}

// One line of the table; a dash for none lets the other numbers stand out.
std::string row(std::string_view name, const Totals& totals, const Paint& paint) {
  std::string out = padded(shortened(name, kCategoryWidth), kCategoryWidth);
  for (const VerdictKind kind : kVerdictKinds) {
    const size_t count = count_of(totals, kind);
    const std::string text =
        fmt::format("{:>{}}", count == 0 ? "-" : std::to_string(count), name_of(kind).size());
    out += " " + paint(count == 0 ? "2" : color_of(kind), text);
  }
  return out + "\n";
}

std::string table(const Run& run, const Paint& paint) {
  std::vector<std::pair<std::string, Totals>> rows;
  for (const ProbeOutcome& outcome : run.outcomes) {
    const std::string name = printable(outcome.probe.category);
    auto at = rows.begin();
    while (at != rows.end() && at->first != name) ++at;
    if (at == rows.end()) at = rows.insert(at, {name, Totals{}});
    ++at->second[outcome.verdict.index()];
  }
  std::string out = padded("category", kCategoryWidth);
  for (const VerdictKind kind : kVerdictKinds) out += " " + std::string(name_of(kind));
  out += "\n";
  for (const auto& [name, totals] : rows) out += row(name, totals, paint);
  return out + row("together", totals_of(run.outcomes), paint);
}

std::string id_and_title(const Entry& entry, size_t columns) {
  const Probe& probe = entry.outcome->probe;
  const std::string id = fmt::format("  {} P{}  ", entry.id, probe.priority);
  return id + wrapped(printable(probe.title), id.size(), columns);
}

std::string told_in_full(const Entry& entry, size_t columns) {
  const Probe& probe = entry.outcome->probe;
  std::vector<std::string> lines = {entry.message};
  for (const std::string& request : probe.about) {
    lines.push_back(fmt::format("{}: {}", demand_on(probe), printable(request)));
  }
  if (probe.rule) {
    lines.push_back(fmt::format("rule: {}:{}", printable(probe.rule->file), probe.rule->line));
  }
  lines.push_back("reference: " + printable(probe.reference));
  std::string out = id_and_title(entry, columns);
  for (const std::string& line : lines) out += "    " + wrapped(line, 4, columns);
  return out;
}

// Those that did not pass and were not skipped, each with how.
std::string trouble(const Report& report, const std::vector<Entry>& entries, const Paint& paint,
                    size_t columns) {
  std::string out;
  for (const VerdictKind kind : kVerdictKinds) {
    if (holds(kind) || kind == VerdictKind::skipped) continue;
    std::string found;
    for (const Entry& entry : entries) {
      if (entry.outcome == nullptr || kind_of(entry.outcome->verdict) != kind) continue;
      found += told_in_full(entry, columns);
    }
    if (!found.empty()) out += "\n" + paint(color_of(kind), name_of(kind)) + "\n" + found;
  }
  std::string others;
  for (const Entry& entry : entries) {
    const bool shown = entry.outcome != nullptr && doubtful(kind_of(entry.outcome->verdict));
    const bool escape =
        entry.outcome != nullptr && kind_of(entry.outcome->verdict) == VerdictKind::escaped;
    if (entry.came != Came::failed || shown || escape) continue;
    others +=
        fmt::format("  {}  ", entry.id) + wrapped(entry.message, entry.id.size() + 4, columns);
  }
  if (!others.empty()) out += "\n" + paint("1;31", "failed otherwise") + "\n" + others;
  if (report.compared != nullptr) {
    for (const std::string& note : report.compared->notes) {
      out += "\nnote: " + wrapped("the baseline differs: " + note, 6, columns);
    }
  }
  return out;
}

std::string skipped(const std::vector<Entry>& entries, size_t columns) {
  std::map<std::string, std::string> ids;  // by reason
  std::map<std::string, size_t> counts;
  for (const Entry& entry : entries) {
    if (entry.came != Came::skipped) continue;
    std::string& list = ids[entry.message];
    list += (list.empty() ? "" : ", ") + entry.id;
    ++counts[entry.message];
  }
  std::string out;
  for (const auto& [why, list] : ids) {
    out += "  " + wrapped(fmt::format("{}: {}", counts[why], why), 2, columns) + "      " +
           wrapped(list, 6, columns);
  }
  return out.empty() ? out : "\nskipped\n" + out;
}

std::string every_probe(const std::vector<Entry>& entries, const Paint& paint, size_t columns) {
  std::string out;
  for (const Entry& entry : entries) {
    if (entry.outcome == nullptr) continue;
    const VerdictKind kind = kind_of(entry.outcome->verdict);
    if (!holds(kind)) continue;
    out += id_and_title(entry, columns) + "    " +
           paint(color_of(kind), std::string(name_of(kind)) + ":") + " " +
           wrapped(printable(detail_of(entry.outcome->verdict)), 4 + name_of(kind).size() + 2,
                   columns);
  }
  return out.empty() ? out : "\nheld\n" + out;
}

std::string coverage(const Run& run, size_t columns) {
  if (!run.coverage) return {};
  const RuleCoverage& covered = *run.coverage;
  std::string out = fmt::format("\nthe policy's own rules: {} of {} tried, {} of {}\n",
                                covered.rules_tried, covered.rules, covered.boundaries_tried,
                                counted(covered.boundaries, "boundary", "boundaries"));
  for (const RuleCoverage::Untried& each : covered.untried) {
    out += "  " + wrapped(fmt::format("{}:{}  {}", printable(each.at.file), each.at.line,
                                      printable(each.statement)),
                          2, columns);
    out += "    " + wrapped(printable(each.why), 4, columns);
  }
  return out;
}

std::string conclusion(const Report& report, const Paint& paint, size_t columns) {
  const Totals totals = totals_of(report.run.outcomes);
  const auto count = [&](VerdictKind kind) { return count_of(totals, kind); };
  const std::string counts =
      fmt::format("{} blocked, {} as {} should; {} skipped; {}",
                  counted(count(VerdictKind::blocked), "attempt was", "attempts were"),
                  counted(count(VerdictKind::works), "thing works", "things work"),
                  count(VerdictKind::works) == 1 ? "it" : "they", count(VerdictKind::skipped),
                  seconds(report.run.took));
  std::string out = "\n" + wrapped(counts, 0, columns);
  std::string_view word;
  std::string_view code = "1;31";
  switch (report.judgement.standing) {
    case Standing::held:
      return out + paint("1;32", "it held") + "\n";
    case Standing::failed:
      word = "it failed";
      break;
    case Standing::not_believed:
      word = "this run cannot be believed";
      code = "1;33";
      break;
    case Standing::ran_nothing:
      word = "nothing was tried";
      code = "1;33";
      break;
  }
  out += paint(code, std::string(word) + ":") + "\n";
  for (const std::string& why : report.judgement.because) out += "  " + wrapped(why, 2, columns);
  return out;
}

}  // namespace

std::string write_text(const Report& report, const TextOptions& options) {
  const Paint paint{options.color};
  const std::vector<Entry> entries = entries_of(report);
  std::string out = head(report, options.columns) + "\n" + table(report.run, paint);
  if (options.every_probe) out += every_probe(entries, paint, options.columns);
  out += trouble(report, entries, paint, options.columns) + skipped(entries, options.columns) +
         coverage(report.run, options.columns) + conclusion(report, paint, options.columns);
  return out;
}

}  // namespace sbxc::conform
