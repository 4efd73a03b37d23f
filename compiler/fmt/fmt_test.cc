// The layout, by example: each text with what becomes of it.
#include "compiler/fmt/fmt.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "compiler/diag/render.h"
#include "compiler/parse/parse.h"

namespace sbxc {
namespace {

std::string formatted_file(std::string text) {
  Sources sources;
  Diagnostics diagnostics;
  const auto file = parse(sources, sources.add("p.sbx", std::move(text)), diagnostics);
  return file ? format(*file, sources) : render(diagnostics, sources, {});
}

// The layout of `body` after a version line, without the version line.
std::string formatted(const std::string& body) {
  const std::string text = formatted_file("sbx 1\n" + body);
  return text.substr(text.find('\n') + 1);
}

TEST(Format, PutsRulesInColumns) {
  EXPECT_EQ(formatted("allow read /a\ndeny   write\t/b\nask connect c.com\nallow syscall d"),
            "allow read    /a\n"
            "deny  write   /b\n"
            "ask   connect c.com\n"
            "allow syscall d\n");
}

TEST(Format, PutsSingleBlanksElsewhere) {
  EXPECT_EQ(
      formatted("policy   a    \"b\"\nuse  c ,\"d\"\nparam  e=f\nlet g={h,i}\nset  env j=\"k\"\n"
                "limit  memory  1GiB ,time 3s\nassert  never  read  l\n"),
      "policy a \"b\"\n"
      "use c, \"d\"\n"
      "param e = f\n"
      "let g = { h, i }\n"
      "set env j = \"k\"\n"
      "limit memory 1GiB, time 3s\n"
      "assert never read l\n");
}

TEST(Format, KeepsOneBlankLineBetweenStatementsAndNoneAtTheEnds) {
  EXPECT_EQ(formatted_file("\n\nsbx 1\n\n\n\nallow read /a\nallow read /b\n\n\n"),
            "sbx 1\n\nallow read    /a\nallow read    /b\n");
  EXPECT_EQ(formatted("on linux {\n\n\n  allow read /a\n\n\n  allow read /b\n\n}"),
            "on linux {\n  allow read    /a\n\n  allow read    /b\n}\n");
}

TEST(Format, JoinsWhatFitsOnALine) {
  EXPECT_EQ(formatted("allow read /a, /b,\n  /c"), "allow read    /a, /b, /c\n");
  EXPECT_EQ(formatted("let a = { /a,\n  /b }"), "let a = { /a, /b }\n");
}

TEST(Format, KeepsOneMemberALineAndClausesOnLinesOfTheirOwn) {
  EXPECT_EQ(formatted("allow read /a,\n/b,\n/c"), "allow read    /a,\n    /b,\n    /c\n");
  EXPECT_EQ(formatted("let a = {\n/a, /b\n}"), "let a = {\n  /a,\n  /b\n}\n");
  EXPECT_EQ(formatted("deny read /a  except /b\nbecause \"c\""),
            "deny  read    /a\n    except /b\n    because \"c\"\n");
}

TEST(Format, WrapsLongListsAfterCommasAndBeforeClauses) {
  const std::string item = "~/a/directory/with/a/long/name";
  EXPECT_EQ(formatted("deny read " + item + ", " + item + ", " + item + ", " + item +
                      " except /b because \"c\""),
            "deny  read    " + item + ", " + item + ",\n    " + item + ", " + item +
                "\n    except /b\n    because \"c\"\n");
}

TEST(Format, BreaksAtTheColumnThatTheCommaWouldPass) {
  const auto rule = [](size_t last) {
    return "allow read    " + std::string(40, 'a') + ", " + std::string(last, 'b');
  };
  EXPECT_EQ(formatted(rule(44)), rule(44) + "\n");
  EXPECT_EQ(formatted(rule(45)),
            "allow read    " + std::string(40, 'a') + ",\n    " + std::string(45, 'b') + "\n");
}

TEST(Format, CountsCharactersNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 44; ++i) umlauts += "\u00FC";
  const std::string rule = "allow read    " + std::string(40, 'a') + ", " + umlauts + "\n";
  EXPECT_EQ(formatted(rule), rule);
}

TEST(Format, ExpandsASetThatFitsNoLine) {
  const std::string item(40, 'x');
  EXPECT_EQ(formatted("let a = { " + item + ", " + item + ", " + item + " }"),
            "let a = {\n  " + item + ",\n  " + item + ",\n  " + item + "\n}\n");
  EXPECT_EQ(formatted("allow env a, { " + item + ", " + item + ", " + item + " }, b"),
            "allow env     a, {\n  " + item + ",\n  " + item + ",\n  " + item + "\n}, b\n");
}

TEST(Format, KeepsCommentsWhereTheyStand) {
  EXPECT_EQ(formatted_file("#a\n\n  # b  \nsbx 1 # c\n\n\n# d\nallow read /a#e\n   # f\n"),
            "#a\n\n# b\nsbx 1  # c\n\n# d\nallow read    /a#e\n# f\n");
}

TEST(Format, KeepsCommentsInsideLists) {
  EXPECT_EQ(
      formatted("allow read /a, # first\n# second\n  /b, /c # third\n because \"d\" # fourth"),
      "allow read    /a,  # first\n"
      "    # second\n"
      "    /b, /c  # third\n"
      "    because \"d\"  # fourth\n");
}

TEST(Format, KeepsCommentsAndSectionsInsideSets) {
  EXPECT_EQ(formatted("let a = { # one\n  /a, # two\n\n\n  # three\n  /b\n # four\n} # five"),
            "let a = {  # one\n"
            "  /a,  # two\n"
            "\n"
            "  # three\n"
            "  /b\n"
            "  # four\n"
            "}  # five\n");
}

TEST(Format, KeepsCommentsInsideBlocks) {
  EXPECT_EQ(formatted("test \"t\" { # one\n\n# two\nallow read /a # three\n# four\n\n} # five"),
            "test \"t\" {  # one\n"
            "  # two\n"
            "  allow read    /a  # three\n"
            "  # four\n"
            "}  # five\n");
}

TEST(Format, KeepsABlockOnOneLineWhenItWasAndFits) {
  EXPECT_EQ(formatted("on macos {deny  mach   a}"), "on macos { deny mach a }\n");
  EXPECT_EQ(formatted("on macos {\ndeny mach a }"), "on macos {\n  deny  mach    a\n}\n");
  EXPECT_EQ(formatted("on macos {\n}\ntest \"a\"{}"), "on macos { }\ntest \"a\" { }\n");
  const std::string name(90, 'a');
  EXPECT_EQ(formatted("on macos { deny mach " + name + " }"),
            "on macos {\n  deny  mach    " + name + "\n}\n");
}

TEST(Format, IndentsATestInsideABlock) {
  EXPECT_EQ(formatted("on linux { test \"a\" { allow read /a } }"),
            "on linux {\n  test \"a\" { allow read /a }\n}\n");
  EXPECT_EQ(formatted("on linux {\ntest \"a\" {\nallow read /a\n}\n}"),
            "on linux {\n  test \"a\" {\n    allow read    /a\n  }\n}\n");
}

TEST(Format, DoesNotTakeNamesForClauses) {
  EXPECT_EQ(formatted("allow env because, except\n except except"),
            "allow env     because, except\n    except except\n");
  EXPECT_EQ(formatted("assert never env because,\n except"),
            "assert never env because,\n    except\n");
  EXPECT_EQ(formatted("use std/a\n except env except"), "use std/a\n    except env except\n");
}

TEST(Format, KeepsTheSpellingOfWordsAndTexts) {
  EXPECT_EQ(formatted("allow read \"/a b\\*\", /c\\ d, x:1,2 because \"e\\n\t\""),
            "allow read    \"/a b\\*\", /c\\ d, x:1,2  because \"e\\n\t\"\n");
}

TEST(Format, TurnsWindowsLineEndsIntoNewlines) {
  EXPECT_EQ(formatted("allow read /a # b\r\n# c\r\n"), "allow read    /a  # b\n# c\n");
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Format, OfTheFullPolicyIsTheGoldenOneAndRests) {
  const std::string golden = read_file(SBXC_TESTDATA "/full.formatted.sbx");
  const std::string source = read_file(SBXC_SOURCE_DIR "/compiler/parse/testdata/full.sbx");
  EXPECT_EQ(formatted_file(source), golden);
  EXPECT_EQ(formatted_file(golden), golden);
}

}  // namespace
}  // namespace sbxc
