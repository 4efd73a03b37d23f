#include "backends/target/manifest.h"

#include "backends/target/json_writer.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {

namespace {

// [file, line, column, end line, end column]: a list, for there are thousands of them.
void write_place(JsonWriter& json, const Sources& sources, Span span) {
  const LineColumn begin = sources.locate(span.file, span.begin);
  const LineColumn end = sources.locate(span.file, span.end);
  json.list();
  json.text(sources.name(span.file));
  json.number(begin.line);
  json.number(begin.column);
  json.number(end.line);
  json.number(end.column);
  json.close();
}

void write_rule(JsonWriter& json, const Rule& rule, const Sources& sources) {
  json.object();
  json.member("id", static_cast<uint32_t>(rule.id));
  json.member("effect", name_of(rule.effect));
  json.member("operation", name_of(rule.operation));
  write_place(json.key("at"), sources, rule.span);
  if (!rule.because.empty()) json.member("because", rule.because);
  if (rule.accept_widened) json.member("accept_widened", *rule.accept_widened);
  if (!rule.chain.empty()) {
    json.key("used_through").list();
    for (const UseStep& step : rule.chain) {
      json.list();
      json.text(step.target);
      write_place(json, sources, step.use);
      json.close();
    }
    json.close();
  }
  json.close();
}

void write_verdict(JsonWriter& json, const RuleVerdict& verdict) {
  json.object();
  json.member("rule", static_cast<uint32_t>(verdict.rule));
  json.member("fidelity", name_of(verdict.fidelity));
  if (!verdict.needs.empty()) {
    json.key("needs").list();
    for (const Need need : verdict.needs) json.text(name_of(need));
    json.close();
  }
  if (!verdict.what.empty()) json.member("what", verdict.what);
  if (!verdict.witness.empty()) json.member("witness", verdict.witness);
  json.close();
}

void write_texts(JsonWriter& json, std::string_view name,
                 const std::map<std::string, std::string>& texts) {
  json.key(name).object();
  for (const auto& [key, value] : texts) json.member(key, value);
  json.close();
}

void write_target(JsonWriter& json, const Lowered& target) {
  json.object(JsonLayout::lines);
  json.member("target", name_of(target.target));
  json.table("artifacts");
  for (const Artifact& artifact : target.artifacts) {
    json.object();
    json.member("file", artifact.file);
    json.member("bytes", artifact.bytes.size());
    json.member("sha256", sha256_hex(artifact.bytes));
    json.close();
  }
  json.close();
  json.table("verdicts");
  for (const RuleVerdict& verdict : target.verdicts) write_verdict(json, verdict);
  json.close();
  json.close();
}

}  // namespace

std::string render_manifest(const Policy& policy, const Sources& sources,
                            const std::vector<Lowered>& lowered, const CompileFacts& facts) {
  JsonWriter json;
  json.member("format", "sbxc-manifest");
  json.member("version", 1U);
  json.key("compiler").object();
  json.member("name", "sbxc");
  json.member("version", facts.compiler_version);
  json.close();
  json.key("policy").object();
  json.member("name", policy.name);
  json.member("language", static_cast<uint32_t>(policy.language_version));
  json.close();
  write_texts(json, "options", facts.options);
  write_texts(json, "variables", policy.params);
  json.table("inputs");
  for (const Input& input : policy.inputs) {
    json.object();
    json.member("name", input.name);
    json.member("sha256", input.sha256);
    json.member("built_in", input.built_in);
    json.close();
  }
  json.close();
  json.table("rules");
  for (const Rule& rule : policy.rules) write_rule(json, rule, sources);
  json.close();
  json.table("targets");
  for (const Lowered& target : lowered) write_target(json, target);
  return std::move(json).finish();
}

std::string render_source_map(const Policy& policy, const Sources& sources,
                              const std::vector<Lowered>& lowered) {
  JsonWriter json;
  json.member("format", "sbxc-sourcemap");
  json.member("version", 1U);
  json.table("rules");
  for (const Rule& rule : policy.rules) {
    json.object();
    json.member("id", static_cast<uint32_t>(rule.id));
    write_place(json.key("at"), sources, rule.span);
    json.close();
  }
  json.close();
  json.table("map");
  for (const Lowered& target : lowered) {
    for (const MapEntry& entry : target.map) {
      json.object();
      json.member("file", entry.file);
      json.member("where", entry.where);
      json.key("rules").list();
      for (const RuleId rule : entry.rules) json.number(static_cast<uint32_t>(rule));
      json.close();
      json.close();
    }
  }
  return std::move(json).finish();
}

}  // namespace sbxc
