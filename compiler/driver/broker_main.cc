#include "compiler/driver/broker_main.h"

#include <algorithm>
#include <memory>

#include "backends/path_table/path_table_builder.h"
#include "compiler/policy/decide.h"
#include "runtime/broker/broker.h"
#include "runtime/broker/table_judge.h"

namespace sbxc::driver {
namespace {

bool allows(const Policy& policy, Operation operation, std::string_view target) {
  const Request request{operation, std::string(target)};
  return decide(policy, Os::linux, request).verdict == Effect::allow;
}

// Rule by rule, for a policy whose table goes over the budget: slower, and every directory that
// moves is looked through, because two places cannot be compared as a whole.
class PolicyJudge : public broker::Judge {
 public:
  explicit PolicyJudge(const Policy& policy) : policy_(policy) {}

  broker::Rights at(std::string_view path) override {
    return {allows(policy_, Operation::read, path), allows(policy_, Operation::write, path),
            allows(policy_, Operation::exec, path)};
  }
  bool no_gain_below(std::string_view, std::string_view, broker::Rights) override { return false; }
  bool writable_below(std::string_view) override { return false; }
  bool socket(std::string_view name) override { return allows(policy_, Operation::socket, name); }

 private:
  const Policy& policy_;
};

struct Judging {
  std::string bytes;
  path_table::PathTable table;
  std::unique_ptr<broker::Judge> judge;
};

void make_judge(const Policy& policy, Judging& judging) {
  auto built = build_path_table(policy, Os::linux);
  if (built) {
    judging.bytes = std::move(*built);
    const auto* bytes = reinterpret_cast<const uint8_t*>(judging.bytes.data());
    const auto error = path_table::PathTable::view({bytes, judging.bytes.size()}, judging.table);
    if (error == path_table::Error::none) {
      judging.judge = std::make_unique<broker::TableJudge>(
          judging.table,
          [&policy](std::string_view name) { return allows(policy, Operation::socket, name); });
      return;
    }
  }
  judging.judge = std::make_unique<PolicyJudge>(policy);
}

}  // namespace

broker::NotifyOptions notify_options(const bwrap::BwrapPlan& plan) {
  const bool reads = std::ranges::any_of(
      plan.broker, [](const bwrap::Held& held) { return held.operation == Operation::read; });
  return {.reads = reads, .sockets = plan.unix_sockets};
}

Policy followed(const Policy& policy, const std::vector<bwrap::Track>& through_links) {
  Policy whole = policy;
  for (const bwrap::Track& track : through_links) {
    Rule& rule = whole.rules[static_cast<size_t>(track.rule)];
    auto& patterns = track.except ? rule.except : rule.patterns;
    if (rule.operation == Operation::socket) {
      SocketPattern pattern;
      pattern.written = track.glob.text();
      pattern.tests.emplace_back(track.glob);
      patterns.emplace_back(std::move(pattern));
    } else {
      patterns.emplace_back(PathPattern{{}, track.glob.text(), {track.glob}});
    }
  }
  return whole;
}

launch::BrokerMain broker_main(const Policy& policy, const broker::NotifyOptions& options) {
  return [&policy, options](const std::function<launch::Asked()>& wait, int reports) {
    Judging judging;
    make_judge(policy, judging);
    const launch::Asked asked = wait();
    if (asked.listener < 0) return 0;
    const broker::ServeOptions serving{.listener = asked.listener,
                                       .inside = asked.process,
                                       .reports_fd = reports,
                                       .sockets = options.sockets};
    return static_cast<int>(broker::serve(serving, *judging.judge));
  };
}

}  // namespace sbxc::driver
