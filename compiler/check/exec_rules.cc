// `exec` needs read (law 4): a program that may be run but not read cannot be run.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

bool is_readable(const Policy& policy, const Pattern& pattern, OsSet os) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    if (rule.effect != Effect::allow) return false;
    if (rule.operation != Operation::read && rule.operation != Operation::write) return false;
    if (!(rule.os.linux && os.linux) && !(rule.os.macos && os.macos)) return false;
    return std::any_of(rule.patterns.begin(), rule.patterns.end(),
                       [&](const Pattern& p) { return overlap(p, pattern); });
  });
}

}  // namespace

void check_exec_rules(const Policy& policy, Diagnostics& diagnostics) {
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::exec || rule.effect != Effect::allow || !is_own(rule))
      continue;
    for (const Pattern& pattern : rule.patterns) {
      if (is_readable(policy, pattern, rule.os)) continue;
      const std::string shown = printable(written(pattern));
      diagnostics.report({.kind = Kind::exec_without_read,
                          .span = span_of(pattern),
                          .message = fmt::format("nothing that `{}` matches may be read, and a "
                                                 "program that is run is read",
                                                 shown),
                          .help = fmt::format("add `allow read {}`", shown)});
    }
  }
}

}  // namespace sbxc
