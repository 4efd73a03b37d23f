#include "compiler/driver/findings_sarif.h"

#include <algorithm>

#include "compiler/driver/targets.h"

namespace sbxc::driver {

namespace {

// Viewers show a message as it is, so it is a sentence there, and what helps stands below.
std::string message_of(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message + ".";
  if (!diagnostic.witness.empty()) text += "\nWitness: `" + diagnostic.witness + "`.";
  for (const std::string& note : diagnostic.notes) text += "\nNote: " + note + ".";
  if (!diagnostic.help.empty()) text += "\nHelp: " + diagnostic.help + ".";
  return text;
}

void add_result(const Diagnostic& d, const Sources& sources, report::SarifLog& log) {
  const KindFacts& facts = facts_of(d.kind);
  const std::string id = id_of(d.kind);
  const bool known = std::any_of(log.rules.begin(), log.rules.end(),
                                 [&](const report::SarifRule& rule) { return rule.id == id; });
  if (!known) {
    log.rules.push_back({.id = id,
                         .name = std::string(facts.slug),
                         .title = std::string(facts.title),
                         .help = std::string(finding_page(facts.slug)),
                         .severity = facts.severity});
  }
  report::SarifResult result{.rule = id, .severity = facts.severity, .message = message_of(d)};
  if (d.span) result.at = report::sarif_place(sources, *d.span);
  for (const Label& label : d.labels) {
    result.related.push_back(report::sarif_place(sources, label.span, label.text));
  }
  log.results.push_back(std::move(result));
}

}  // namespace

report::SarifLog sarif_log(const Findings& findings, const Sources& sources) {
  report::SarifLog log{.version = SBXC_VERSION,
                       .documentation = SBXC_DOCUMENTATION,
                       .rules = {},
                       .results = {},
                       .succeeded = true};
  for (const Diagnostic& d : findings.found.all()) add_result(d, sources, log);
  for (const AcceptedFinding& each : findings.accepted) {
    add_result(each.finding, sources, log);
    log.results.back().accepted_because = each.because;
  }
  return log;
}

}  // namespace sbxc::driver
