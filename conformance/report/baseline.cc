// A baseline is a report of our own, or of a later version: keys may be added, so unknown ones are
// let be. What is read decides over a gate: anything missing or doubled ends the reading.
#include "conformance/report/baseline.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"
#include "conformance/report/gate.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

using Json = nlohmann::json;

const std::string* text_at(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

Result<BaselineVerdict> read_verdict(const Json& json) {
  const std::string* id = text_at(json, "id");
  const std::string* verdict = text_at(json, "verdict");
  if (id == nullptr || id->empty() || verdict == nullptr) {
    return fault("one of its probes has no `id` or no `verdict`");
  }
  const auto kind = verdict_kind(*verdict);
  if (!kind) return fault(fmt::format("`{}` is no verdict", printable(*verdict)));
  return BaselineVerdict{*id, *kind};
}

// By id; end where there is none.
template <class Verdicts>
auto find_by_id(const Verdicts& sorted, std::string_view id) {
  const auto at =
      std::lower_bound(sorted.begin(), sorted.end(), id,
                       [](const auto& each, std::string_view b) { return each.id < b; });
  return at != sorted.end() && at->id == id ? at : sorted.end();
}

void note_if_other(std::vector<std::string>& notes, std::string_view what,
                   const std::string& before, const std::string& now) {
  if (before.empty() || before == now) return;
  notes.push_back(
      fmt::format("{}: `{}` there, `{}` here", what, printable(before), printable(now)));
}

std::vector<BaselineVerdict> verdicts_of(const Run& run) {
  std::vector<BaselineVerdict> all;
  for (const ProbeOutcome& outcome : run.outcomes) {
    all.push_back({outcome.probe.id, kind_of(outcome.verdict)});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

Result<Baseline> read_report(std::string_view text, std::string name) {
  const Json json = Json::parse(text, nullptr, false);
  const std::string* format = text_at(json, "format");
  if (format == nullptr || *format != "sbxc-conformance") {
    return fault("it is not what `sbxc conform --format json` writes");
  }
  const auto version = json.find("version");
  if (version == json.end() || *version != 1) return fault("its version is not 1");
  const auto probes = json.find("probes");
  if (probes == json.end() || !probes->is_array() || probes->empty()) {
    return fault("it has no probes");
  }
  Baseline baseline{
      .name = std::move(name), .system = {}, .sandbox = {}, .account = {}, .verdicts = {}};
  for (const Json& each : *probes) {
    Result<BaselineVerdict> verdict = read_verdict(each);
    if (!verdict) return tl::unexpected(verdict.error());
    baseline.verdicts.push_back(std::move(*verdict));
  }
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(baseline.verdicts.begin(), baseline.verdicts.end(), by_id);
  const auto twice = std::adjacent_find(baseline.verdicts.begin(), baseline.verdicts.end(),
                                        [](const auto& a, const auto& b) { return a.id == b.id; });
  if (twice != baseline.verdicts.end()) {
    return fault(fmt::format("it has two verdicts on `{}`", printable(twice->id)));
  }
  if (const std::string* system = text_at(json, "system")) baseline.system = *system;
  if (const auto sandbox = json.find("sandbox"); sandbox != json.end()) {
    if (const std::string* known = text_at(*sandbox, "name")) baseline.sandbox = *known;
  }
  if (const auto account = json.find("account"); account != json.end() && account->is_object()) {
    const auto uid = account->find("uid");
    if (uid != account->end()) baseline.account = *uid == 0 ? "root" : "user";
  }
  return baseline;
}

}  // namespace

Result<Baseline> read_baseline(std::string_view text, std::string name) {
  auto baseline = read_report(text, name);
  if (baseline) return baseline;
  return fault(
      fmt::format("`{}` is nothing to compare with: {}", printable(name), baseline.error().message),
      "`sbxc conform --format json -o FILE` writes one");
}

Comparison compare(const Baseline& baseline, const Run& run) {
  Comparison result{.baseline = baseline.name,
                    .worse = {},
                    .missing = {},
                    .better = {},
                    .added = {},
                    .notes = {}};
  const bool whole = run.only.empty() && run.shard.count == 1;
  const std::vector<BaselineVerdict> now = verdicts_of(run);
  for (const BaselineVerdict& before : baseline.verdicts) {
    const auto here = find_by_id(now, before.id);
    if (here == now.end()) {
      if (!holds(before.verdict)) continue;
      if (whole) {
        result.missing.push_back(before.id);
      } else {
        ++result.not_asked;
      }
    } else if (holds(before.verdict) && !holds(here->verdict)) {
      result.worse.push_back({before.id, before.verdict, here->verdict});
    } else if (!holds(before.verdict) && holds(here->verdict)) {
      result.better.push_back({before.id, before.verdict, here->verdict});
    }
  }
  for (const BaselineVerdict& each : now) {
    if (find_by_id(baseline.verdicts, each.id) == baseline.verdicts.end())
      result.added.push_back(each.id);
  }
  note_if_other(result.notes, "system", baseline.system, run.system);
  note_if_other(result.notes, "sandbox", baseline.sandbox, run.sandbox.name);
  note_if_other(result.notes, "account", baseline.account, run.account.uid == 0 ? "root" : "user");
  return result;
}

const VerdictChange* worse_than_before(const Comparison* compared, std::string_view id) {
  if (compared == nullptr) return nullptr;
  const auto found = find_by_id(compared->worse, id);
  return found == compared->worse.end() ? nullptr : &*found;
}

}  // namespace sbxc::conform
