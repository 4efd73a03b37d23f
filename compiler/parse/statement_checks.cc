#include "compiler/parse/statement_checks.h"

#include <fmt/core.h>

#include <array>

#include "compiler/diag/printable.h"
#include "compiler/parse/error_scene.h"
#include "compiler/policy/operation.h"

namespace sbxc {

namespace {

constexpr std::array<std::string_view, 5> kLimits = {"processes", "memory", "open-files", "time",
                                                     "file-size"};

class Checker {
 public:
  explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void operator()(const ast::PolicyName& policy) {
    if (policy_) {
      Diagnostic out{.kind = Kind::repeated_policy,
                     .span = policy.name.span,
                     .message = "the policy is named twice",
                     .help = "keep one `policy` statement"};
      out.labels.push_back({*policy_, "the first name"});
      diagnostics_.report(std::move(out));
    } else {
      policy_ = policy.name.span;
    }
  }
  void operator()(const ast::Use& use) {
    for (const ast::Use::Except& except : use.except) {
      if (except.operation) check_exception(*except.operation, except.pattern);
    }
  }
  void operator()(const ast::Param&) {}
  void operator()(const ast::Let& let) {
    if (let.hosts) check_not_empty(*let.hosts, "the file name");
  }
  void operator()(const ast::Rule& rule) {
    check_operation(rule.operation);
    check_ask(rule.effect, rule.operation);
    if (rule.because) check_not_empty(*rule.because, "the reason");
    if (rule.accept_widened) check_not_empty(*rule.accept_widened, "the reason");
  }
  void operator()(const ast::SetEnv&) {}
  void operator()(const ast::Limits& limits) {
    for (const ast::LimitItem& item : limits.items) check_limit(item.name);
  }
  void operator()(const ast::Assert& assertion) {
    if (assertion.operation) check_operation(*assertion.operation);
    if (assertion.baseline) check_not_empty(*assertion.baseline, "the file name");
  }
  void operator()(const ast::Test& test) {
    check_not_empty(test.name, "the name of the test");
    for (const ast::TestLine& line : test.lines) {
      check_operation(line.operation);
      check_ask(line.effect, line.operation);
      if (line.because) check_not_empty(*line.because, "the reason");
    }
  }
  void operator()(const ast::OnOs& on) {
    if (on.os.text != name_of(Os::linux) && on.os.text != name_of(Os::macos)) {
      diagnostics_.report(
          {.kind = Kind::unknown_system,
           .span = on.os.span,
           .message =
               fmt::format("`{}` is no operating system that sbxc knows", printable(on.os.text)),
           .help = did_you_mean(on.os.text, {name_of(Os::linux), name_of(Os::macos)},
                                "the systems are `linux` and `macos`")});
    }
    for (const ast::Statement& statement : on.body) std::visit(*this, statement);
  }

 private:
  void check_operation(const ast::Word& word) {
    if (operation_named(word.text)) return;
    std::vector<std::string_view> names;
    names.reserve(kOperations.size());
    for (const OperationFacts& facts : kOperations) names.push_back(facts.name);
    diagnostics_.report({.kind = Kind::unknown_operation,
                         .span = word.span,
                         .message = fmt::format("`{}` is no operation", printable(word.text)),
                         .help = did_you_mean(word.text, names, operations_help())});
  }

  // `except ~/a ~/b` reads as an operation `~/a` and a pattern.
  void check_exception(const ast::Word& operation, const ast::Item& item) {
    const ast::Word* pattern = std::get_if<ast::Word>(&item);
    const bool path = operation.text.find_first_of("/~$*.") != std::string::npos;
    if (pattern == nullptr || !path) {
      check_operation(operation);
      return;
    }
    if (!pattern->quoted && (pattern->text == "because" || pattern->text == "accept")) return;
    diagnostics_.report(
        {.kind = Kind::missing_comma,
         .span = pattern->span,
         .message = fmt::format("there is no comma between `{}` and `{}`",
                                printable(operation.text), printable(pattern->text)),
         .help = "what stands in a list is separated by commas"});
  }

  void check_ask(const ast::Word& effect, const ast::Word& operation) {
    const auto known = operation_named(operation.text);
    if (effect.text != name_of(Effect::ask) || !known || *known == Operation::connect) return;
    diagnostics_.report(
        {.kind = Kind::ask_needs_connect,
         .span = effect.span,
         .message = fmt::format("`ask` works for `connect` alone, not for `{}`", operation.text),
         .help = fmt::format("write `allow {0} …` or `deny {0} …`", operation.text)});
  }

  void check_not_empty(const ast::Text& text, std::string_view role) {
    if (!text.value.empty()) return;
    diagnostics_.report({.kind = Kind::missing_text,
                         .span = text.span,
                         .message = fmt::format("{} is empty", role),
                         .help = "say it in a few words"});
  }

  void check_limit(const ast::Word& name) {
    for (const std::string_view limit : kLimits) {
      if (limit == name.text) return;
    }
    diagnostics_.report(
        {.kind = Kind::unknown_limit,
         .span = name.span,
         .message = fmt::format("`{}` is no limit", printable(name.text)),
         .help = did_you_mean(name.text, {kLimits.begin(), kLimits.end()},
                              "the limits are `processes`, `memory`, `open-files`, `time` and "
                              "`file-size`")});
  }

  Diagnostics& diagnostics_;
  std::optional<Span> policy_;
};

}  // namespace

bool check_supported(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                     Diagnostics& diagnostics) {
  const size_t first = tokens[0].kind == TokenKind::newline ? 1 : 0;
  if (tokens[first].kind != TokenKind::sbx || tokens[first + 1].kind != TokenKind::word)
    return true;
  const Span version{file, tokens[first + 1].begin, tokens[first + 1].end};
  if (sources.text(version) == "1") return true;
  diagnostics.report({.kind = Kind::unsupported_version,
                      .span = version,
                      .message = fmt::format("version `{}` of the language is not known",
                                             printable(sources.text(version))),
                      .help = "this sbxc reads version 1: `sbx 1`"});
  return false;
}

void check_version(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                   const Syntax& syntax, Diagnostics& diagnostics) {
  const Token& first = tokens[tokens[0].kind == TokenKind::newline ? 1 : 0];
  const Span first_span{file, first.begin, first.end};
  const bool starts_well = first.kind == TokenKind::sbx;
  for (size_t i = 0; i < syntax.versions.size(); ++i) {
    const ast::Word& version = syntax.versions[i];
    if (i > 0 || !starts_well) {
      diagnostics.report(
          {.kind = Kind::misplaced_version,
           .span = version.span,
           .message = i > 0 ? "the version is given twice" : "the version does not stand first",
           .help = "`sbx 1` is the first statement of a file, once"});
    }
  }
  if (starts_well || !syntax.versions.empty()) return;
  const bool misspelt = !did_you_mean(sources.text(first_span), {"sbx"}, "").empty();
  if (misspelt) return;  // reported as an unknown statement
  diagnostics.report({.kind = Kind::missing_version,
                      .span = first_span,
                      .message = "the file does not start with the version of the language",
                      .help = "make `sbx 1` the first line"});
}

void check_statements(const Syntax& syntax, Diagnostics& diagnostics) {
  Checker checker(diagnostics);
  for (const ast::Statement& statement : syntax.statements) std::visit(checker, statement);
}

}  // namespace sbxc
