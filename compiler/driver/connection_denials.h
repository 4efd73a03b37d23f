// Connections that were refused: each kind once for a person, with the rule and the text that would
// allow it; each as a line of JSON for `--audit` (docs/formats.md).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/connection_judge.h"

namespace sbxc::driver {

class ConnectionDenials {
 public:
  explicit ConnectionDenials(ConnectionJudge judge) : judge_(std::move(judge)) {}

  // Pieces of the proxy's reports (runtime/egress/report.h). Gives the lines to record, each with
  // its end, without a time: `time` is put into them. Nothing and damaged() when they are none.
  std::string take(std::string_view bytes, const std::string& time);
  bool damaged() const { return damaged_; }

  // Empty when nothing was denied.
  std::string summary() const;
  // What came too fast to be reported one by one.
  uint64_t dropped() const { return dropped_; }

 private:
  struct Target {
    std::string text;
    std::vector<std::string> allow;
  };
  struct Group {
    egress::Reason reason{};
    std::vector<DecidingRule> rules;
    std::vector<Target> targets;  // the first few, each once
    std::string why;              // in words, of the first
    uint64_t others = 0;
    uint64_t times = 0;
  };

  void count(const egress::Report& report, const Judged& judged);
  static std::string text_of(const Group& group);

  ConnectionJudge judge_;
  std::string pending_;
  std::vector<Group> groups_;
  std::map<std::string, size_t> seen_;  // a reason and its target: the group
  uint64_t dropped_ = 0;
  bool damaged_ = false;
};

// `no_rule`: what a reason is called in JSON.
std::string_view name_of(egress::Reason reason);
// `the TLS connection is for another name: `x`: one clause, printable; empty where rules say it.
std::string why_text(const egress::Report& report);

}  // namespace sbxc::driver
