// `sbxc test --format json`: docs/schemas/test.schema.json says what each key is.
#include <nlohmann/json.hpp>

#include "compiler/driver/mutation_output.h"
#include "compiler/driver/test_output.h"

namespace sbxc::driver {

namespace {

using Json = nlohmann::ordered_json;

Json place(const TestResults& results, Span span) {
  const LineColumn at = results.sources.locate(span.file, span.begin);
  return {{"file", results.sources.name(span.file)}, {"line", at.line}, {"column", at.column}};
}

Json rules(const TestResults& results, const std::vector<RuleId>& ids) {
  Json all = Json::array();
  for (const RuleId id : ids) {
    const Rule& rule = results.policy.rule(id);
    Json one = {{"rule", static_cast<uint32_t>(id)}, {"at", place(results, rule.span)}};
    if (!rule.because.empty()) one["because"] = rule.because;
    all.push_back(std::move(one));
  }
  return all;
}

Json request(const TestResults& results, const LineRun& line) {
  Json json = {{"expected", name_of(line.line->expected)},
               {"operation", name_of(line.line->request.operation)},
               {"target", line.line->request.text()},
               {"at", place(results, line.line->span)},
               {"passed", line.passed()},
               {"systems", Json::array()}};
  if (line.line->because) json["because"] = *line.line->because;
  for (const LineRun::OnSystem& on : line.systems) {
    json["systems"].push_back({{"system", name_of(on.os)},
                               {"verdict", name_of(on.decision.verdict)},
                               {"deciding", rules(results, on.decision.deciding)}});
  }
  if (line.finding) {
    json["finding"] = id_of(line.finding->kind);
    json["message"] = line.finding->message;
  }
  return json;
}

Json coverage(const TestResults& results) {
  const Coverage& coverage = *results.coverage;
  Json json = {{"rules", Json::array()},
               {"decided", coverage.decided()},
               {"alone", coverage.alone()},
               {"percent", coverage.percent()},
               {"complete", coverage.complete}};
  if (results.threshold) json["threshold"] = *results.threshold;
  for (const RuleCoverage& covered : coverage.rules) {
    const Rule& rule = results.policy.rule(covered.rule);
    json["rules"].push_back({{"rule", static_cast<uint32_t>(covered.rule)},
                             {"at", place(results, rule.span)},
                             {"decided", covered.decided},
                             {"alone", covered.alone}});
  }
  return json;
}

bool all_well(const TestResults& results) {
  return results.passed() && results.covers_enough() && results.notices_enough();
}

}  // namespace

std::string test_json(const TestResults& results) {
  Json json = {{"format", "sbxc-test"},          {"version", 1},
               {"policy", results.name},         {"passed", all_well(results)},
               {"requests", results.requests()}, {"failed", results.failed_requests()},
               {"tests", Json::array()}};
  for (const TestRun& run : results.runs) {
    Json test = {{"name", run.test->name},
                 {"at", place(results, run.test->span)},
                 {"passed", run.passed()},
                 {"requests", Json::array()}};
    for (const LineRun& line : run.lines) test["requests"].push_back(request(results, line));
    json["tests"].push_back(std::move(test));
  }
  if (results.coverage) json["coverage"] = coverage(results);
  if (results.mutation) {
    json["mutation"] = mutation_json(*results.mutation, results.sources);
    if (results.min_score) json["mutation"]["min_score"] = *results.min_score;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbxc::driver
