#include "compiler/report/difference_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "compiler/report/difference_words.h"

namespace sbxc::report {

namespace {

using Json = nlohmann::ordered_json;

Json systems(OsSet on) {
  Json all = Json::array();
  if (on.linux) all.push_back("linux");
  if (on.macos) all.push_back("macos");
  return all;
}

Json place(const LinePlace& at) {
  return {{"file", at.file}, {"line", at.in_bytes.line}, {"column", at.in_bytes.column}};
}

Json rules(const std::vector<RuleId>& ids, const DifferenceSide& side) {
  Json all = Json::array();
  for (const RuleId id : ids) {
    const DecidingRule rule = side.rule(id);
    Json one = {{"rule", static_cast<uint32_t>(id)},
                {"effect", name_of(rule.effect)},
                {"operation", rule.operation},
                {"at", place(rule.at)}};
    if (!rule.because.empty()) one["because"] = rule.because;
    all.push_back(std::move(one));
  }
  return all;
}

Json part(const std::vector<std::string>& globs, const std::vector<std::string>& except) {
  return {{"patterns", globs}, {"except", except}};
}

Json change_json(const OperationChange& operation, const Change& change,
                 const DifferenceSide& before, const DifferenceSide& after) {
  Json sets = Json::array({part(change.patterns.globs, change.patterns.except)});
  for (const automata::GlobPart& also : change.patterns.also) {
    sets.push_back(part(also.globs, also.except));
  }
  Json witnesses = Json::array();
  for (const Witness& witness : change.witnesses) {
    witnesses.push_back({{"request", witness.request.text()},
                         {"before", name_of(operation, witness.before)},
                         {"after", name_of(operation, witness.after)},
                         {"rules_before", rules(witness.rules_before, before)},
                         {"rules_after", rules(witness.rules_after, after)}});
  }
  Json json = {{"complete", change.patterns.complete}, {"sets", std::move(sets)}};
  if (change.log2_requests) json["log2_requests"] = *change.log2_requests;
  json["witnesses"] = std::move(witnesses);
  return json;
}

// Minus infinity, for a set without members, has no number in JSON.
Json bits(double value) { return std::isinf(value) ? Json(nullptr) : Json(value); }

Json operation_json(const OperationChange& change, const DifferenceSide& before,
                    const DifferenceSide& after) {
  const Comparison& comparison = change.comparison;
  Json json = {{"operation", name_of(change)},
               {"systems", systems(change.on)},
               {"relation", name_of(comparison.relation)}};
  if (change.bits_before) json["bits_before"] = bits(*change.bits_before);
  if (change.bits_after) json["bits_after"] = bits(*change.bits_after);
  if (!comparison.gained.empty())
    json["gained"] = change_json(change, comparison.gained, before, after);
  if (!comparison.lost.empty()) json["lost"] = change_json(change, comparison.lost, before, after);
  return json;
}

Json setting_json(const SettingChange& change, const DifferenceSide& before,
                  const DifferenceSide& after) {
  Json json = {{"setting", change.name},
               {"systems", systems(change.on)},
               {"relation", name_of(change.relation)}};
  const auto setting = [](const std::string& value, const std::optional<Span>& at,
                          const DifferenceSide& side) {
    Json one{{"value", value}};
    if (at) one["at"] = place(side.setting_at(*at));
    return one;
  };
  if (change.at_before || !change.before.empty()) {
    json["before"] = setting(change.before, change.at_before, before);
  }
  if (change.at_after || !change.after.empty()) {
    json["after"] = setting(change.after, change.at_after, after);
  }
  return json;
}

}  // namespace

std::string write_json(const Difference& difference, const DifferenceSide& before,
                       const DifferenceSide& after) {
  Json json = {{"format", "sbxc-diff"},
               {"version", 1},
               {"before", before.name},
               {"after", after.name},
               {"relation", name_of(difference.relation())},
               {"operations", Json::array()},
               {"settings", Json::array()}};
  for (const OperationChange& change : difference.operations) {
    json["operations"].push_back(operation_json(change, before, after));
  }
  for (const SettingChange& change : difference.settings) {
    json["settings"].push_back(setting_json(change, before, after));
  }
  if (!difference.uncompared.empty()) json["uncompared"] = Json::array();
  for (const Uncompared& one : difference.uncompared) {
    json["uncompared"].push_back(
        {{"operation", one.name}, {"systems", systems(one.on)}, {"why", one.why}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbxc::report
