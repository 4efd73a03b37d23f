#include "compiler/driver/connection_denials.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbxc::driver {
namespace {

constexpr size_t kTargetsShown = 3;
constexpr size_t kGroupsShown = 12;
constexpr size_t kGroupsKept = 1000;     // beyond these only numbers are kept
constexpr size_t kTargetsKept = 20'000;  // beyond these a target may be counted twice

bool same_rules(const std::vector<DecidingRule>& one, const std::vector<DecidingRule>& other) {
  return std::ranges::equal(one, other, {}, &DecidingRule::number, &DecidingRule::number);
}

std::string line_of(const egress::Report& report, const Judged& judged, const std::string& time) {
  const bool allowed = report.reason == egress::Reason::allowed;
  nlohmann::ordered_json line = {
      {"event", allowed ? "allowed" : (is_failure(report.reason) ? "failed" : "denied")},
      {"time", time},
      {"operation", "connect"},
      {"target", target_text(report)},
      {"reason", name_of(report.reason)}};
  if (report.operation == egress::Asked::dns) line["by"] = "dns";
  if (!report.detail.empty()) line["detail"] = report.detail;
  if (!report.client.empty()) line["client"] = report.client;
  if (report.repeated > 0) line["repeated"] = report.repeated;
  if (report.dropped > 0) line["not_recorded"] = report.dropped;
  line["rules"] = nlohmann::ordered_json::array();
  for (const DecidingRule& rule : judged.rules) {
    nlohmann::ordered_json entry = {{"rule", rule.number}, {"at", rule.at}};
    if (!rule.because.empty()) entry["because"] = rule.because;
    line["rules"].push_back(std::move(entry));
  }
  line["allow"] = judged.allow;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ConnectionDenials::take(std::string_view bytes, const std::string& time) {
  pending_ += bytes;
  std::string_view left = pending_;
  std::string lines;
  while (auto report = egress::decode(left, damaged_)) {
    dropped_ += report->dropped;
    const Judged judged = judge_(*report);
    if (report->reason != egress::Reason::allowed) count(*report, judged);
    lines += line_of(*report, judged, time);
  }
  pending_.erase(0, pending_.size() - left.size());
  return lines;
}

void ConnectionDenials::count(const egress::Report& report, const Judged& judged) {
  const uint64_t times = uint64_t{1} + report.repeated;
  const std::string target = target_text(report);
  const std::string key = fmt::format("{} {}", name_of(report.reason), target);
  if (const auto known = seen_.find(key); known != seen_.end()) {
    groups_[known->second].times += times;
    return;
  }
  const std::string why = why_text(report);
  // What rules decided is one group for all hosts; what a peer did wrong is told for each.
  auto group = std::ranges::find_if(groups_, [&](const Group& existing) {
    return existing.reason == report.reason && same_rules(existing.rules, judged.rules) &&
           existing.why == why;
  });
  if (group == groups_.end()) {
    if (groups_.size() >= kGroupsKept) {
      dropped_ += times;
      return;
    }
    group = groups_.insert(groups_.end(), {report.reason, judged.rules, {}, why});
  }
  group->times += times;
  if (group->targets.size() < kTargetsShown) {
    group->targets.push_back({target, judged.allow});
  } else {
    ++group->others;
  }
  if (seen_.size() < kTargetsKept) {
    seen_.emplace(key, static_cast<size_t>(group - groups_.begin()));
  }
}

std::string ConnectionDenials::text_of(const Group& group) {
  std::string out = is_failure(group.reason) ? "failed:" : "denied:";
  std::vector<std::string> allow;
  for (const Target& target : group.targets) {
    out += fmt::format("{} connect {}", &target == &group.targets.front() ? "" : ",", target.text);
    for (const std::string& line : target.allow) {
      if (std::ranges::find(allow, line) == allow.end()) allow.push_back(line);
    }
  }
  if (group.others > 0) out += fmt::format(" and {} more", group.others);
  if (group.times > group.targets.size() + group.others) {
    out += fmt::format(" ({} times)", group.times);
  }
  out += "\n";
  if (!group.why.empty()) out += fmt::format("  {}\n", group.why);
  for (const DecidingRule& rule : group.rules) out += rule.lines;
  if (!allow.empty()) {
    out += fmt::format("  to allow it: {}\n", fmt::join(allow, "\n               "));
  }
  return out;
}

std::string ConnectionDenials::summary() const {
  std::string out;
  for (size_t i = 0; i < std::min(groups_.size(), kGroupsShown); ++i) out += text_of(groups_[i]);
  if (groups_.size() > kGroupsShown) {
    out += fmt::format("and {} more kinds; `--audit FILE` records every one\n",
                       groups_.size() - kGroupsShown);
  }
  if (dropped_ > 0) out += fmt::format("{} connections were too many to be told\n", dropped_);
  return out;
}

}  // namespace sbxc::driver
