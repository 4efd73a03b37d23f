// The numbers of a proxy as Prometheus reads them (its text format, version 0.0.4). Requests are
// counted by verdict, reason and rule while the proxy serves, in its thread; they are read in
// another.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/egress/egress.h"
#include "runtime/egress/report.h"

namespace sbxc::driver {

class ProxyCounts {
 public:
  // From now on rules are those of `table`.
  void use(egress::Table table);
  void count(egress::Reason reason, uint32_t rule);
  void refused_table() { ++refused_tables_; }

  egress::Metrics metrics;

  std::string text() const;

 private:
  using Key = std::tuple<std::string, std::string>;  // reason, place of a rule
  std::map<Key, uint64_t> by_rule() const;
  void add_current(std::map<Key, uint64_t>& totals) const;

  mutable std::mutex mutex_;
  egress::Table table_;
  std::vector<std::vector<uint64_t>> current_;  // by reason, by rule; the last is no rule
  std::map<Key, uint64_t> before_;              // of the tables before this one
  std::atomic<uint64_t> refused_tables_ = 0;
};

}  // namespace sbxc::driver
