#include "backends/source_map/source_map.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

using Json = nlohmann::json;

tl::unexpected<Diagnostic> refuse(std::string_view why) {
  return tl::unexpected(Diagnostic{.kind = Kind::cannot_read,
                                   .span = std::nullopt,
                                   .message = fmt::format("this is no source map: {}", why)});
}

bool is_index(const Json& json) {
  return json.is_number_unsigned() && json.get<uint64_t>() <= 0xffffffff;
}

// [file, line, column, end line, end column]
std::optional<std::string> place(const Json& at) {
  if (!at.is_array() || at.size() != 5 || !at[0].is_string()) return std::nullopt;
  if (!is_index(at[1]) || !is_index(at[2])) return std::nullopt;
  return fmt::format("{}:{}:{}", at[0].get_ref<const std::string&>(), at[1].get<uint32_t>(),
                     at[2].get<uint32_t>());
}

const Json& member(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

}  // namespace

Result<SourceMap> SourceMap::read(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return refuse("it is no JSON");
  if (member(json, "format") != "sbxc-sourcemap") return refuse("it does not say so");
  if (member(json, "version") != 1) return refuse("it has a version that is not known");
  SourceMap out;
  for (const Json& rule : member(json, "rules")) {
    const auto at = place(member(rule, "at"));
    if (!is_index(member(rule, "id")) || !at) return refuse("a rule has no place");
    out.places_[RuleId{rule["id"].get<uint32_t>()}] = *at;
  }
  for (const Json& entry : member(json, "map")) {
    if (!member(entry, "file").is_string() || !is_index(member(entry, "where"))) {
      return refuse("an entry has no place");
    }
    std::vector<RuleId>& rules = out.rules_[{entry["file"], entry["where"].get<uint32_t>()}];
    for (const Json& rule : member(entry, "rules")) {
      if (!is_index(rule)) return refuse("an entry has no rules");
      rules.push_back(RuleId{rule.get<uint32_t>()});
    }
  }
  return out;
}

std::vector<RuleId> SourceMap::rules_of(std::string_view file, uint32_t where) const {
  const auto found = rules_.find({std::string(file), where});
  return found == rules_.end() ? std::vector<RuleId>() : found->second;
}

std::string SourceMap::place_of(RuleId rule) const {
  const auto found = places_.find(rule);
  return found == places_.end() ? std::string() : found->second;
}

std::string text_of(const Held& held) {
  std::string places;
  for (const std::string& place : held.places) places += (places.empty() ? " [" : ", ") + place;
  if (!places.empty()) places += "]";
  return fmt::format("{}:{}: {}: {}{}", held.file, held.where, held.emitted, held.answer,
                     printable(places));
}

}  // namespace sbxc
