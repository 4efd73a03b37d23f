#include "compiler/driver/broker_main_linux.h"

#include <unistd.h>

#include <algorithm>
#include <memory>

#include "compiler/driver/eventual_judge_linux.h"
#include "runtime/broker/broker.h"

namespace sbxc::driver {
broker::NotifyOptions notify_options(const bwrap::BwrapPlan& plan) {
  const bool reads = std::ranges::any_of(
      plan.broker, [](const bwrap::Held& held) { return held.operation == Operation::read; });
  return {.reads = reads, .sockets = plan.unix_sockets};
}

namespace {

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

bool denies_names(const Policy& policy) {
  return std::ranges::any_of(policy.rules, [](const Rule& rule) {
    const bool of_paths = rule.operation == Operation::read || rule.operation == Operation::write ||
                          rule.operation == Operation::exec || rule.operation == Operation::socket;
    return of_paths && (rule.effect != Effect::allow || !rule.except.empty());
  });
}

}  // namespace

launch::BrokerMain broker_main(const Policy& policy, const std::vector<bwrap::Track>& through_links,
                               const broker::NotifyOptions& options) {
  return [&, options](const std::function<launch::Asked()>& wait, int reports) {
    const Policy whole = followed(policy, through_links);
    std::unique_ptr<broker::Judge> judge = eventual_judge(whole);
    const launch::Asked asked = wait();
    if (asked.listener < 0) return 0;
    const broker::ServeOptions serving{.listener = asked.listener,
                                       .inside = asked.process,
                                       .reports_fd = reports,
                                       .sockets = options.sockets,
                                       .denies_names = denies_names(whole)};
    const broker::Ended ended = broker::serve(serving, *judge);
    judge.reset();
    // Taking two policies apart would take half a millisecond, and whoever started the command
    // waits.
    _exit(static_cast<int>(ended));
  };
}

}  // namespace sbxc::driver
