// What is in force is compared, not statements: of several limits of one kind the smallest, on each
// system by itself.
#include "compiler/report/setting_changes.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace sbxc::report {

namespace {

struct Setting {
  std::string text;
  uint64_t value = 0;  // of a limit
  Span at{};
};
using Settings = std::map<std::string, Setting>;

std::string bytes_text(uint64_t value) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && value != 0 && value % 1024 == 0) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", value, kUnits[unit]);
}

std::string value_text(const Limit& limit) {
  switch (limit.kind) {
    case LimitKind::processes:
    case LimitKind::open_files:
      return fmt::format("{}", limit.value);
    case LimitKind::memory:
    case LimitKind::file_size:
      return bytes_text(limit.value);
    case LimitKind::time:
      return fmt::format("{}s", limit.value);
  }
  return {};
}

Settings limits_of(const Policy& policy, Os os) {
  Settings all;
  for (const Limit& limit : policy.limits) {
    if (!limit.os.has(os)) continue;
    const Setting setting{value_text(limit), limit.value, limit.span};
    const auto [known, is_new] =
        all.try_emplace(fmt::format("limit {}", name_of(limit.kind)), setting);
    if (!is_new && limit.value < known->second.value) known->second = setting;
  }
  return all;
}

Settings variables_of(const Policy& policy, Os os) {
  Settings all;
  for (const SetEnv& set : policy.environment) {
    if (set.os.has(os)) {
      all.try_emplace("set env " + set.name,
                      Setting{fmt::format("\"{}\"", set.value), 0, set.span});
    }
  }
  return all;
}

Relation relation_of_limits(const Setting* before, const Setting* after) {
  if (before == nullptr) return Relation::narrower;
  if (after == nullptr || after->value > before->value) return Relation::wider;
  return Relation::narrower;
}

const Setting* find(const Settings& all, const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

void compare(const Settings& before, const Settings& after, Os os, bool limits,
             std::vector<SettingChange>& out) {
  Settings names = before;
  names.insert(after.begin(), after.end());
  for (const auto& [name, unused] : names) {
    const Setting* was = find(before, name);
    const Setting* is = find(after, name);
    if (was != nullptr && is != nullptr && was->text == is->text) continue;
    SettingChange change{.name = name,
                         .on = {.linux = os == Os::linux, .macos = os == Os::macos},
                         .relation = limits ? relation_of_limits(was, is) : Relation::incomparable};
    if (was != nullptr) {
      change.before = was->text;
      change.at_before = was->at;
    }
    if (is != nullptr) {
      change.after = is->text;
      change.at_after = is->at;
    }
    out.push_back(std::move(change));
  }
}

bool same(const SettingChange& a, const SettingChange& b) {
  return a.name == b.name && a.before == b.before && a.after == b.after &&
         a.at_before == b.at_before && a.at_after == b.at_after;
}

}  // namespace

std::vector<SettingChange> setting_changes(const Policy& before, const Policy& after) {
  std::vector<SettingChange> all;
  for (const Os os : {Os::linux, Os::macos}) {
    std::vector<SettingChange> here;
    compare(limits_of(before, os), limits_of(after, os), os, true, here);
    compare(variables_of(before, os), variables_of(after, os), os, false, here);
    for (SettingChange& change : here) {
      bool known = false;
      for (SettingChange& other : all) {
        if (!same(change, other)) continue;
        other.on = OsSet{};
        known = true;
      }
      if (!known) all.push_back(std::move(change));
    }
  }
  return all;
}

}  // namespace sbxc::report
