// Parse trees to AST statements. Internal to this room.
#pragma once

#include <vector>

#include "SbxParser.h"
#include "compiler/parse/syntax.h"

namespace sbxc {

class AstBuilder {
 public:
  AstBuilder(const Sources& sources, FileId file, Diagnostics& diagnostics)
      : sources_(sources), file_(file), diagnostics_(diagnostics) {}

  // Appends the line's statements: none when it is blank or broken, several for a `use` of several
  // targets. Statements of a block that have an error are left out of it.
  void add_line(grammar::SbxParser::LineContext& line, Syntax& out);

 private:
  using Parser = grammar::SbxParser;

  void add_use(Parser::UseContext& use, std::vector<ast::Statement>& out);
  ast::PolicyName policy(Parser::PolicyContext& tree);
  ast::Param param(Parser::ParamContext& tree);
  ast::Let let(Parser::LetContext& tree);
  ast::Rule rule(Parser::RuleStatementContext& tree);
  ast::SetEnv set_env(Parser::SetEnvContext& tree);
  ast::Limits limits(Parser::LimitContext& tree);
  ast::Assert assertion(Parser::AssertionContext& tree);
  ast::Test test(Parser::TestContext& tree);
  ast::TestLine test_line(Parser::TestLineContext& tree);
  ast::OnOs on(Parser::OnContext& tree);

  std::vector<ast::Item> items(Parser::ItemsContext& tree);
  ast::Item item(Parser::ItemContext& tree);
  ast::Text text(Parser::TextContext& tree);
  ast::Word word(const antlr4::ParserRuleContext& tree);
  ast::Word word(const antlr4::Token& token);
  Span span(const antlr4::ParserRuleContext& tree);

  const Sources& sources_;
  FileId file_;
  Diagnostics& diagnostics_;
};

}  // namespace sbxc
