#include "compiler/driver/dry_run_linux.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/driver/broker_main_linux.h"
#include "compiler/driver/switches/switches_linux.h"
#include "runtime/landlock_wall/landlock_wall.h"
#include "runtime/launch/programs.h"

namespace sbxc::driver {
namespace {

std::string row(std::string_view name, std::string_view text) {
  return fmt::format("{:<12}{}\n", name, text);
}

std::string walls(const Planning& planning) {
  const auto bubblewrap = launch::find_bubblewrap();
  std::string out = row("sandbox", bubblewrap ? "bubblewrap: " + bubblewrap->path
                                              : printable(bubblewrap.error().message));
  out += row("filter", fmt::format("{} instructions",
                                   filter_to_load(*planning.policy, this_machine()).size() / 8));
  const int abi = landlock::abi();
  if (abi == 0) {
    out += row("landlock", "not there: one wall less");
  } else {
    out +=
        row("landlock", fmt::format("ABI {}, {} grants", abi,
                                    landlock::wall_of(planning.planned.plan, abi).grants.size()));
  }
  return out;
}

// What is asked about while it runs, and what that costs.
std::string asked(const Loaded& loaded, const Planning& planning) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  const broker::NotifyOptions options = notify_options(plan);
  std::string out = row("broker", "every call that makes, changes or removes a name");
  if (options.sockets) out += row("", "connecting to unix sockets");
  if (!options.reads) return out;
  out += row("", "every opening of a file, also for reading: some microseconds each, because of");
  for (const bwrap::Held& held : plan.broker) {
    if (held.operation != Operation::read) continue;
    out +=
        row("", fmt::format("  {}: {}, as in {}",
                            printable(loaded.sources.describe(loaded.policy->rule(held.rule).span)),
                            held.why, printable(held.example)));
  }
  return out;
}

std::string limits_text(const Planning& planning) {
  std::string out;
  for (const limits::Holding& holding : planning.limits) {
    out += row(out.empty() ? "limits" : "",
               fmt::format("{} {}: {}", name_of(holding.kind), holding.value, holding.how));
  }
  return out;
}

std::string mount(const bwrap::Step& step) {
  const bool elsewhere = !step.source.empty() && step.source != step.target;
  return fmt::format("  {:<12} {}{}{}\n", name_of(step.kind), printable(step.target),
                     elsewhere ? " from " + printable(step.source) : "",
                     step.why.empty() ? "" : "   # " + step.why);
}

std::string network_text(const Planning& planning) {
  if (!planning.network) return "none";
  const CapturedPorts& captured = planning.network->captured;
  std::string text = captured.none() ? "nothing can be reached"
                                     : fmt::format("only through the egress proxy, TCP ports {}",
                                                   captured.all.text());
  for (const bwrap::Forward& forward : planning.planned.plan.forwards) {
    text += fmt::format("; {} leads inside", forward.listen);
  }
  return text;
}

}  // namespace

std::string dry_run_text(const Loaded& loaded, const Planning& planning) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  std::string out = row("policy", printable(plan.policy));
  if (!plan.command.empty()) {
    std::string words;
    for (const std::string& word : plan.command) words += (words.empty() ? "" : " ") + word;
    out += row("command", printable(words));
  }
  out += row("starts in", printable(plan.directory));
  out += row("terminal", plan.keep_terminal ? "kept; nothing can be typed into it" : "none");
  out += row("network", network_text(planning));
  out += walls(planning);
  out += asked(loaded, planning);
  out += limits_text(planning);
  std::string names;
  for (const auto& [name, value] : plan.environment.set) {
    names += (names.empty() ? "" : " ") + printable(name);
  }
  out += row("environment", names.empty() ? "empty" : names);
  for (const bwrap::Preparation& made : plan.before) {
    out += row("made first", printable(made.path) + ", removed afterwards if it is empty");
  }
  out += "mounts\n";
  for (const bwrap::Step& step : plan.steps) out += mount(step);
  return out;
}

}  // namespace sbxc::driver
