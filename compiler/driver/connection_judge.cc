#include "compiler/driver/connection_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "compiler/diag/printable.h"
#include "compiler/driver/allowing_statements.h"
#include "compiler/driver/rule_text.h"
#include "compiler/driver/this_system.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {
namespace {

// A name in DNS has no port; a rule that says nothing of ports is about this one.
constexpr uint16_t kUsualPort = 443;

Host host_of(const std::string& text) {
  if (const auto address = parse_ip(text).address) return *address;
  return text;
}

// The request that a rule decided; nothing when none did.
std::optional<HostRequest> decided(const egress::Report& report) {
  const uint16_t port = report.port == 0 ? kUsualPort : report.port;
  switch (about(report.reason)) {
    case About::host:
      return HostRequest{host_of(report.host), port};
    case About::address:
      if (const auto address = parse_ip(report.detail).address) return HostRequest{*address, port};
      return std::nullopt;
    case About::manner:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string spelled(const egress::Report& report, const HostRequest& request) {
  return about(report.reason) == About::host ? target_text(report) : printable(request.text());
}

// The name is allowed already: its address needs no `allow` unless it is a special one.
void keep_what_an_address_needs(const egress::Report& report, const HostRequest& request,
                                std::vector<std::string>& statements) {
  const auto* address = std::get_if<IpAddress>(&request.host);
  if (about(report.reason) != About::address || address == nullptr) return;
  const auto use = special_use(*address);
  if (use && *use != "documentation") return;
  std::erase_if(statements, [](const std::string& line) { return line.starts_with("allow "); });
}

host_table::Address table_address(const IpAddress& address) { return {address.v6, address.bytes}; }

std::vector<host_table::RuleFacts> deciding(const host_table::HostTable& table,
                                            const HostRequest& request) {
  std::array<uint32_t, 8> found{};
  size_t count = 0;
  if (const auto* name = std::get_if<std::string>(&request.host)) {
    count = table.deciding(*name, request.port, found);
  } else {
    count = table.deciding(table_address(std::get<IpAddress>(request.host)), request.port, found);
  }
  std::vector<host_table::RuleFacts> facts;
  for (size_t i = 0; i < count; ++i) facts.push_back(table.rule(found[i]));
  return facts;
}

std::string first_line(std::string_view text) {
  const size_t end = text.find('\n');
  return printable(text.substr(0, end)) + (end == std::string_view::npos ? "" : " …");
}

DecidingRule named(const host_table::RuleFacts& facts) {
  std::string lines =
      fmt::format("  {}\n    {}", first_line(facts.statement), printable(facts.place));
  const bool says_why = facts.statement.find(facts.because) != std::string_view::npos;
  if (!says_why) lines += fmt::format(": \"{}\"", printable(facts.because));
  return {facts.id, std::string(facts.place), std::string(facts.because), lines + "\n"};
}

Judged judge_in(const host_table::HostTable& table, const egress::Report& report) {
  const auto request = decided(report);
  if (!request) return {};
  Judged judged;
  const std::string target = spelled(report, *request);
  for (const host_table::RuleFacts& facts : deciding(table, *request)) {
    if (facts.verdict == host_table::Verdict::allow) continue;
    judged.rules.push_back(named(facts));
    judged.allow.push_back(
        fmt::format("except {}   # at the end of {}", target, printable(facts.place)));
  }
  judged.allow.push_back(fmt::format("allow connect {}", target));
  keep_what_an_address_needs(report, *request, judged.allow);
  return judged;
}

}  // namespace

About about(egress::Reason reason) {
  switch (reason) {
    case egress::Reason::rule:
    case egress::Reason::no_rule:
    case egress::Reason::asked_denied:
    case egress::Reason::ask_unavailable:
      return About::host;
    case egress::Reason::address_denied:
    case egress::Reason::address_special:
      return About::address;
    case egress::Reason::allowed:
    case egress::Reason::bad_name:
    case egress::Reason::sni_mismatch:
    case egress::Reason::sni_missing:
    case egress::Reason::host_mismatch:
    case egress::Reason::bad_request:
    case egress::Reason::bad_token:
    case egress::Reason::loop:
    case egress::Reason::too_slow:
    case egress::Reason::unresolved:
    case egress::Reason::unreachable:
    case egress::Reason::limit:
      return About::manner;
  }
  return About::manner;
}

bool is_failure(egress::Reason reason) {
  return reason == egress::Reason::unresolved || reason == egress::Reason::unreachable ||
         reason == egress::Reason::limit || reason == egress::Reason::too_slow;
}

std::string target_text(const egress::Report& report) {
  if (report.host.empty()) return "to no host";
  if (report.port == 0) return printable(report.host);
  const auto address = parse_ip(report.host).address;
  const std::string host = printable(report.host);
  return fmt::format("{}:{}", address && address->v6 ? "[" + host + "]" : host, report.port);
}

ConnectionJudge judge_by_policy(const Policy& policy, const Sources& sources) {
  return [&policy, &sources](const egress::Report& report) {
    const auto asked = decided(report);
    if (!asked) return Judged{};
    Judged judged;
    const Request request{Operation::connect, *asked};
    const Decision decision = decide(policy, kThisSystem, request);
    for (const RuleId id : decision.deciding) {
      if (decision.verdict == Effect::allow) break;
      const Rule& rule = policy.rule(id);
      judged.rules.push_back({static_cast<uint32_t>(id), sources.describe(rule.span), rule.because,
                              rule_lines(policy, sources, id)});
    }
    judged.allow =
        allowing_statements(policy, sources, kThisSystem, request, spelled(report, *asked));
    keep_what_an_address_needs(report, *asked, judged.allow);
    return judged;
  };
}

ConnectionJudge judge_by_table(std::function<const host_table::HostTable*()> table) {
  return [table = std::move(table)](const egress::Report& report) {
    const host_table::HostTable* in_force = table();
    return in_force == nullptr ? Judged{} : judge_in(*in_force, report);
  };
}

}  // namespace sbxc::driver
