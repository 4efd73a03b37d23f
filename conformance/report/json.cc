// The report that others are made from, and that later runs are compared with:
// docs/schemas/conform.schema.json. Bytes that are no UTF-8 are escaped as people see them
// elsewhere, so that the text of a report is the same on every reader.
#include <nlohmann/json.hpp>

#include "conformance/report/report.h"
#include "conformance/report/words.h"
#include "conformance/suite/error_names.h"

namespace sbxc::conform {

namespace {

using Json = nlohmann::ordered_json;

double in_seconds(Milliseconds time) { return static_cast<double>(time.count()) / 1000.0; }

Json texts(const std::vector<std::string>& all) {
  Json json = Json::array();
  for (const std::string& each : all) json.push_back(printable(each));
  return json;
}

Json place_json(const Place& place) {
  return {{"file", printable(place.file)}, {"line", place.line}};
}

void add_verdict(Json& json, const Verdict& verdict) {
  json["verdict"] = name_of(kind_of(verdict));
  json["detail"] = printable(detail_of(verdict));
  if (const auto* blocked = std::get_if<Blocked>(&verdict);
      blocked && blocked->refused && blocked->refused->error != 0) {
    json["refused"] = {{"call", printable(blocked->refused->call)},
                       {"error", error_name(blocked->refused->error)}};
  }
  if (const auto* escaped = std::get_if<Escaped>(&verdict)) {
    json["seen"] = Json::array();
    for (const Sighting& seen : escaped->seen) {
      json["seen"].push_back(
          {{"evidence", printable(seen.evidence)}, {"what", printable(seen.what)}});
    }
  }
}

Json outcome_json(const ProbeOutcome& outcome) {
  const Probe& probe = outcome.probe;
  Json json = {{"id", printable(probe.id)},
               {"title", printable(probe.title)},
               {"category", printable(probe.category)},
               {"priority", probe.priority},
               {"reference", printable(probe.reference)},
               {"systems", texts(probe.systems)},
               {"about", texts(probe.about)},
               {"evidence", printable(probe.evidence)},
               {"must_work", probe.must_work}};
  if (probe.rule) json["rule"] = place_json(*probe.rule);
  add_verdict(json, outcome.verdict);
  if (outcome.control) {
    json["control"] = {{"showed_evidence", outcome.control->showed_evidence},
                       {"detail", printable(outcome.control->detail)},
                       {"seconds", in_seconds(outcome.control->took)}};
  }
  if (outcome.expected_failure) {
    json["expected_failure"] = {{"reason", printable(outcome.expected_failure->reason)},
                                {"until", printable(outcome.expected_failure->until)}};
  }
  if (!outcome.said.empty()) json["said"] = printable_lines(outcome.said);
  json["seconds"] = in_seconds(outcome.took);
  return json;
}

Json totals_json(const Run& run) {
  const Totals totals = totals_of(run.outcomes);
  Json json;
  for (const VerdictKind kind : kVerdictKinds) {
    json[std::string(name_of(kind))] = count_of(totals, kind);
  }
  return json;
}

Json features_json(const Run& run) {
  Json json = Json::array();
  for (const Feature& feature : run.features) {
    json.push_back({{"name", printable(feature.name)},
                    {"value", printable(feature.value)},
                    {"evidence", printable(feature.evidence)}});
  }
  return json;
}

Json coverage_json(const RuleCoverage& coverage) {
  Json json = {{"rules", coverage.rules},
               {"rules_tried", coverage.rules_tried},
               {"boundaries", coverage.boundaries},
               {"boundaries_tried", coverage.boundaries_tried},
               {"untried", Json::array()}};
  for (const RuleCoverage::Untried& each : coverage.untried) {
    json["untried"].push_back({{"at", place_json(each.at)},
                               {"statement", printable(each.statement)},
                               {"why", printable(each.why)}});
  }
  return json;
}

Json changes_json(const std::vector<VerdictChange>& changes) {
  Json json = Json::array();
  for (const VerdictChange& change : changes) {
    json.push_back({{"id", printable(change.id)},
                    {"before", name_of(change.before)},
                    {"now", name_of(change.now)}});
  }
  return json;
}

Json compared_json(const Comparison& compared) {
  return {{"baseline", printable(compared.baseline)}, {"no_worse", compared.no_worse()},
          {"worse", changes_json(compared.worse)},    {"missing", texts(compared.missing)},
          {"better", changes_json(compared.better)},  {"added", texts(compared.added)},
          {"not_asked", compared.not_asked},          {"notes", texts(compared.notes)}};
}

}  // namespace

std::string write_json(const Report& report) {
  const Run& run = report.run;
  Json json = {{"format", "sbxc-conformance"},
               {"version", 1},
               {"standing", name_of(report.judgement.standing)},
               {"because", texts(report.judgement.because)},
               {"totals", totals_json(run)},
               {"suite_version", printable(run.suite_version)},
               {"started", printable(run.started)},
               {"seconds", in_seconds(run.took)},
               {"system", printable(run.system)},
               {"kernel", printable(run.kernel)},
               {"sandbox",
                {{"name", printable(run.sandbox.name)},
                 {"version", printable(run.sandbox.version)},
                 {"command", printable(run.sandbox.command)}}},
               {"account", {{"uid", run.account.uid}, {"name", printable(run.account.name)}}},
               {"features", features_json(run)},
               {"seed", printable(run.seed)},
               {"shard", {{"index", run.shard.index}, {"count", run.shard.count}}},
               {"only", texts(run.only)},
               {"interrupted", run.interrupted}};
  if (!run.policy.empty()) json["policy"] = printable(run.policy);
  if (!run.model.empty()) json["model"] = printable(run.model);
  json["probes"] = Json::array();
  for (const ProbeOutcome& outcome : run.outcomes) json["probes"].push_back(outcome_json(outcome));
  if (run.coverage) json["coverage"] = coverage_json(*run.coverage);
  if (report.compared != nullptr) json["compared"] = compared_json(*report.compared);
  return json.dump(2) + "\n";
}

}  // namespace sbxc::conform
