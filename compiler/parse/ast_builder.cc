// One function per rule of the grammar. A tree without an exception is complete, so children that
// the grammar demands are there.
#include "compiler/parse/ast_builder.h"

#include "compiler/parse/antlr_tokens.h"
#include "compiler/parse/quoted_text.h"

namespace sbxc {

using Parser = grammar::SbxParser;

namespace {

const AntlrToken& as_ours(const antlr4::Token& token) {
  return static_cast<const AntlrToken&>(token);
}

bool broken(const antlr4::ParserRuleContext& tree) { return tree.exception != nullptr; }

}  // namespace

Span AstBuilder::span(const antlr4::ParserRuleContext& tree) {
  return {file_, as_ours(*tree.start).begin(), as_ours(*tree.stop).end()};
}

ast::Word AstBuilder::word(const antlr4::Token& token) {
  const AntlrToken& ours = as_ours(token);
  const Span whole{file_, ours.begin(), ours.end()};
  const bool quoted = ours.kind() == TokenKind::quoted;
  std::string_view raw = sources_.text(whole);
  if (quoted) raw = raw.substr(1, raw.size() - 2);
  return {whole, std::string(raw), quoted};
}

// For rules that are one token long: word, name, operation, os, value, target, pattern, effect.
ast::Word AstBuilder::word(const antlr4::ParserRuleContext& tree) { return word(*tree.start); }

ast::Text AstBuilder::text(Parser::TextContext& tree) {
  return unquote(sources_, span(tree), diagnostics_);
}

ast::Item AstBuilder::item(Parser::ItemContext& tree) {
  if (Parser::PatternContext* pattern = tree.pattern()) return word(*pattern);
  Parser::SetContext& set = *tree.set();
  ast::Set out{span(set), {}};
  for (const Parser::PatternContext* pattern : set.pattern()) {
    out.patterns.push_back(word(*pattern));
  }
  return out;
}

std::vector<ast::Item> AstBuilder::items(Parser::ItemsContext& tree) {
  std::vector<ast::Item> out;
  for (Parser::ItemContext* child : tree.item()) out.push_back(item(*child));
  return out;
}

ast::PolicyName AstBuilder::policy(Parser::PolicyContext& tree) {
  ast::PolicyName out{span(tree), word(*tree.name()), std::nullopt};
  if (tree.text() != nullptr) out.description = text(*tree.text());
  return out;
}

void AstBuilder::add_use(Parser::UseContext& tree, std::vector<ast::Statement>& out) {
  std::vector<ast::Use::Except> except;
  if (Parser::UseExceptContext* clause = tree.useExcept()) {
    for (Parser::UseExceptionContext* child : clause->useException()) {
      ast::Use::Except one{std::nullopt, item(*child->item())};
      if (child->operation() != nullptr) one.operation = word(*child->operation());
      except.push_back(std::move(one));
    }
  }
  for (const Parser::TargetContext* target : tree.target()) {
    out.push_back(ast::Use{span(tree), word(*target), except});
  }
}

ast::Param AstBuilder::param(Parser::ParamContext& tree) {
  ast::Param out{span(tree), word(*tree.name()), std::nullopt};
  if (tree.pattern() != nullptr) out.value = word(*tree.pattern());
  return out;
}

ast::Let AstBuilder::let(Parser::LetContext& tree) {
  ast::Let out{span(tree), word(*tree.name()), {}, std::nullopt};
  if (tree.items() != nullptr) out.items = items(*tree.items());
  if (tree.listFile() != nullptr) out.hosts = text(*tree.listFile()->text());
  return out;
}

ast::Rule AstBuilder::rule(Parser::RuleStatementContext& tree) {
  ast::Rule out;
  out.span = span(tree);
  out.effect = word(*tree.effect());
  out.operation = word(*tree.operation());
  out.head = {file_, out.effect.span.begin, out.operation.span.end};
  out.patterns = items(*tree.items());
  if (tree.exceptClause() != nullptr) out.except = items(*tree.exceptClause()->items());
  if (tree.becauseClause() != nullptr) out.because = text(*tree.becauseClause()->text());
  if (tree.acceptClause() != nullptr) out.accept_widened = text(*tree.acceptClause()->text());
  return out;
}

ast::SetEnv AstBuilder::set_env(Parser::SetEnvContext& tree) {
  return {span(tree), word(*tree.name()), text(*tree.text())};
}

ast::Limits AstBuilder::limits(Parser::LimitContext& tree) {
  ast::Limits out{span(tree), {}};
  for (Parser::LimitItemContext* child : tree.limitItem()) {
    out.items.push_back({span(*child), word(*child->name()), word(*child->value())});
  }
  return out;
}

ast::Assert AstBuilder::assertion(Parser::AssertionContext& tree) {
  ast::Assert out;
  out.span = span(tree);
  if (tree.WITHIN() != nullptr) {
    out.what = word(*tree.WITHIN()->getSymbol());
    out.baseline = text(*tree.text());
    return out;
  }
  out.what = word(*(tree.NEVER() != nullptr ? tree.NEVER() : tree.ALWAYS())->getSymbol());
  out.operation = word(*tree.operation());
  out.patterns = items(*tree.items());
  return out;
}

ast::TestLine AstBuilder::test_line(Parser::TestLineContext& tree) {
  ast::TestLine out;
  out.span = span(tree);
  out.effect = word(*tree.effect());
  out.operation = word(*tree.operation());
  for (const Parser::PatternContext* request : tree.pattern()) {
    out.requests.push_back(word(*request));
  }
  if (tree.becauseClause() != nullptr) out.because = text(*tree.becauseClause()->text());
  return out;
}

ast::Test AstBuilder::test(Parser::TestContext& tree) {
  ast::Test out{span(tree), text(*tree.text()), {}};
  for (Parser::TestLineContext* line : tree.testLine()) {
    if (!broken(*line)) out.lines.push_back(test_line(*line));
  }
  return out;
}

ast::OnOs AstBuilder::on(Parser::OnContext& tree) {
  ast::OnOs out{span(tree), word(*tree.os()), {}};
  for (Parser::InnerContext* inner : tree.inner()) {
    if (broken(*inner)) continue;
    if (auto* child = inner->ruleStatement()) out.body.push_back(rule(*child));
    if (auto* child = inner->setEnv()) out.body.push_back(set_env(*child));
    if (auto* child = inner->limit()) out.body.push_back(limits(*child));
    if (auto* child = inner->assertion()) out.body.push_back(assertion(*child));
    if (auto* child = inner->test()) out.body.push_back(test(*child));
  }
  return out;
}

// The one child says which statement it is: asking for each kind in turn would be a search each.
void AstBuilder::add_line(Parser::LineContext& line, Syntax& out) {
  Parser::StatementContext* tree = line.statement();
  if (tree == nullptr || broken(*tree)) return;
  std::vector<ast::Statement>& to = out.statements;
  switch (static_cast<antlr4::ParserRuleContext*>(tree->children.front())->getRuleIndex()) {
    case Parser::RuleVersion:
      out.versions.push_back(word(*tree->version()->word()));
      return;
    case Parser::RulePolicy:
      to.push_back(policy(*tree->policy()));
      return;
    case Parser::RuleUse:
      add_use(*tree->use(), to);
      return;
    case Parser::RuleParam:
      to.push_back(param(*tree->param()));
      return;
    case Parser::RuleLet:
      to.push_back(let(*tree->let()));
      return;
    case Parser::RuleRuleStatement:
      to.push_back(rule(*tree->ruleStatement()));
      return;
    case Parser::RuleSetEnv:
      to.push_back(set_env(*tree->setEnv()));
      return;
    case Parser::RuleLimit:
      // The words of a broken list of limits may belong to the next statement.
      if (!broken(line)) to.push_back(limits(*tree->limit()));
      return;
    case Parser::RuleAssertion:
      to.push_back(assertion(*tree->assertion()));
      return;
    case Parser::RuleTest:
      to.push_back(test(*tree->test()));
      return;
    default:
      to.push_back(on(*tree->on()));
  }
}

}  // namespace sbxc
