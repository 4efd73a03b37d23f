#include "compiler/resolve/rules.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/resolve/file_name.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {

namespace {

class RuleReader {
 public:
  RuleReader(UnitId unit, PatternLists& lists, Session& session)
      : unit_(unit), lists_(lists), session_(session) {}

  std::optional<Rule> read(const ast::Rule& written, OsSet os) {
    Rule rule;
    rule.effect = effect_named(written.effect.text);
    rule.operation = *operation_named(written.operation.text);
    rule.span = written.span;
    rule.head = written.head;
    rule.os = both(os, systems_of(rule.operation));
    if (!check_system(written, rule)) return std::nullopt;
    const ListContext context{rule.operation, unit_, Unset::is_error};
    ListContext patterns = context;
    if (rule.effect != Effect::deny) patterns.unset = Unset::is_absent;
    const size_t errors = session_.diagnostics.error_count();
    lists_.take_left_out();
    lists_.unfold(written.patterns, patterns, rule.patterns);
    const bool said_why = lists_.take_left_out() || session_.diagnostics.error_count() > errors;
    lists_.unfold(written.except, context, rule.except);
    if (written.because) rule.because = written.because->value;
    if (written.accept_widened) rule.accept_widened = written.accept_widened->value;
    check_broad(rule);
    if (!rule.patterns.empty()) return rule;
    if (!said_why && rule.effect != Effect::allow) {
      session_.diagnostics.report(
          {.kind = Kind::empty_rule,
           .span = written.head,
           .message = fmt::format("this rule has no patterns and {} nothing",
                                  rule.effect == Effect::deny ? "denies" : "asks about"),
           .help = "remove it, or name what it is about"});
    }
    return std::nullopt;
  }

 private:
  static Effect effect_named(std::string_view word) {
    if (word == "deny") return Effect::deny;
    return word == "ask" ? Effect::ask : Effect::allow;
  }

  bool check_system(const ast::Rule& written, const Rule& rule) {
    if (!is_empty(rule.os)) return true;
    const bool mach = rule.operation == Operation::mach;
    session_.diagnostics.report(
        {.kind = Kind::operation_of_other_system,
         .span = written.operation.span,
         .message = fmt::format("`{}` does not exist on {}", name_of(rule.operation),
                                mach ? "Linux" : "macOS"),
         .underline = "this rule is never in force",
         .help = fmt::format("move it to `on {} {{ }}`, or out of the block",
                             mach ? "macos" : "linux")});
    return false;
  }

  // Law 9: a statement with a wildcard over everything, or over strangers, says why.
  void check_broad(const Rule& rule) {
    if (!rule.because.empty()) return;
    for (const auto* list : {&rule.patterns, &rule.except}) {
      for (const Pattern& pattern : *list) {
        const auto* connect = std::get_if<ConnectPattern>(&pattern);
        if (connect == nullptr || !connect->too_broad) continue;
        Diagnostic d = broad_wildcard(*connect);
        const Span at = connect->span;
        const bool inside =
            at.file == rule.span.file && at.begin >= rule.span.begin && at.end <= rule.span.end;
        if (!inside) d.labels.push_back({rule.head, "used here without a reason"});
        session_.diagnostics.report(std::move(d));
      }
    }
  }

  UnitId unit_;
  PatternLists& lists_;
  Session& session_;
};

}  // namespace

OsSet systems_of(Operation operation) {
  if (operation == Operation::mach) return {.linux = false, .macos = true};
  if (operation == Operation::syscall) return {.linux = true, .macos = false};
  return {};
}

OsSet both(OsSet a, OsSet b) { return {a.linux && b.linux, a.macos && b.macos}; }

std::vector<Rule> rules_of(const Unit& unit, UnitId id, PatternLists& lists, Session& session) {
  std::vector<Rule> rules;
  RuleReader reader(id, lists, session);
  for (const Placed& placed : unit.statements) {
    const auto* written = std::get_if<ast::Rule>(placed.statement);
    if (written == nullptr) continue;
    if (auto rule = reader.read(*written, placed.os)) {
      rule->chain = unit.chain;
      rules.push_back(std::move(*rule));
    }
  }
  return rules;
}

std::vector<Assertion> assertions_of(const Unit& unit, UnitId id, PatternLists& lists,
                                     Session& session, std::vector<Input>& inputs) {
  std::vector<Assertion> assertions;
  for (const Placed& placed : unit.statements) {
    const auto* written = std::get_if<ast::Assert>(placed.statement);
    if (written == nullptr) continue;
    Assertion assertion;
    assertion.span = written->span;
    assertion.os = placed.os;
    assertion.chain = unit.chain;
    if (written->baseline) {
      assertion.kind = AssertKind::within;
      assertion.baseline = join_path(unit.directory, written->baseline->value);
      const auto file =
          read_source(session, assertion.baseline, kMaxPolicyBytes, written->baseline->span);
      if (!file) continue;
      inputs.push_back({assertion.baseline, sha256_hex(session.sources.text(*file)), false});
    } else {
      assertion.kind = written->what.text == "always" ? AssertKind::always : AssertKind::never;
      assertion.operation = *operation_named(written->operation->text);
      assertion.os = both(assertion.os, systems_of(assertion.operation));
      lists.unfold(written->patterns, {assertion.operation, id, Unset::is_error},
                   assertion.patterns);
    }
    assertions.push_back(std::move(assertion));
  }
  return assertions;
}

}  // namespace sbxc
