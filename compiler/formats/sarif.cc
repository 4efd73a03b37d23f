// One run of one tool. Files are relative URIs: percent-encoded bytes, no base, which readers take
// for the root of the checkout. Built-in files (`std/node`) and standard input are no files of the
// checkout; they get a scheme of their own, so that no viewer opens a file that is not meant.
//
// Left out: fixes, code flows, and fingerprints of what lies in a text (readers make better ones).
#include "compiler/formats/sarif.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbxc::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

uint32_t characters(std::string_view text) {
  return static_cast<uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

LineColumn in_characters(const Sources& sources, FileId file, uint32_t offset) {
  LineColumn at = sources.locate(file, offset);
  uint32_t start = 0;
  const std::string_view line = sources.line_at(file, offset, &start);
  at.column = characters(line.substr(0, offset - start)) + 1;
  return at;
}

std::string uri_of(std::string_view file) {
  std::string uri = file.starts_with("std/") || file == "<stdin>" ? "sbxc:" : "";
  if (file.starts_with("sbxc:")) {
    uri = "sbxc:";
    file.remove_prefix(uri.size());
  } else if (file.starts_with('/')) {
    uri = "file://";
  }
  for (const char c : file) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        std::isalnum(byte) != 0 || std::string_view("/-._~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return {};
}

// `write-runs-later` as viewers like names: `WriteRunsLater`.
std::string in_pascal_case(std::string_view slug) {
  std::string name;
  bool upper = true;
  for (const char c : slug) {
    if (c == '-') {
      upper = true;
      continue;
    }
    name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return name;
}

Json rule_json(const SarifRule& rule, const std::string& documentation) {
  Json json = {{"id", rule.id},
               {"name", in_pascal_case(rule.name)},
               {"shortDescription", {{"text", rule.title + "."}}},
               {"fullDescription", {{"text", rule.title + "."}}},
               {"defaultConfiguration", {{"level", level_of(rule.severity)}}}};
  if (!rule.help.empty()) json["help"] = {{"text", rule.help}, {"markdown", rule.help}};
  if (!documentation.empty()) json["helpUri"] = documentation + rule.name + ".md";
  return json;
}

Json place_json(const SarifPlace& place) {
  Json json = {{"physicalLocation",
                {{"artifactLocation", {{"uri", uri_of(place.file)}}},
                 {"region",
                  {{"startLine", place.begin.line},
                   {"startColumn", place.begin.column},
                   {"endLine", place.end.line},
                   {"endColumn", place.end.column}}}}}};
  if (!place.text.empty()) json["message"] = {{"text", place.text}};
  return json;
}

// In a log where any result is suppressed the others must say that they are not.
Json suppressions_json(const SarifResult& result) {
  Json all = Json::array();
  if (!result.accepted_because.empty()) {
    all.push_back({{"kind", result.accepted_outside ? "external" : "inSource"},
                   {"justification", result.accepted_because}});
  }
  return all;
}

Json result_json(const SarifResult& result, size_t rule_index) {
  Json json = {{"ruleId", result.rule},
               {"ruleIndex", rule_index},
               {"level", level_of(result.severity)},
               {"message", {{"text", result.message}}}};
  json["locations"] = Json::array();
  if (result.at) json["locations"].push_back(place_json(*result.at));
  for (size_t i = 0; i < result.related.size(); ++i) {
    Json related = place_json(result.related[i]);
    related["id"] = i + 1;
    json["relatedLocations"].push_back(std::move(related));
  }
  if (!result.baseline.empty()) json["baselineState"] = result.baseline;
  if (!result.fingerprint.empty()) {
    json["partialFingerprints"] = {{"sbxcProbe/v1", result.fingerprint}};
  }
  return json;
}

size_t index_of(const std::string& rule, const SarifLog& log) {
  const auto found = std::find_if(log.rules.begin(), log.rules.end(),
                                  [&](const SarifRule& candidate) { return candidate.id == rule; });
  return static_cast<size_t>(found - log.rules.begin());
}

Json notice_json(const SarifNotice& notice, const SarifLog& log) {
  Json json = {{"level", level_of(notice.severity)}, {"message", {{"text", notice.message}}}};
  if (!notice.rule.empty()) {
    json["associatedRule"] = {{"id", notice.rule}, {"index", index_of(notice.rule, log)}};
  }
  return json;
}

Json invocation_json(const SarifLog& log) {
  Json json = {{"executionSuccessful", log.succeeded}};
  for (const SarifNotice& notice : log.notices) {
    json["toolExecutionNotifications"].push_back(notice_json(notice, log));
  }
  return json;
}

}  // namespace

SarifPlace sarif_place(const Sources& sources, Span span, std::string text) {
  return {.file = sources.name(span.file),
          .begin = in_characters(sources, span.file, span.begin),
          .end = in_characters(sources, span.file, span.end),
          .text = std::move(text)};
}

std::string write_sarif(const SarifLog& log) {
  Json driver = {{"name", "sbxc"}, {"version", log.version}};
  if (!log.documentation.empty()) driver["informationUri"] = log.documentation;
  driver["rules"] = Json::array();
  for (const SarifRule& rule : log.rules) {
    driver["rules"].push_back(rule_json(rule, log.documentation));
  }
  Json run = {{"tool", {{"driver", std::move(driver)}}},
              {"invocations", Json::array({invocation_json(log)})},
              {"columnKind", "unicodeCodePoints"},
              {"results", Json::array()}};
  if (!log.category.empty()) run["automationDetails"] = {{"id", log.category}};
  const bool any_accepted =
      std::any_of(log.results.begin(), log.results.end(),
                  [](const SarifResult& result) { return !result.accepted_because.empty(); });
  for (const SarifResult& result : log.results) {
    run["results"].push_back(result_json(result, index_of(result.rule, log)));
    if (any_accepted) run["results"].back()["suppressions"] = suppressions_json(result);
  }
  const Json json = {
      {"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbxc::report
