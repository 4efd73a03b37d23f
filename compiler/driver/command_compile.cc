// `sbxc compile`: one policy in, the artifacts of the asked targets out, with a manifest and a
// source map. Nothing is written unless every target holds the policy. One artifact may go to
// standard output instead; then everything said to the person goes to standard error.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "backends/target/manifest.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/chosen_targets.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/proving.h"
#include "compiler/driver/targets.h"

namespace sbxc::driver {

namespace {

std::string tally(const Lowered& lowered) {
  size_t counts[6] = {};
  for (const RuleVerdict& verdict : lowered.verdicts) {
    ++counts[static_cast<size_t>(verdict.fidelity)];
  }
  std::string out;
  for (size_t i = 0; i < std::size(counts); ++i) {
    if (counts[i] == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", counts[i], name_of(static_cast<Fidelity>(i)));
  }
  return out.empty() ? "no rules" : out;
}

// What a person should know although it is no error: each loss once, with the lines it meets.
std::string losses(const Policy& policy, const Sources& sources, const Lowered& lowered) {
  constexpr size_t kPlacesShown = 3;
  struct Loss {
    std::string text;
    std::vector<std::string> places;
  };
  std::vector<Loss> losses;
  for (const RuleVerdict& verdict : lowered.verdicts) {
    const bool accepted =
        verdict.fidelity == Fidelity::widened || verdict.fidelity == Fidelity::impossible;
    if (verdict.fidelity != Fidelity::narrowed && !accepted) continue;
    const std::string text = fmt::format("{}: {}", name_of(verdict.fidelity), verdict.what);
    auto same = std::find_if(losses.begin(), losses.end(),
                             [&](const Loss& loss) { return loss.text == text; });
    if (same == losses.end()) same = losses.insert(losses.end(), {text, {}});
    same->places.push_back(printable(sources.describe(policy.rule(verdict.rule).span)));
  }
  std::string out;
  for (const Loss& loss : losses) {
    const size_t shown = std::min(kPlacesShown, loss.places.size());
    out += fmt::format(
        "  {}\n    {}", loss.text,
        fmt::join(loss.places.begin(), loss.places.begin() + static_cast<long>(shown), ", "));
    if (shown < loss.places.size()) {
      out += fmt::format(" and {} more", loss.places.size() - shown);
    }
    out += "\n";
  }
  return out;
}

std::string needs(const std::vector<Lowered>& all) {
  std::string out;
  for (const Need need : {Need::broker, Need::landlock, Need::proxy, Need::launcher}) {
    size_t count = 0;
    for (const Lowered& lowered : all) {
      for (const RuleVerdict& verdict : lowered.verdicts) {
        count += static_cast<size_t>(std::count(verdict.needs.begin(), verdict.needs.end(), need));
      }
    }
    if (count > 0) out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", name_of(need), count);
  }
  return out;
}

std::string summary(const Policy& policy, const Sources& sources, const std::vector<Lowered>& all) {
  std::string out;
  for (const Lowered& lowered : all) {
    std::string files;
    for (const Artifact& artifact : lowered.artifacts) {
      files += fmt::format("{}{}", files.empty() ? "" : " ", artifact.file);
    }
    out += fmt::format("{:9} {}: {}\n", name_of(lowered.target), tally(lowered), files);
    out += losses(policy, sources, lowered);
  }
  const std::string required = needs(all);
  if (!required.empty()) out += fmt::format("rules held only while it runs: {}\n", required);
  return out;
}

// What is started without the runtime beside it has no broker. Rules that need one are refused
// unless the person said --static, and then they are listed.
std::optional<Diagnostic> unheld(const Lowered& plan, const CompileOptions& options) {
  const bool bare = options.emit == "script" || options.emit == "plan.args";
  if (plan.target != TargetName::bwrap || !bare || options.hold_static) return std::nullopt;
  size_t count = 0;
  for (const RuleVerdict& verdict : plan.verdicts) {
    const bool needs = std::any_of(verdict.needs.begin(), verdict.needs.end(), [](Need need) {
      return need == Need::broker || need == Need::landlock;
    });
    count += needs ? 1 : 0;
  }
  if (count == 0) return std::nullopt;
  Diagnostic d{Kind::not_held_by_mounts, {}, {}};
  d.message =
      fmt::format("`{}` starts bubblewrap alone, but {} of the rules {} the broker or Landlock",
                  options.emit, count, count == 1 ? "needs" : "need");
  d.help =
      "with `--static` mounts hold what exists when the command starts, and what they cannot "
      "hold is listed";
  return d;
}

struct Compilation {
  Loaded loaded;
  std::vector<Lowered> lowered;
};

// With --quiet errors alone, as its help says.
void report(const Compilation& c, const CompileOptions& options, Console& console) {
  Diagnostics shown;
  for (const Diagnostic& d : c.loaded.diagnostics.all()) {
    if (!options.quiet || facts_of(d.kind).severity == Severity::error) shown.report(d);
  }
  console.err(render(shown, c.loaded.sources, console.render_options()));
}

// `-o -`: the artifact whose file name is asked for, or the only one there is.
Exit print_one(const Compilation& c, const CompileOptions& options, Console& console) {
  std::vector<const Artifact*> found;
  std::string names;
  for (const Lowered& lowered : c.lowered) {
    for (const Artifact& artifact : lowered.artifacts) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", artifact.file);
      const bool wanted = options.emit.empty() || artifact.file == options.emit ||
                          (options.emit == "script" && artifact.file == "run.sh");
      if (wanted) found.push_back(&artifact);
    }
  }
  if (found.size() != 1) {
    Diagnostic d{Kind::no_such_artifact, {}, {}};
    d.message = options.emit.empty()
                    ? "`-o -` prints one artifact and there are several"
                    : fmt::format("no artifact is called `{}`", printable(options.emit));
    d.help = fmt::format("choose with --emit: {}", names);
    console.err(render(d, c.loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  console.out(found.front()->bytes);
  return Exit::holds;
}

// What there is to prove: a script is made of the plan, and the plan is what can be read back.
std::vector<Lowered> to_prove(const Compilation& c, const CompileOptions& options) {
  std::vector<Lowered> chosen;
  if (options.no_verify) return chosen;
  for (const Lowered& target : c.lowered) {
    chosen.push_back(target);
    if (target.target != TargetName::bwrap || options.emit != "script") continue;
    chosen.back() =
        lower(TargetName::bwrap, *c.loaded.policy, c.loaded.sources, c.loaded.resolve.surroundings,
              {.hold_static = options.hold_static,
               .keep_terminal = options.keep_terminal,
               .walk_limit = options.walk_limit});
  }
  return chosen;
}

// The status of a proof that failed; nothing is written then.
std::optional<Exit> prove(const Compilation& c, const CompileOptions& options, Console& console) {
  const std::vector<Verification> all = verify_targets(*c.loaded.policy, to_prove(c, options));
  if (all_hold(all)) return std::nullopt;
  console.err(verification_text(*c.loaded.policy, c.loaded.sources, all));
  if (only_undecided(all)) {
    console.err(
        "error: not everything could be verified, so nothing is written\n"
        "help: `--no-verify` writes it all the same\n");
    return Exit::over_budget;
  }
  console.err(
      "error: a bug in sbxc: what was compiled is not what the policy says; nothing is written\n");
  return Exit::bug;
}

}  // namespace

Exit run_compile(const CompileOptions& options, Console& console) {
  Compilation c;
  const std::vector<TargetName> targets = chosen_targets(options.targets, c.loaded.diagnostics);
  if (c.loaded.diagnostics.has_errors()) {
    report(c, options, console);
    return Exit::bad_input;
  }
  c.loaded = load_policy(options.policy);
  if (!c.loaded.policy) {
    c.loaded.diagnostics.sort();
    report(c, options, console);
    return Exit::bad_input;
  }
  const Policy& policy = *c.loaded.policy;
  const bool script = options.emit == "script";
  const LowerRequest request{.hold_static = options.hold_static,
                             .keep_terminal = options.keep_terminal,
                             .walk_limit = options.walk_limit,
                             .script = script};
  bool cannot_enforce = false;
  for (const TargetName target : targets) {
    c.lowered.push_back(
        lower(target, policy, c.loaded.sources, c.loaded.resolve.surroundings, request));
    const Lowered& last = c.lowered.back();
    // --static is the acceptance of what mounts alone cannot hold; the summary lists each rule.
    if (target != TargetName::bwrap || !options.hold_static) {
      report_verdicts(policy, last, c.loaded.diagnostics);
    }
    if (auto bare = unheld(last, options)) {
      c.loaded.diagnostics.report(std::move(*bare));
      cannot_enforce = true;
    }
    for (Diagnostic& d : c.lowered.back().diagnostics) c.loaded.diagnostics.report(std::move(d));
  }
  report_unused_acceptances(policy, c.lowered, c.loaded.diagnostics);
  if (options.no_verify) {
    Diagnostic d{Kind::not_verified, {}, {}};
    d.message = "what is written was not verified, because of `--no-verify`";
    d.help = "`sbxc verify --artifacts DIR policy.sbx` does it later";
    c.loaded.diagnostics.report(std::move(d));
  }
  c.loaded.diagnostics.sort();
  report(c, options, console);
  if (cannot_enforce) return Exit::cannot_enforce;
  if (any_at(c.loaded.diagnostics, options.fail_level)) return Exit::findings;
  if (const auto failed = prove(c, options, console)) return *failed;
  const bool to_stdout = options.output == "-";
  const std::string said = options.quiet ? "" : summary(policy, c.loaded.sources, c.lowered);
  if (to_stdout) {
    console.err(said);
    return print_one(c, options, console);
  }
  std::vector<Artifact> artifacts;
  for (const Lowered& lowered : c.lowered) {
    artifacts.insert(artifacts.end(), lowered.artifacts.begin(), lowered.artifacts.end());
  }
  const CompileFacts facts{SBXC_VERSION,
                           {{"static", options.hold_static ? "true" : "false"},
                            {"keep_terminal", options.keep_terminal ? "true" : "false"},
                            {"verified", options.no_verify ? "none" : "all"}}};
  artifacts.push_back({"sourcemap.json", render_source_map(policy, c.loaded.sources, c.lowered)});
  artifacts.push_back(
      {"manifest.json", render_manifest(policy, c.loaded.sources, c.lowered, facts)});
  if (auto written = write_artifacts(options.output, artifacts); !written) {
    console.err(render(written.error(), c.loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  console.out(said);
  return Exit::holds;
}

}  // namespace sbxc::driver
