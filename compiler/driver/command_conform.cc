// `sbxc conform`: attempts to escape from a sandbox, this program's own or any other, and a report
// of what held. What is tried is conformance/suite's and what is reported conformance/report's;
// here they meet the policy.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <thread>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/conform_manifest.h"
#include "compiler/driver/conform_model.h"
#include "compiler/driver/conform_outputs.h"
#include "compiler/driver/conform_place.h"
#include "compiler/driver/conform_policy.h"
#include "compiler/driver/conform_rules.h"
#include "compiler/driver/conform_sandbox.h"
#include "compiler/driver/files.h"
#include "conformance/report/progress.h"
#include "conformance/report/report.h"
#include "conformance/suite/launch.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/runner.h"

namespace sbxc::driver {

namespace {

using conform::Result;

Exit fail(const conform::Fault& fault, Console& console) {
  console.err(fmt::format("error: {}\n", conform::in_words(fault)));
  return Exit::bad_input;
}

// `2/5`
Result<conform::Shard> shard_of(const std::string& text) {
  if (text.empty()) return conform::Shard{};
  conform::Shard shard{0, 0};
  const size_t slash = std::min(text.find('/'), text.size());
  const char* end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), text.data() + slash, shard.index);
  const auto count =
      slash < text.size() ? std::from_chars(text.data() + slash + 1, end, shard.count) : index;
  if (index.ptr != text.data() + slash || count.ptr != end || shard.index == 0 ||
      shard.index > shard.count) {
    return conform::fault(fmt::format("`{}` is no part of a run", printable(text)),
                          "the second of five parts is `--shard 2/5`");
  }
  return shard;
}

struct Prepared {
  conform::Settings settings;
  conform::Gate gate;
  std::optional<conform::Baseline> baseline;
  std::vector<FurtherReport> further;
};

Result<Prepared> prepared(const ConformOptions& options, const Manifest& manifest) {
  Prepared all;
  auto sandbox = sandbox_of(options);
  if (!sandbox) return tl::unexpected(sandbox.error());
  auto shard = shard_of(options.shard);
  if (!shard) return tl::unexpected(shard.error());
  const auto fail_on = conform::verdict_set(options.fail_on);
  if (!fail_on) {
    return conform::fault(
        fmt::format("`{}` is no list of verdicts", printable(options.fail_on)),
        "verdicts are escaped, hollow, broken, skipped, timeout; `none` is none of them");
  }
  all.gate.fail_on = *fail_on;
  auto further = further_reports(options.write);
  if (!further) return tl::unexpected(further.error());
  all.further = std::move(*further);
  if (auto fault = no_place_for(options.output, all.further)) return tl::unexpected(*fault);
  if (!options.no_worse_than.empty()) {
    const auto text = read_file(options.no_worse_than, size_t{64} << 20);
    if (!text) return conform::fault(text.error().message, text.error().help);
    auto baseline = conform::read_baseline(*text, options.no_worse_than);
    if (!baseline) return tl::unexpected(baseline.error());
    all.baseline = std::move(*baseline);
  }
  all.settings.plan = manifest.plan;
  all.settings.expected = manifest.expected;
  all.settings.sandbox = std::move(*sandbox);
  all.settings.probe_program = conform::probe_program();
  all.settings.shard = *shard;
  all.settings.only = options.only;
  all.settings.jobs = options.jobs > 0 ? options.jobs : std::thread::hardware_concurrency();
  return all;
}

Exit list(const Manifest& manifest, const conform::Settings& settings, Console& console) {
  for (const conform::ManifestEntry* entry : conform::chosen(manifest.entries, settings)) {
    const conform::Probe& probe = entry->probe;
    console.out(fmt::format("{}  P{}  {:<16}  {}\n", probe.id, probe.priority, probe.category,
                            probe.title));
  }
  return Exit::holds;
}

Exit status_of(conform::Standing standing) {
  switch (standing) {
    case conform::Standing::held:
      return Exit::holds;
    case conform::Standing::failed:
      return Exit::findings;
    case conform::Standing::not_believed:
      return Exit::over_budget;
    case conform::Standing::ran_nothing:
      return Exit::ran_nothing;
  }
  return Exit::bug;
}

Exit report(const ConformOptions& options, const Prepared& prepared, const conform::Run& run,
            Console& console) {
  std::optional<conform::Comparison> compared;
  if (prepared.baseline) compared = conform::compare(*prepared.baseline, run);
  const conform::Comparison* comparison = compared ? &*compared : nullptr;
  const conform::Judgement judgement = conform::judge(run, prepared.gate, comparison);
  const conform::Report whole{run, judgement, prepared.gate.fail_on, comparison};
  const conform::TextOptions text{console.render_options().color && options.output.empty(),
                                  options.verbose};
  const std::string written = conform::write(
      whole, conform::format_named(options.format).value_or(conform::Format::text), text);
  if (options.output.empty()) {
    console.out(written);
  } else {
    if (const auto done = write_file(options.output, written); !done) {
      return fail({done.error().message, done.error().help, {}}, console);
    }
    // The file may be for a program; a person sees how it ended even so.
    console.err(conform::write_text(whole, {console.render_options().color, options.verbose}));
  }
  if (const auto fault = write_further(prepared.further, whole)) return fail(*fault, console);
  return status_of(judgement.standing);
}

// `RULE-012-*`, `R*`
bool may_name_rules(const std::string& glob) {
  constexpr std::string_view kRules = "RULE-";
  const std::string head = glob.substr(0, glob.find_first_of("*?["));
  return head.starts_with(kRules) || (head != glob && kRules.starts_with(head));
}

// The first of the names that no probe has. Those of rules are known when the policy is tried.
std::string unknown_name(const ConformOptions& options, const Manifest& manifest) {
  for (const std::string& glob : options.only) {
    const bool known =
        std::any_of(manifest.entries.begin(), manifest.entries.end(),
                    [&](const auto& entry) { return conform::id_matches(glob, entry.probe.id); });
    if (!known && !may_name_rules(glob)) return glob;
  }
  return {};
}

// Puts the probe program where the policy lets one be run.
Result<bool> place_program(const ConformOptions& options, const Loaded& loaded,
                           conform::Settings& settings) {
  const auto place = probe_place(options, loaded);
  if (!place) return tl::unexpected(place.error());
  settings.place = place->below;
  if (!place->needs_a_rule_more) return true;
  auto sandbox = sandbox_of(options, "{stage}/" + place->below);
  if (!sandbox) return tl::unexpected(sandbox.error());
  settings.sandbox = std::move(*sandbox);
  return true;
}

// Attempts, and what the policy's own rules come to when they are tried.
Result<conform::Run> made(const ConformOptions& options, const Manifest& manifest,
                          const Loaded& loaded, conform::Settings& settings) {
  if (auto placed = place_program(options, loaded, settings); !placed) {
    return tl::unexpected(placed.error());
  }
  if (!wants_rules(options)) return conform::run_probes(manifest.entries, settings);
  RuleTrials trials(options);
  if (auto fault = trials.prepare()) return tl::unexpected(std::move(*fault));
  std::optional<std::string> bytes;
  settings.beside = [&] { return trials.try_all(); };
  settings.beside_done = [&](std::optional<std::string> done) { bytes = std::move(done); };
  auto run = conform::run_probes(manifest.entries, settings);
  if (!run || run->interrupted) return run;
  auto rules = trials.outcomes(bytes);
  if (!rules) return tl::unexpected(rules.error());
  keep_chosen(options, *rules);
  run->coverage = std::move(rules->coverage);
  std::move(rules->outcomes.begin(), rules->outcomes.end(), std::back_inserter(run->outcomes));
  return run;
}

}  // namespace

Exit run_conform(const ConformOptions& options, Console& console) {
  const auto manifest = embedded_manifest();
  if (!manifest) {
    console.err(fmt::format("error: {}\n", conform::in_words(manifest.error())));
    return Exit::bug;
  }
  auto ready = prepared(options, *manifest);
  if (!ready) return fail(ready.error(), console);
  if (const std::string name = unknown_name(options, *manifest); !name.empty()) {
    return fail({fmt::format("`{}` names no probe", printable(name)),
                 "`sbxc conform --list` prints the names of all",
                 {}},
                console);
  }
  if (options.list) return list(*manifest, ready->settings, console);
  const Loaded loaded = load_for_stages(options.policy);
  if (!loaded.policy) {
    console.err(render(loaded.diagnostics, loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  ready->settings.allowed = answers_of(loaded);
  conform::Progress progress(STDERR_FILENO);
  ready->settings.progress = [&](const conform::ProbeOutcome& outcome, size_t done, size_t total) {
    progress.ended(outcome, done, total);
  };
  auto run = options.model.empty() ? made(options, *manifest, loaded, ready->settings)
                                   : decide_by_model(options, *manifest);
  progress.erase();
  if (!run) return fail(run.error(), console);
  std::sort(run->outcomes.begin(), run->outcomes.end(),
            [](const auto& a, const auto& b) { return a.probe.id < b.probe.id; });
  run->suite_version = SBXC_VERSION;
  run->policy = options.policy.path.empty() ? "std/agent" : options.policy.path;
  return report(options, *ready, *run, console);
}

}  // namespace sbxc::driver
