#include "backends/bwrap/read/roles.h"

namespace sbxc::bwrap_read {
namespace {

// The words of docs/formats.md that say more than that a name is not there yet.
constexpr std::string_view kLink = "a link that could be replaced";
constexpr std::string_view kNotLookedFor = "a match that was not looked for";
constexpr std::string_view kPrograms = "which of the readable files are programs";
constexpr std::string_view kLaterSocket = "a socket made later";

uint32_t held_bits(const HeldPart& part) {
  uint32_t bits = part.operation == Operation::read    ? kHeldRead
                  : part.operation == Operation::write ? kHeldWrite
                                                       : 0U;
  if (part.why == kLink) bits |= kLinkHeld;
  if (part.why == kNotLookedFor) bits |= kAlsoOld;
  return bits;
}

uint32_t wide_bits(const HeldPart& part) {
  uint32_t bits = part.operation == Operation::read    ? kWideRead
                  : part.operation == Operation::write ? kWideWrite
                  : part.operation == Operation::exec  ? kWideExec
                                                       : kWideSocket;
  if (part.why == kLink) bits |= kWideRead | kWideWrite;
  if (part.why == kNotLookedFor) bits |= kAlsoOld;
  return bits;
}

// Who excepts something from a denial of reading lets it be written and executed too (law 4).
uint32_t less_bits(Operation operation, Effect effect) {
  switch (operation) {
    case Operation::read:
      return effect == Effect::deny ? kLessRead | kLessWrite | kLessExec : kLessRead;
    case Operation::write:
      return kLessRead | kLessWrite;
    case Operation::exec:
      return kLessExec;
    case Operation::socket:
      return kLessSocket;
    case Operation::connect:
    case Operation::listen:
    case Operation::env:
    case Operation::syscall:
    case Operation::mach:
      return 0;
  }
  return 0;
}

}  // namespace

Roles roles_of(const Policy& policy, const PlanFile& plan,
               const std::vector<RuleVerdict>& verdicts) {
  Roles roles;
  roles.by_rule.resize(policy.rules.size());
  std::vector<Fidelity> fidelity(policy.rules.size(), Fidelity::exact);
  for (const RuleVerdict& verdict : verdicts) {
    const auto index = static_cast<size_t>(verdict.rule);
    if (index >= fidelity.size()) continue;
    fidelity[index] = verdict.fidelity;
    Role& role = roles.by_rule[index];
    const bool less = verdict.fidelity == Fidelity::narrowed ||  // the worst is said of a rule:
                      verdict.fidelity == Fidelity::widened;     // it may be narrowed elsewhere
    const Rule& rule = policy.rule(verdict.rule);
    if (less) role.where_it_allows |= less_bits(rule.operation, rule.effect);
  }
  roles.whole.unix_sockets = plan.unix_sockets;
  roles.whole.execution_limited = plan.execution_limited && !plan.mounts_alone;
  if (!plan.mounts_alone) {
    for (const HeldPart& part : plan.broker) {
      roles.by_rule[static_cast<size_t>(part.rule)].where_it_restricts |= held_bits(part);
      roles.whole.later_sockets_held |= part.why == kLaterSocket;
    }
  }
  for (const HeldPart& part : plan.not_held) {
    const auto index = static_cast<size_t>(part.rule);
    if (fidelity[index] != Fidelity::widened) continue;  // listed, and declared nowhere
    roles.by_rule[index].where_it_restricts |= wide_bits(part);
    roles.whole.exec_declared_wide |= part.why == kPrograms;
    roles.whole.sockets_declared_wide |= part.why == kLaterSocket;
  }
  return roles;
}

}  // namespace sbxc::bwrap_read
