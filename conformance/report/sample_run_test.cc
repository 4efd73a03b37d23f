#include <cerrno>

#include "conformance/report/sample_run_for_test.h"

namespace sbxc::conform::testing {

ProbeOutcome outcome(std::string id, std::string category, Verdict verdict) {
  ProbeOutcome made{.probe = {.id = std::move(id),
                              .title = "a denied file, opened by its name",
                              .category = std::move(category),
                              .priority = 0,
                              .reference = "own finding",
                              .systems = {"linux"},
                              .about = {"read $home/.ssh/id_ed25519"},
                              .evidence = "secret:home/.ssh/id_ed25519"},
                    .verdict = std::move(verdict)};
  if (kind_of(made.verdict) != VerdictKind::skipped) {
    made.control = Control{.showed_evidence = kind_of(made.verdict) != VerdictKind::hollow,
                           .detail = "the secret of home/.ssh/id_ed25519 is in what it said",
                           .took = Milliseconds(4)};
  }
  made.took = Milliseconds(312);
  return made;
}

Run empty_run() {
  return {.suite_version = "0.1.0",
          .started = "2026-03-04T05:06:07Z",
          .took = Milliseconds(61240),
          .system = "linux",
          .kernel = "Linux 6.18.0 x86_64",
          .sandbox = {"bwrap", "0.8.0", "bwrap --dev-bind / / --"},
          .account = {.uid = 1000, .name = "someone"},
          .features = {{"landlock", "ABI 7", "landlock_create_ruleset(…, VERSION) = 7"}},
          .seed = "4711",
          .outcomes = {}};
}

Run sample_run() {
  Run run = empty_run();
  run.policy = "agent.sbx";
  auto& all = run.outcomes;
  const std::string read = "file reads";
  const std::string sockets = "unix sockets";
  all.push_back(outcome("FSR-001", read,
                        Escaped{{{"secret:home/.ssh/id_ed25519",
                                  "the secret of home/.ssh/id_ed25519 is in what it said"}}}));
  all.back().said = "start\ngot 64\n" + kHostile + "\nend done\n";
  all.push_back(outcome("FSR-002", read, Blocked{Refusal{"open", EACCES}}));
  all.push_back(outcome("FSR-003", read, Blocked{}));
  all.push_back(outcome("FSR-004", read, Escaped{{{"changed", "home/.bashrc is another"}}}));
  all.back().expected_failure = ExpectedFailure{"the sandbox says so itself", "2027-01-01"};
  all.push_back(outcome("FSR-005", read, Blocked{}));
  all.back().expected_failure = ExpectedFailure{"mended since", "2027-01-01"};
  all.push_back(outcome("OKS-001", "what must work", Works{}));
  all.back().probe.must_work = true;
  all.push_back(
      outcome("OKS-002", "what must work", Broken{"the shell did not start: " + kHostile}));
  all.back().probe.must_work = true;
  all.push_back(outcome("POL-001", "rules of the policy",
                        Escaped{{{"changed:outside/a", "outside/a has other content"}}}));
  all.back().probe.rule = Place{"agent.sbx", 12};
  all.back().probe.priority = 1;
  all.push_back(outcome("UDS-001", sockets, Hollow{"outside, nothing arrived at the listener"}));
  all.push_back(outcome("UDS-002", sockets, Skipped{"it needs root"}));
  all.push_back(outcome("UDS-003", sockets, TimedOut{Milliseconds(2000)}));
  all.push_back(outcome("UDS-004", sockets, Skipped{"the policy allows it"}));
  all.push_back(outcome("ZZZ-001", kHostile, Escaped{{{kHostile, kHostile}}}));
  all.back().probe.title = kHostile;
  all.back().probe.reference = kHostile;
  all.back().probe.about = {kHostile};
  run.coverage =
      RuleCoverage{.rules = 14,
                   .rules_tried = 13,
                   .boundaries = 40,
                   .boundaries_tried = 38,
                   .untried = {{{"agent.sbx", 9}, "allow mach com.apple.x", "on macos alone"}}};
  return run;
}

Baseline sample_baseline() {
  return {.name = "main.json",
          .system = "linux",
          .sandbox = "sbxc",
          .account = "user",
          .verdicts = {{"FSR-001", VerdictKind::blocked},
                       {"FSR-002", VerdictKind::escaped},
                       {"FSR-900", VerdictKind::blocked},
                       {"UDS-002", VerdictKind::blocked}}};
}

Judged::Judged(Run of, Gate with, std::optional<Baseline> baseline)
    : run(std::move(of)), gate(with) {
  if (baseline) compared = compare(*baseline, run);
  judgement = judge(run, gate, compared ? &*compared : nullptr);
}

Report Judged::report() const {
  return {run, judgement, gate.fail_on, compared ? &*compared : nullptr};
}

}  // namespace sbxc::conform::testing
