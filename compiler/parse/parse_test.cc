// What the parser makes of well-formed text: the tree with its byte spans, the comments.
#include "compiler/parse/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/ast/print.h"
#include "compiler/diag/render.h"

namespace sbxc {
namespace {

struct Parsed {
  Sources sources;
  std::optional<ast::File> file;
  std::string errors;
};

Parsed parse_text(std::string_view text) {
  Parsed out;
  const FileId id = out.sources.add("p.sbx", std::string(text));
  Diagnostics diagnostics;
  out.file = parse(out.sources, id, diagnostics);
  out.errors = render(diagnostics, out.sources, {});
  return out;
}

// The tree of `body` after a version line, without the version.
std::string tree_of(std::string_view body, ast::Spans spans = ast::Spans::hidden) {
  const Parsed parsed = parse_text("sbx 1\n" + std::string(body));
  if (!parsed.file) return parsed.errors;
  const std::string printed = ast::print(*parsed.file, spans);
  return printed.substr(printed.find('\n') + 1);
}

struct Case {
  const char* name;
  const char* body;
  const char* tree;
};

class EachStatement : public testing::TestWithParam<Case> {};

TEST_P(EachStatement, HasItsTree) { EXPECT_EQ(tree_of(GetParam().body), GetParam().tree); }

INSTANTIATE_TEST_SUITE_P(
    Parse, EachStatement,
    testing::Values(
        Case{"Policy", "policy agent \"A \\\"coding\\\" agent\"",
             "policy\n  name agent\n  description \"A \\\"coding\\\" agent\"\n"},
        Case{"PolicyWithoutDescription", "policy agent", "policy\n  name agent\n"},
        Case{"UseOfSeveral", "use std/node,\n  \"team.sbx\"",
             "use\n  target std/node\nuse\n  target \"team.sbx\"\n"},
        Case{"UseExceptPathAndOperation", "use std/x except ~/a, env FOO,\n connect {b, c}, env",
             "use\n  target std/x\n  except ~/a\n  except\n    operation env\n    pattern FOO\n"
             "  except\n    operation connect\n    pattern set\n      pattern b\n"
             "      pattern c\n  except env\n"},
        Case{"ParamWithDefault", "param workspace = \"/a b\"",
             "param\n  name workspace\n  value \"/a b\"\n"},
        Case{"ParamWithout", "param workspace", "param\n  name workspace\n"},
        Case{"LetSet", "let c={~/a/**,~/b}",
             "let\n  name c\n  pattern set\n    pattern ~/a/**\n    pattern ~/b\n"},
        Case{"LetEmptySet", "let c = { }", "let\n  name c\n  pattern set\n"},
        Case{"LetSetOverLines", "let c = {\n  ~/a, # one\n\n  ~/b\n}",
             "let\n  name c\n  pattern set\n    pattern ~/a\n    pattern ~/b\n"},
        Case{"LetList", "let c = ~/a, d", "let\n  name c\n  pattern ~/a\n  pattern d\n"},
        Case{"LetListFile", "let c = hosts \"l.txt\"", "let\n  name c\n  hosts \"l.txt\"\n"},
        Case{"LetOfANameHosts", "let c = hosts, d",
             "let\n  name c\n  pattern hosts\n  pattern d\n"},
        Case{"RuleWithAllClauses",
             "deny read a, {b, \"c d\"}\n  except e, f\n  # why\n  because \"g\"\n"
             "  accept widened \"h\"",
             "rule deny read\n  pattern a\n  pattern set\n    pattern b\n    pattern \"c d\"\n"
             "  except e\n  except f\n  because \"g\"\n  accept widened \"h\"\n"},
        Case{"Ask", "ask connect *.example.com", "rule ask connect\n  pattern *.example.com\n"},
        Case{"KeywordsAsPatterns", "allow env read, allow, except,\n because except env",
             "rule allow env\n  pattern read\n  pattern allow\n  pattern except\n"
             "  pattern because\n  except env\n"},
        Case{"BraceGroupInAWord", "deny write $w/{hooks/**,config,{a,b}}",
             "rule deny write\n  pattern $w/{hooks/**,config,{a,b}}\n"},
        Case{"BracedVariable", "allow read ${workspace}x",
             "rule allow read\n  pattern ${workspace}x\n"},
        Case{"PortList", "allow connect db:1,2-3, [::1]:443,80",
             "rule allow connect\n  pattern db:1,2-3\n  pattern [::1]:443,80\n"},
        Case{"HashInsideAWord", "allow read /a#b #c", "rule allow read\n  pattern /a#b\n"},
        Case{"EscapedBlank", "allow read /a\\ b\\,c\\\"",
             "rule allow read\n  pattern /a\\ b\\,c\\\"\n"},
        Case{"SetEnv", "set env CI = \"a\\tb\"", "set env\n  name CI\n  value \"a\\tb\"\n"},
        Case{"Limits", "limit processes 5,\n memory 8GiB", "limit\n  processes 5\n  memory 8GiB\n"},
        Case{"OnOneLine", "on macos { allow mach a.b}",
             "on macos\n  rule allow mach\n    pattern a.b\n"},
        Case{"OnEmpty", "on linux {\n}", "on linux\n"},
        Case{"OnWithAllItHolds",
             "on linux {\n\n  # x\n  set env A = \"\"\n  limit time 1m\n  assert within \"b\"\n"
             "  test \"t\" {\n    allow read a\n  }\n}",
             "on linux\n  set env\n    name A\n    value \"\"\n  limit\n    time 1m\n"
             "  assert within\n    baseline \"b\"\n  test \"t\"\n    allow read\n"
             "      request a\n"},
        Case{"Assertions", "assert never read a, b\nassert always connect c\nassert within \"d\"",
             "assert never read\n  pattern a\n  pattern b\nassert always connect\n  pattern c\n"
             "assert within\n  baseline \"d\"\n"},
        Case{"Test", "test \"t\" { deny read a,\n b because \"c\" }",
             "test \"t\"\n  deny read\n    request a\n    request b\n    because \"c\"\n"}),
    [](const testing::TestParamInfo<Case>& it) { return it.param.name; });

TEST(Parse, GivesByteSpans) {
  EXPECT_EQ(tree_of("deny read ~/.ssh/** except \"/ü\" because \"x\"", ast::Spans::shown),
            "rule deny read @6-50\n"
            "  pattern ~/.ssh/** @16-25\n"
            "  except \"/ü\" @33-38\n"
            "  because \"x\" @47-50\n");
}

TEST(Parse, CountsBytesAlsoBehindCharactersOfSeveral) {
  const Parsed parsed = parse_text("sbx 1 # \u00e4\u20ac\U0001F600\nallow read /\u20ac/b, /c\n");
  ASSERT_TRUE(parsed.file) << parsed.errors;
  const auto& rule = std::get<ast::Rule>(parsed.file->statements.at(0));
  EXPECT_EQ(std::get<ast::Word>(rule.patterns.at(0)).text, "/\u20ac/b");
  EXPECT_EQ(parsed.sources.text(std::get<ast::Word>(rule.patterns.at(1)).span), "/c");
  EXPECT_EQ(parsed.sources.text(rule.head), "allow read");
}

TEST(Parse, KeepsCommentsWithTheirPlace) {
  const Parsed parsed =
      parse_text("# first\nsbx 1 # version\n  # own\nallow read a, # in a list\n  b\n#last");
  ASSERT_TRUE(parsed.file) << parsed.errors;
  std::vector<std::string> seen;
  for (const ast::Comment& comment : parsed.file->comments) {
    seen.push_back((comment.own_line ? "own " : "trailing ") +
                   std::string(parsed.sources.text(comment.span)));
  }
  EXPECT_THAT(seen, testing::ElementsAre("own # first", "trailing # version", "own # own",
                                         "trailing # in a list", "own #last"));
}

TEST(Parse, KeepsWhatIsBetweenTheQuotesOfAPattern) {
  const Parsed parsed = parse_text("sbx 1\nallow read \"/a\\*b \\\"c\\\"\"");
  ASSERT_TRUE(parsed.file) << parsed.errors;
  const auto& rule = std::get<ast::Rule>(parsed.file->statements.at(0));
  const auto& word = std::get<ast::Word>(rule.patterns.at(0));
  EXPECT_TRUE(word.quoted);
  EXPECT_EQ(word.text, "/a\\*b \\\"c\\\"");
}

TEST(Parse, TakesWindowsLineEnds) {
  EXPECT_EQ(tree_of("allow read a,\r\n  b # c\r\nlet x = {\r\n d\r\n}\r\n"),
            tree_of("allow read a,\n  b # c\nlet x = {\n d\n}\n"));
}

TEST(Parse, NeedsNoNewlineAtTheEnd) {
  EXPECT_EQ(tree_of("allow read a"), "rule allow read\n  pattern a\n");
}

TEST(Parse, KeepsTheVersionAsAWord) {
  const Parsed parsed = parse_text("\n\n sbx 1");
  ASSERT_TRUE(parsed.file) << parsed.errors;
  EXPECT_EQ(parsed.sources.text(parsed.file->version->span), "1");
}

}  // namespace
}  // namespace sbxc
