// A policy becomes a profile section by section; each section says how well it held its rules.
#include <fmt/core.h>

#include <algorithm>

#include "backends/seatbelt/network_section.h"
#include "backends/seatbelt/path_section.h"
#include "backends/seatbelt/preamble.h"
#include "backends/seatbelt/sbpl_text.h"
#include "backends/seatbelt/seatbelt.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

using namespace seatbelt;

namespace {

// Before any section has looked: what does not exist here, and what others hold.
RuleVerdict first_verdict(const Rule& rule) {
  RuleVerdict verdict{.rule = rule.id};
  if (!rule.os.macos) {
    verdict.fidelity = Fidelity::absent;
    verdict.what = "the statement is for another system";
  } else if (rule.operation == Operation::syscall) {
    verdict.fidelity = Fidelity::absent;
    verdict.what = "system calls are named on Linux only";
  } else if (rule.operation == Operation::env) {
    verdict.fidelity = Fidelity::elsewhere;
    verdict.needs = {Need::launcher};
    verdict.what = "the launcher chooses the variables";
  }
  return verdict;
}

bool is_abstract(const std::variant<PathGlob, AbstractSocket>& test) {
  return std::holds_alternative<AbstractSocket>(test);
}

// Abstract sockets do not exist on macOS: an allow loses something, a deny has nothing to do.
void judge_abstract_sockets(const Policy& policy, Lowered& lowered) {
  for (const Rule& rule : policy.rules) {
    RuleVerdict& verdict = lowered.verdicts[static_cast<size_t>(rule.id)];
    if (rule.operation != Operation::socket || rule.effect == Effect::deny || !rule.os.macos) {
      continue;
    }
    for (const Pattern& pattern : rule.patterns) {
      const auto& tests = std::get<SocketPattern>(pattern).tests;
      const auto found = std::find_if(tests.begin(), tests.end(), is_abstract);
      if (found == tests.end() || verdict.fidelity != Fidelity::exact) continue;
      verdict.fidelity = Fidelity::narrowed;
      verdict.what = "macOS has no abstract sockets";
      verdict.witness = "@" + std::get<AbstractSocket>(*found).name.text();
      verdict.help = "put it into `on linux { … }`";
    }
  }
}

std::vector<NameGlob> names_of(const std::vector<Pattern>& patterns) {
  std::vector<NameGlob> out;
  for (const Pattern& pattern : patterns) {
    const auto& globs = std::get<NamePattern>(pattern).globs;
    out.insert(out.end(), globs.begin(), globs.end());
  }
  return out;
}

std::vector<FilterTree> service_filters(const std::vector<NameGlob>& names) {
  std::vector<FilterTree> out;
  for (const NameGlob& name : names) {
    const auto literal = name.literal();
    const std::string text = literal ? "(global-name " + quoted(*literal) + ")"
                                     : "(global-name-regex " + quoted_regex(name_regex(name)) + ")";
    out.push_back(FilterTree::leaf(text, text.size()));
  }
  return out;
}

void write_service_section(const Policy& policy, ProfileWriter& writer) {
  std::vector<NameGlob> allowed;
  const auto is_ours = [](const Rule& rule) {
    return rule.operation == Operation::mach && rule.os.macos;
  };
  for (const Rule& rule : policy.rules) {
    if (!is_ours(rule) || rule.effect == Effect::deny) continue;
    const auto names = names_of(rule.patterns);
    allowed.insert(allowed.end(), names.begin(), names.end());
  }
  std::vector<NamedFilter> allow;
  std::vector<NamedFilter> deny;
  bool first = true;
  for (const Rule& rule : policy.rules) {
    if (!is_ours(rule)) continue;
    if (first) writer.heading("Services of the system, by their global names.");
    first = false;
    std::vector<NameGlob> names = names_of(rule.patterns);
    const bool denies = rule.effect == Effect::deny;
    if (denies) {
      std::erase_if(names, [&](const NameGlob& name) {
        return std::none_of(allowed.begin(), allowed.end(),
                            [&](const NameGlob& other) { return overlap(name, other); });
      });
    }
    writer.statement_comment(
        rule, names.empty() ? "none of them is allowed: (deny default) holds this" : "");
    if (names.empty()) continue;
    (denies ? deny : allow)
        .push_back(
            writer.define(rule, FilterTree::without(FilterTree::any(service_filters(names)),
                                                    service_filters(names_of(rule.except)))));
  }
  writer.rule("allow", "mach-lookup", allow);
  writer.rule("deny", "mach-lookup", deny);
}

// A profile over the limit is refused as a whole. Nobody can accept that, so it is no verdict.
void judge_size(const Policy& policy, const ProfileWriter& writer, size_t limit, Lowered& lowered) {
  const auto rule = writer.tips(limit);
  if (!rule) return;
  lowered.diagnostics.push_back(
      {.kind = Kind::profile_too_large,
       .span = policy.rule(*rule).head,
       .message = fmt::format("compiled, the profile weighs about {} bytes, and macOS refuses one "
                              "over {}",
                              writer.weight(), limit),
       .underline = "the limit is passed here",
       .help = "name directories (`dir/**`) rather than what is in them, or leave out a `use`"});
}

}  // namespace

Lowered lower_seatbelt(const Policy& policy, const Sources& sources,
                       const SeatbeltOptions& options) {
  Lowered lowered;
  lowered.target = TargetName::seatbelt;
  for (const Rule& rule : policy.rules) lowered.verdicts.push_back(first_verdict(rule));
  judge_abstract_sockets(policy, lowered);

  ProfileWriter writer(policy, sources);
  writer.line(policy.name.empty()
                  ? std::string(";; A macOS sandbox profile.")
                  : fmt::format(";; The macOS sandbox profile of policy `{}`.", policy.name));
  writer.line(";; Written by sbxc: change the policy, not this file. Parameter: PROXY_PORT.");
  std::string_view opening = preamble();
  opening.remove_suffix(1);
  writer.line(opening);

  const PathRules rules = PathRules::of(policy);
  const PathSection paths = write_path_section(policy, rules, writer, lowered);
  write_network_section(policy, paths, writer, lowered);
  write_service_section(policy, writer);

  judge_size(policy, writer, options.max_compiled_bytes, lowered);
  lowered.map = writer.take_map();
  lowered.artifacts.push_back({std::string(kProfileFile), writer.take_text()});
  return lowered;
}

}  // namespace sbxc
