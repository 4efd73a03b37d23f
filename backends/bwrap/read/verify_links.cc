// Links, files that a step relies on, devices: what can be looked up one by one.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/mount_table.h"
#include "backends/bwrap/read/verify_parts.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

constexpr const char* kFile = "plan.json";

bool may(const Policy& policy, Operation operation, const std::string& path) {
  return decide(policy, Os::linux, {operation, path}).verdict == Effect::allow;
}

// A plan shows each place of this machine at its own path: only there do the rules speak of it.
void verify_source(const Policy& policy, const Step& step, uint32_t index, Findings& findings) {
  const bool binds = step.what == Do::bind || step.what == Do::dev_bind;
  if (!binds || step.source == step.target) return;
  if (step.source == "/dev/null" && step.what == Do::bind) return;  // a mask
  const Emitted emitted{kFile, index, step.text};
  for (const Operation operation : {Operation::read, Operation::write}) {
    const bool given = operation == Operation::read || step.writable;
    if (!given || may(policy, operation, step.source)) continue;
    findings.disagree({operation, step.source}, true, "shown at `" + printable(step.target) + "`",
                      emitted);
  }
  findings.misfit(
      fmt::format("`{}` is shown at `{}`", printable(step.source), printable(step.target)),
      emitted);
}

void verify_step(const Step& step, uint32_t index, const FileFacts& facts, Findings& findings) {
  const There there = facts.what(step.target);
  if (step.relies_on && *step.relies_on != there) {
    findings.misfit(
        fmt::format("it relies on `{}` being a {}, and it is {}", printable(step.target),
                    name_of(*step.relies_on), there == There::nothing ? "missing" : name_of(there)),
        {kFile, index, step.text});
  }
  if (step.relies_on && step.may_be_left) {
    findings.misfit(
        fmt::format("it relies on `{}` and starts without it as well", printable(step.target)),
        {kFile, index, step.text});
  }
  if (step.what != Do::link) return;
  const auto text = facts.link_text(step.target);
  if (text == step.source) return;
  findings.misfit(
      fmt::format("the link `{}` says `{}` inside and `{}` on this machine", printable(step.target),
                  printable(step.source), printable(text.value_or("nothing"))),
      {kFile, index, step.text});
}

// The devices of the sandbox's own that hold no data; a terminal; each may be hidden.
void verify_own_devices(const Policy& policy, const MountTable& table, Findings& findings) {
  constexpr auto kNames = std::to_array<const char*>(
      {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"});
  for (const char* name : kNames) {
    if (table.shown(name) != Shown::devices || may(policy, Operation::read, name)) continue;
    findings.disagree({Operation::read, std::string(name)}, true, "a device of the sandbox's own",
                      {kFile, static_cast<uint32_t>(table.step_at(name)), "dev /dev"});
  }
  const std::string terminals = "/dev/pts";
  if (table.shown(terminals) != Shown::devices || may(policy, Operation::read, terminals) ||
      may(policy, Operation::read, "/dev/ptmx")) {
    return;
  }
  findings.disagree({Operation::read, terminals}, true, "terminals of the sandbox's own",
                    {kFile, static_cast<uint32_t>(table.step_at(terminals)), "dev /dev"});
}

// A device that a rule spells out is not one of the sandbox's own: it has to be bound.
void verify_named_devices(const Policy& policy, const MountTable& table, const FileFacts& facts,
                          Findings& findings) {
  for (const Rule& rule : policy.rules) {
    const bool grants = rule.effect == Effect::allow && rule.os.linux &&
                        (rule.operation == Operation::read || rule.operation == Operation::write);
    for (const Pattern& pattern : grants ? rule.patterns : std::vector<Pattern>()) {
      for (const PathGlob& glob : std::get<PathPattern>(pattern).globs) {
        const std::string path = glob.literal_prefix();
        const bool named = path.starts_with("/dev/") && (glob.is_literal() || glob.is_subtree());
        const bool own = is_within(path, "/dev/pts") || is_within(path, "/dev/shm") ||
                         is_within(path, "/dev/fd") || path == "/dev/ptmx";
        if (!named || own || facts.what(path) != There::device) continue;
        const bool lost = table.shown(path) == Shown::devices;
        const std::array<std::string_view, 6> plain = {"/dev/null",   "/dev/zero",    "/dev/full",
                                                       "/dev/random", "/dev/urandom", "/dev/tty"};
        const bool has = std::ranges::find(plain, path) != plain.end();
        if (!lost || has || !may(policy, Operation::read, path)) continue;
        findings.disagree({Operation::read, path}, false, "absent",
                          {kFile, static_cast<uint32_t>(table.step_at(path)), "dev /dev"});
      }
    }
  }
}

bool is_number(const std::string& name) {
  return name.find_first_not_of("0123456789") == std::string::npos;
}

bool allows_something_in(const Policy& policy, const std::string& path) {
  return std::ranges::any_of(policy.rules, [&](const Rule& rule) {
    if (rule.effect != Effect::allow) return false;
    return std::ranges::any_of(rule.patterns, [&](const Pattern& pattern) {
      const auto* globs = std::get_if<PathPattern>(&pattern);
      return globs != nullptr && std::ranges::any_of(globs->globs, [&](const PathGlob& glob) {
               return is_within(glob.literal_prefix(), path);
             });
    });
  });
}

// What /proc has beside processes is the kernel's, the same inside and outside.
void verify_process_table(const Policy& policy, const MountTable& table, const FileFacts& facts,
                          Findings& findings) {
  for (const auto& [name, there] : facts.names("/proc")) {
    const std::string path = beneath("/proc", name);
    const bool skipped = is_number(name) || there == There::link ||
                         (there == There::directory && allows_something_in(policy, path));
    if (skipped || table.shown(path) != Shown::processes) continue;
    if (may(policy, Operation::read, path)) continue;
    // `deny read /**/NAME` is about files of this machine: see docs/verify.md.
    const Decision decision = decide(policy, Os::linux, {Operation::read, path});
    const bool named =
        decision.deciding.empty() || std::ranges::any_of(decision.deciding, [&](RuleId id) {
          return std::ranges::any_of(policy.rule(id).patterns, [&](const Pattern& pattern) {
            const auto* globs = std::get_if<PathPattern>(&pattern);
            return globs != nullptr && std::ranges::any_of(globs->globs, [&](const PathGlob& glob) {
                     return glob.literal_depth() > 0 && glob.matches(path);
                   });
          });
        });
    if (!named) continue;
    findings.disagree({Operation::read, path}, true, "part of the process table",
                      {kFile, static_cast<uint32_t>(table.step_at(path)), "proc /proc"});
  }
}

}  // namespace

void verify_links(const Verifying& on, const Policy& policy, Findings& findings) {
  for (size_t i = 0; i < on.plan.steps.size(); ++i) {
    const auto index = static_cast<uint32_t>(i);
    verify_step(on.plan.steps[i], index, on.facts, findings);
    verify_source(policy, on.plan.steps[i], index, findings);
  }
  const MountTable table(on.arguments.steps, on.facts);
  if (table.shown("/dev/x") == Shown::devices) {
    verify_own_devices(policy, table, findings);
    verify_named_devices(policy, table, on.facts, findings);
  }
  if (table.shown("/proc/x") == Shown::processes) {
    verify_process_table(policy, table, on.facts, findings);
  }
}

}  // namespace sbxc::bwrap_read
