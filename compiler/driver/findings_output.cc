#include "compiler/driver/findings_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/driver/findings_sarif.h"

namespace sbxc::driver {

namespace {

using Json = nlohmann::ordered_json;

Json place_of(const Sources& sources, Span span) {
  const LineColumn begin = sources.locate(span.file, span.begin);
  const LineColumn end = sources.locate(span.file, span.end);
  return {{"file", sources.name(span.file)},
          {"line", begin.line},
          {"column", begin.column},
          {"end_line", end.line},
          {"end_column", end.column}};
}

Json finding_json(const Diagnostic& d, const Sources& sources) {
  const KindFacts& facts = facts_of(d.kind);
  Json finding = {{"id", id_of(d.kind)},
                  {"slug", facts.slug},
                  {"severity", word_of(facts.severity)},
                  {"message", d.message}};
  if (d.span) finding["at"] = place_of(sources, *d.span);
  if (!d.labels.empty()) {
    finding["related"] = Json::array();
    for (const Label& label : d.labels) {
      finding["related"].push_back({{"at", place_of(sources, label.span)}, {"text", label.text}});
    }
  }
  if (!d.witness.empty()) finding["witness"] = d.witness;
  if (!d.notes.empty()) finding["notes"] = d.notes;
  if (!d.help.empty()) finding["help"] = d.help;
  return finding;
}

std::string as_json(const Findings& findings, const Sources& sources) {
  Json json = {{"format", "sbxc-findings"}, {"version", 1}, {"findings", Json::array()}};
  for (const Diagnostic& d : findings.found.all()) {
    json["findings"].push_back(finding_json(d, sources));
  }
  for (const AcceptedFinding& each : findings.accepted) {
    Json finding = finding_json(each.finding, sources);
    finding["accepted"] = {{"because", each.because}, {"at", place_of(sources, each.comment)}};
    json["accepted"].push_back(std::move(finding));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Workflow commands of GitHub Actions: data escapes %, CR, LF; properties also `:` and `,`.
std::string escape(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string as_github(const Diagnostics& diagnostics, const Sources& sources) {
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    const KindFacts& facts = facts_of(d.kind);
    const std::string_view command =
        facts.severity == Severity::note ? "notice" : word_of(facts.severity);
    std::string where;
    if (d.span) {
      const LineColumn at = sources.locate(d.span->file, d.span->begin);
      where = fmt::format("file={},line={},col={},", escape(sources.name(d.span->file), true),
                          at.line, at.column);
    }
    std::string text = d.message;
    if (!d.witness.empty()) text += "\nwitness: " + d.witness;
    if (!d.help.empty()) text += "\nhelp: " + d.help;
    out += fmt::format("::{} {}title={}::{}\n", command, where, id_of(d.kind), escape(text, false));
  }
  return out;
}

}  // namespace

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return {};
}

std::string render_findings(const Findings& findings, const Sources& sources,
                            std::string_view format, RenderOptions options) {
  if (format == "json") return as_json(findings, sources);
  if (format == "github") return as_github(findings.found, sources);
  if (format == "sarif") return report::write_sarif(sarif_log(findings, sources));
  return render(findings.found, sources, options);
}

bool any_at(const Diagnostics& diagnostics, std::string_view level) {
  const Severity least = level == "note"      ? Severity::note
                         : level == "warning" ? Severity::warning
                                              : Severity::error;
  const auto& all = diagnostics.all();
  return std::any_of(all.begin(), all.end(),
                     [&](const Diagnostic& d) { return facts_of(d.kind).severity >= least; });
}

std::string count_findings(const Findings& findings) {
  size_t counts[3] = {};
  for (const Diagnostic& d : findings.found.all()) {
    ++counts[static_cast<size_t>(facts_of(d.kind).severity)];
  }
  std::string out;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    const size_t count = counts[static_cast<size_t>(severity)];
    if (count == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}{}", count, word_of(severity), count == 1 ? "" : "s");
  }
  if (findings.accepted.empty()) return out;
  return fmt::format("{}; {} accepted", out.empty() ? "no findings" : out,
                     findings.accepted.size());
}

}  // namespace sbxc::driver
