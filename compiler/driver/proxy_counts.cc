#include "compiler/driver/proxy_counts.h"

#include <fmt/format.h>

#include <iterator>

#include "compiler/diag/printable.h"
#include "compiler/driver/connection_denials.h"

namespace sbxc::driver {
namespace {

constexpr size_t kReasons = static_cast<size_t>(egress::Reason::limit) + 1;

// Whether the reason speaks of a rule of the table.
bool has_rule(egress::Reason reason) {
  return reason == egress::Reason::allowed || reason == egress::Reason::rule ||
         reason == egress::Reason::asked_denied || reason == egress::Reason::ask_unavailable ||
         reason == egress::Reason::address_denied;
}

std::string_view verdict_of(egress::Reason reason) {
  if (reason == egress::Reason::allowed) return "allowed";
  return is_failure(reason) ? "failed" : "denied";
}

// A label's value: backslash, quote and newline are escaped.
std::string label(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

void add(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help,
                 type, value);
}

}  // namespace

void ProxyCounts::use(egress::Table table) {
  const std::lock_guard lock(mutex_);
  add_current(before_);
  table_ = std::move(table);
  current_.assign(kReasons, std::vector<uint64_t>(table_ ? table_->rule_count() + 1 : 1));
}

void ProxyCounts::count(egress::Reason reason, uint32_t rule) {
  const std::lock_guard lock(mutex_);
  if (current_.empty()) return;
  std::vector<uint64_t>& row = current_[static_cast<size_t>(reason)];
  const bool known = has_rule(reason) && rule + size_t{1} < row.size();
  ++row[known ? rule : row.size() - 1];
}

void ProxyCounts::add_current(std::map<Key, uint64_t>& totals) const {
  for (size_t reason = 0; reason < current_.size(); ++reason) {
    const std::string name(name_of(static_cast<egress::Reason>(reason)));
    for (size_t rule = 0; rule < current_[reason].size(); ++rule) {
      if (current_[reason][rule] == 0) continue;
      const bool none = rule + 1 == current_[reason].size();
      const std::string place =
          none ? "" : std::string(table_->rule(static_cast<uint32_t>(rule)).place);
      totals[{name, place}] += current_[reason][rule];
    }
  }
}

std::string ProxyCounts::text() const {
  std::map<Key, uint64_t> totals;
  size_t rules = 0;
  size_t bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    totals = before_;
    add_current(totals);
    rules = table_ ? table_->rule_count() : 0;
    bytes = table_ ? table_->size() : 0;
  }
  std::string out;
  add(out, "sbxc_proxy_connections_total", "counter", "Connections that clients made.",
      metrics.accepted);
  add(out, "sbxc_proxy_connections_open", "gauge", "Connections of clients that are open.",
      metrics.open);
  out +=
      "# HELP sbxc_proxy_requests_total What came of requests, by reason and deciding rule.\n"
      "# TYPE sbxc_proxy_requests_total counter\n";
  for (size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<egress::Reason>(i);
    for (const auto& [key, value] : totals) {
      if (std::get<0>(key) != name_of(reason)) continue;
      fmt::format_to(std::back_inserter(out),
                     "sbxc_proxy_requests_total{{verdict=\"{}\",reason=\"{}\",rule=\"{}\"}} {}\n",
                     verdict_of(reason), std::get<0>(key), label(std::get<1>(key)), value);
    }
  }
  out +=
      "# HELP sbxc_proxy_bytes_total Bytes that were copied: out from clients, in to them.\n"
      "# TYPE sbxc_proxy_bytes_total counter\n";
  fmt::format_to(std::back_inserter(out),
                 "sbxc_proxy_bytes_total{{direction=\"out\"}} {}\n"
                 "sbxc_proxy_bytes_total{{direction=\"in\"}} {}\n",
                 metrics.bytes_out.load(), metrics.bytes_in.load());
  uint64_t unresolved = 0;
  for (const auto& [key, value] : totals) {
    if (std::get<0>(key) == name_of(egress::Reason::unresolved)) unresolved += value;
  }
  add(out, "sbxc_proxy_resolver_failures_total", "counter", "Requests whose name had no address.",
      unresolved);
  out +=
      "# HELP sbxc_proxy_table_reloads_total New tables, by what became of them.\n"
      "# TYPE sbxc_proxy_table_reloads_total counter\n";
  fmt::format_to(std::back_inserter(out),
                 "sbxc_proxy_table_reloads_total{{result=\"taken\"}} {}\n"
                 "sbxc_proxy_table_reloads_total{{result=\"refused\"}} {}\n",
                 metrics.reloads.load(), refused_tables_.load());
  add(out, "sbxc_proxy_table_rules", "gauge", "Rules of the table in force.", rules);
  add(out, "sbxc_proxy_table_bytes", "gauge", "Size of the table in force.", bytes);
  add(out, "sbxc_proxy_out_of_descriptors_total", "counter",
      "Times that no connection could be accepted for want of descriptors.",
      metrics.out_of_descriptors);
  return out;
}

}  // namespace sbxc::driver
