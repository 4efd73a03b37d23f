#include "compiler/driver/denial_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "compiler/diag/printable.h"
#include "compiler/driver/allowing_statements.h"
#include "compiler/driver/rule_text.h"
#include "compiler/driver/system_names.h"
#include "compiler/driver/this_system.h"

namespace sbxc::driver {
namespace {

constexpr size_t kTargetsShown = 3;
constexpr size_t kGroupsShown = 12;
constexpr size_t kMissesKept = 2000;
constexpr size_t kTargetsKept = 20'000;  // beyond these a target may be counted twice

Operation operation_of(broker::Denied denied) {
  switch (denied) {
    case broker::Denied::read:
      return Operation::read;
    case broker::Denied::write:
      return Operation::write;
    case broker::Denied::socket:
      return Operation::socket;
    case broker::Denied::exec:
      return Operation::exec;
    case broker::Denied::service:
      return Operation::mach;
  }
  return Operation::write;
}

}  // namespace

bool DenialLog::record_start(const std::vector<std::string>& command) {
  return audit_.write(audit_line({{"sbxc_audit", 1},
                                  {"event", "start"},
                                  {"time", audit_time()},
                                  {"policy", policy_.name},
                                  {"command", command}}));
}

bool DenialLog::record_end(int status) {
  return audit_.write(audit_line({{"event", "end"},
                                  {"time", audit_time()},
                                  {"status", status},
                                  {"not_recorded", dropped_ + connections_.dropped()}}));
}

bool DenialLog::take(std::string_view bytes) {
  pending_ += bytes;
  std::string_view left = pending_;
  bool damaged = false;
  bool recorded = true;
  while (auto report = broker::decode(left, damaged)) recorded = take(*report) && recorded;
  pending_.erase(0, pending_.size() - left.size());
  if (damaged) {
    failure_ = "the broker's reports are damaged";
    return false;
  }
  return recorded;
}

bool DenialLog::take_connections(std::string_view bytes) {
  const std::string lines = connections_.take(bytes, audit_time());
  if (connections_.damaged()) failure_ = "the proxy's reports are damaged";
  return !connections_.damaged() && audit_.write(lines);
}

bool DenialLog::take_limit(ReachedLimit reached) {
  limits_.push_back(reached);
  if (!audit_.is_open()) return true;
  return audit_.write(audit_line(reached_limit_record(policy_, sources_, reached, audit_time())));
}

bool DenialLog::take(const broker::Report& report) {
  if (report.unseen != broker::Unseen::no) {
    keep_miss(report);
    return true;
  }
  dropped_ += report.dropped;
  return tell(report, audit_time());
}

// A path that was cut is another one.
void DenialLog::keep_miss(const broker::Report& report) {
  not_looked_for_ += report.dropped;
  const std::string key = std::string(name_of(operation_of(report.operation))) + ' ' + report.path;
  if (missed_.contains(key)) return;
  if (report.cut || misses_.size() >= kMissesKept) {
    ++not_looked_for_;
    return;
  }
  missed_.insert(key);
  misses_.push_back({report, audit_time()});
}

bool DenialLog::take_misses(const std::function<bool(const std::string&)>& is_there_outside) {
  bool recorded = true;
  for (const auto& [report, time] : std::exchange(misses_, {})) {
    const size_t slash = report.path.rfind('/');
    const bool directory = report.unseen == broker::Unseen::directory && slash > 0;
    if (!is_there_outside(directory ? report.path.substr(0, slash) : report.path)) continue;
    recorded = tell(report, time) && recorded;
  }
  return recorded;
}

bool DenialLog::tell(const broker::Report& report, const std::string& time) {
  const Request request{operation_of(report.operation), report.path};
  const Decision decision = decide(policy_, kThisSystem, request);
  count(report, request, decision);
  if (!audit_.is_open()) return true;
  nlohmann::ordered_json line = {{"event", "denied"},
                                 {"time", time},
                                 {"operation", name_of(request.operation)},
                                 {"target", report.path}};
  if (!report.second.empty()) line["second"] = report.second;
  if (report.cut) line["cut"] = true;
  if (report.unseen != broker::Unseen::no) line["hidden"] = true;
  if (report.other_spellings) line["other_spellings"] = true;
  line["error"] = error_name(report.error);
  if (const auto call = call_name(report.call)) line["syscall"] = *call;
  line["pid"] = report.pid;
  line["rules"] = nlohmann::ordered_json::array();
  for (const RuleId id : decision.deciding) {
    const Rule& rule = policy_.rule(id);
    nlohmann::ordered_json entry = {{"rule", static_cast<uint32_t>(id)},
                                    {"at", sources_.describe(rule.span)}};
    if (!rule.because.empty()) entry["because"] = rule.because;
    line["rules"].push_back(std::move(entry));
  }
  line["allow"] = allowing_statements(policy_, sources_, kThisSystem, request);
  return audit_.write(audit_line(line));
}

void DenialLog::count(const broker::Report& report, const Request& request,
                      const Decision& decision) {
  const std::string key = std::string(name_of(request.operation)) + ' ' + report.path;
  if (const auto known = seen_.find(key); known != seen_.end()) {
    ++groups_[known->second].times;
    return;
  }
  auto group = std::ranges::find_if(groups_, [&](const Group& existing) {
    return existing.operation == request.operation && existing.rules == decision.deciding &&
           existing.other_spellings == report.other_spellings;
  });
  if (group == groups_.end()) {
    group = groups_.insert(groups_.end(),
                           {request.operation, decision.deciding, report.other_spellings, {}});
  }
  ++group->times;
  if (group->targets.size() < kTargetsShown) {
    group->targets.push_back(report.path);
  } else {
    ++group->others;
  }
  if (seen_.size() < kTargetsKept) {
    seen_.emplace(key, static_cast<size_t>(group - groups_.begin()));
  }
}

std::string DenialLog::summary() const {
  std::string out;
  size_t shown = 0;
  for (const Group& group : groups_) {
    if (++shown > kGroupsShown) {
      out += fmt::format("and {} more rules; `--audit FILE` records every denial\n",
                         groups_.size() - kGroupsShown);
      break;
    }
    out += "denied:";
    for (const std::string& target : group.targets) {
      out += fmt::format("{} {} {}", &target == &group.targets.front() ? "" : ",",
                         name_of(group.operation), printable(target));
    }
    if (group.others > 0) out += fmt::format(" and {} more", group.others);
    if (group.times > group.targets.size() + group.others) {
      out += fmt::format(" ({} times)", group.times);
    }
    out += "\n";
    if (group.other_spellings) {
      out +=
          "  names in its directory have other spellings (`A` is `a` there), which would get "
          "around "
          "what is denied\n  to work there: use a directory without the casefold flag\n";
      continue;
    }
    if (group.rules.empty()) out += "  no rule allows it\n";
    for (const RuleId id : group.rules) out += rule_lines(policy_, sources_, id);
    const Request first{group.operation, group.targets.front()};
    out += fmt::format(
        "  to allow it: {}\n",
        fmt::join(allowing_statements(policy_, sources_, kThisSystem, first), "\n               "));
  }
  if (dropped_ > 0) out += fmt::format("denials that were too many to be told: {}\n", dropped_);
  if (not_looked_for_ > 0) {
    out += fmt::format("names missing inside that were too many to look for outside: {}\n",
                       not_looked_for_);
  }
  out += connections_.summary();
  for (const ReachedLimit& limit : limits_) {
    out += reached_limit_lines(policy_, sources_, limit);
  }
  return out;
}

}  // namespace sbxc::driver
