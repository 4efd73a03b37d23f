#include "compiler/driver/findings_sarif.h"

#include <set>

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

}  // namespace

report::SarifLog sarif_log(const Diagnostics& diagnostics, const Sources& sources) {
  report::SarifLog log{.version = SBXC_VERSION,
                       .documentation = SBXC_DOCUMENTATION,
                       .rules = {},
                       .results = {},
                       .succeeded = true};
  std::set<Kind> kinds;
  for (const Diagnostic& d : diagnostics.all()) {
    const KindFacts& facts = facts_of(d.kind);
    if (kinds.insert(d.kind).second) {
      log.rules.push_back({.id = id_of(d.kind),
                           .name = std::string(facts.slug),
                           .title = std::string(facts.title),
                           .help = std::string(finding_page(facts.slug)),
                           .severity = facts.severity});
    }
    report::SarifResult result{
        .rule = id_of(d.kind), .severity = facts.severity, .message = message_of(d)};
    if (d.span) result.at = report::sarif_place(sources, *d.span);
    for (const Label& label : d.labels) {
      result.related.push_back(report::sarif_place(sources, label.span, label.text));
    }
    log.results.push_back(std::move(result));
  }
  return log;
}

}  // namespace sbxc::driver
