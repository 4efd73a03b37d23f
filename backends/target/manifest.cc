#include "backends/target/manifest.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "backends/target/json_layout.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {

namespace {

using Json = nlohmann::ordered_json;

// [file, line, column, end line, end column]: a list, for there are thousands of them.
Json place_of(const Sources& sources, Span span) {
  const LineColumn begin = sources.locate(span.file, span.begin);
  const LineColumn end = sources.locate(span.file, span.end);
  return Json::array({sources.name(span.file), begin.line, begin.column, end.line, end.column});
}

Json rule_json(const Rule& rule, const Sources& sources) {
  Json json = {{"id", static_cast<uint32_t>(rule.id)},
               {"effect", name_of(rule.effect)},
               {"operation", name_of(rule.operation)},
               {"at", place_of(sources, rule.span)}};
  if (!rule.because.empty()) json["because"] = rule.because;
  if (rule.accept_widened) json["accept_widened"] = *rule.accept_widened;
  if (!rule.chain.empty()) {
    Json chain = Json::array();
    for (const UseStep& step : rule.chain) {
      chain.push_back(Json::array({step.target, place_of(sources, step.use)}));
    }
    json["used_through"] = std::move(chain);
  }
  return json;
}

Json verdict_json(const RuleVerdict& verdict) {
  Json json = {{"rule", static_cast<uint32_t>(verdict.rule)},
               {"fidelity", name_of(verdict.fidelity)}};
  if (!verdict.needs.empty()) {
    json["needs"] = Json::array();
    for (const Need need : verdict.needs) json["needs"].push_back(name_of(need));
  }
  if (!verdict.what.empty()) json["what"] = verdict.what;
  if (!verdict.witness.empty()) json["witness"] = verdict.witness;
  return json;
}

}  // namespace

std::string render_manifest(const Policy& policy, const Sources& sources,
                            const std::vector<Lowered>& lowered, const CompileFacts& facts) {
  Json json = {{"format", "sbxc-manifest"},
               {"version", 1},
               {"compiler", {{"name", "sbxc"}, {"version", facts.compiler_version}}},
               {"policy", {{"name", policy.name}, {"language", policy.language_version}}},
               {"options", facts.options},
               {"variables", policy.params}};
  json["inputs"] = Json::array();
  for (const Input& input : policy.inputs) {
    json["inputs"].push_back(
        {{"name", input.name}, {"sha256", input.sha256}, {"built_in", input.built_in}});
  }
  json["rules"] = Json::array();
  for (const Rule& rule : policy.rules) json["rules"].push_back(rule_json(rule, sources));
  json["targets"] = Json::array();
  for (const Lowered& target : lowered) {
    Json entry = {{"target", name_of(target.target)}};
    entry["artifacts"] = Json::array();
    for (const Artifact& artifact : target.artifacts) {
      entry["artifacts"].push_back({{"file", artifact.file},
                                    {"bytes", artifact.bytes.size()},
                                    {"sha256", sha256_hex(artifact.bytes)}});
    }
    entry["verdicts"] = Json::array();
    for (const RuleVerdict& verdict : target.verdicts) {
      entry["verdicts"].push_back(verdict_json(verdict));
    }
    json["targets"].push_back(std::move(entry));
  }
  return layout_json(json);
}

std::string render_source_map(const Policy& policy, const Sources& sources,
                              const std::vector<Lowered>& lowered) {
  Json json = {{"format", "sbxc-sourcemap"}, {"version", 1}};
  json["rules"] = Json::array();
  for (const Rule& rule : policy.rules) {
    json["rules"].push_back(
        {{"id", static_cast<uint32_t>(rule.id)}, {"at", place_of(sources, rule.span)}});
  }
  json["map"] = Json::array();
  for (const Lowered& target : lowered) {
    for (const MapEntry& entry : target.map) {
      Json rules = Json::array();
      for (const RuleId rule : entry.rules) rules.push_back(static_cast<uint32_t>(rule));
      json["map"].push_back(
          {{"file", entry.file}, {"where", entry.where}, {"rules", std::move(rules)}});
    }
  }
  return layout_json(json);
}

}  // namespace sbxc
