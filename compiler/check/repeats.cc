// Patterns stated twice in one file, by the same kind of statement. Compared by what they say, not
// by how they are spelt: `~/x` repeats `/home/u/x`. Between files a repeat is no mistake: each
// should be complete by itself.
#include <fmt/core.h>

#include <unordered_map>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

std::string key_of(const Rule& rule) {
  std::string key =
      fmt::format("{} {} {} {} {}", static_cast<uint32_t>(rule.span.file), name_of(rule.effect),
                  name_of(rule.operation), rule.os.linux ? "l" : "", rule.os.macos ? "m" : "");
  for (const Pattern& except : rule.except) key += "\n-" + text(except);
  return key + "\n";
}

struct Place {
  const Rule* rule;
  Span span;
};

}  // namespace

void check_repeats(const Policy& policy, Diagnostics& diagnostics) {
  std::unordered_map<std::string, Place> seen;
  for (const Rule& rule : policy.rules) {
    const std::string key = key_of(rule);
    for (const Pattern& pattern : rule.patterns) {
      const Place here{&rule, span_of(pattern)};
      const auto [known, fresh] = seen.emplace(key + text(pattern), here);
      // One statement can give several rules, and a set can be used by several statements.
      const bool same_statement =
          known->second.rule != &rule && known->second.rule->span == rule.span;
      if (fresh || same_statement) continue;
      const bool from_set = known->second.span == here.span;
      Diagnostic d{.kind = Kind::repeated_pattern, .span = here.span, .message = {}};
      d.message = fmt::format("`{} {}` already has `{}`", name_of(rule.effect),
                              name_of(rule.operation), printable(written(pattern)));
      if (from_set) {
        d.labels = {{known->second.rule->head, "by this rule"}, {rule.head, "and again by this"}};
        if (known->second.rule == &rule) d.labels.pop_back();
      } else {
        d.labels = {{known->second.span, "here"}};
      }
      d.help = "remove one of the two";
      diagnostics.report(std::move(d));
    }
  }
}

}  // namespace sbxc
