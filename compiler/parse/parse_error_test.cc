// Each faulty text with all that is said about it: id, place (line:column+length of the caret),
// other places in brackets, and the help after `>`.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "compiler/diag/render.h"
#include "compiler/parse/parse.h"

namespace sbxc {
namespace {

std::string errors_of(std::string_view text) {
  Sources sources;
  const FileId id = sources.add("p.sbx", std::string(text));
  Diagnostics diagnostics;
  const bool parsed = parse(sources, id, diagnostics).has_value();
  std::string out;
  for (const Diagnostic& one : diagnostics.all()) {
    const LineColumn at = sources.locate(id, one.span->begin);
    out += fmt::format("{} {}:{}+{} {}", id_of(one.kind), at.line, at.column,
                       one.span->end - one.span->begin, one.message);
    for (const Label& label : one.labels) {
      const LineColumn other = sources.locate(id, label.span.begin);
      out += fmt::format(" [{}:{} {}]", other.line, other.column, label.text);
    }
    for (const std::string& note : one.notes) out += fmt::format(" ({})", note);
    out += fmt::format(" > {}\n", one.help);
  }
  return parsed ? out + "no error\n" : out;
}

struct Case {
  const char* name;
  const char* text;
  const char* errors;
};

class EachFault : public testing::TestWithParam<Case> {};

TEST_P(EachFault, IsExplained) { EXPECT_EQ(errors_of(GetParam().text), GetParam().errors); }

// clang-format off
const Case kFaults[] = {
Case{"AbsentVersion", "allow read /a",
 "SBX1007 1:1+5 the file does not start with the version of the language > make `sbx 1` the first line\n"},
Case{"EmptyFile", "",
 "SBX1007 1:1+0 the file does not start with the version of the language > make `sbx 1` the first line\n"},
Case{"CommentOnly", "# nothing else\n",
 "SBX1007 2:1+0 the file does not start with the version of the language > make `sbx 1` the first line\n"},
Case{"VersionWithoutNumber", "sbx\nallow read /a",
 "SBX1007 1:1+3 the version number is missing after `sbx` > the first line of a policy is `sbx 1`\n"},
Case{"QuotedVersion", "sbx \"1\"",
 "SBX1029 1:5+3 the version number is a bare word > write it without quotes, as in `sbx 1`\n"},
Case{"NewerVersion", "sbx 2\nallow read /a",
 "SBX1008 1:5+1 version `2` of the language is not known > this sbxc reads version 1: `sbx 1`\n"},
Case{"VersionNotFirst", "policy a\nsbx 1\n",
 "SBX1009 2:5+1 the version does not stand first > `sbx 1` is the first statement of a file, once\n"},
Case{"VersionTwice", "sbx 1\nsbx 1",
 "SBX1009 2:5+1 the version is given twice > `sbx 1` is the first statement of a file, once\n"},
Case{"MisspeltVersion", "sxb 1\nallow read /a",
 "SBX1010 1:1+3 `sxb` is no statement > did you mean `sbx`?\n"},
Case{"MisspeltStatement", "sbx 1\nalow read /a",
 "SBX1010 2:1+4 `alow` is no statement > did you mean `allow`?\n"},
Case{"OperationFirst", "sbx 1\nread /a",
 "SBX1010 2:1+4 a rule starts with what is done about `read` > write `allow read …` or `deny read …`\n"},
Case{"NoStatement", "sbx 1\nfrobnicate /a",
 "SBX1010 2:1+10 `frobnicate` is no statement > a line starts with a word such as `allow`, `deny`, `use`, `let`\n"},
Case{"TextFirst", "sbx 1\n\"sbx\"",
 "SBX1010 2:1+5 `\"sbx\"` starts no statement > a line starts with a word such as `allow`, `deny`, `use`, `let`\n"},
Case{"EqualsFirst", "sbx 1\n= a",
 "SBX1010 2:1+1 `=` starts no statement > a line starts with a word such as `allow`, `deny`, `use`, `let`\n"},
Case{"BlockOfNothing", "sbx 1\n{ allow read /a }",
 "SBX1044 2:1+1 a block belongs to nothing > `on linux` or `test \"…\"` stands before it, on the same line\n"},
Case{"MisspeltOperation", "sbx 1\nallow raed /a",
 "SBX1011 2:7+4 `raed` is no operation > did you mean `read`?\n"},
Case{"UnknownOperation", "sbx 1\ndeny launch /a",
 "SBX1011 2:6+6 `launch` is no operation > the operations are `read`, `write`, `exec`, `connect`, `listen`, `socket`, `env`, `syscall`, `mach`\n"},
Case{"NoOperation", "sbx 1\ndeny\nallow read /a",
 "SBX1012 2:1+4 the operation is missing after `deny` > the operations are `read`, `write`, `exec`, `connect`, `listen`, `socket`, `env`, `syscall`, `mach`\n"},
Case{"QuotedOperation", "sbx 1\nallow \"read\" /a",
 "SBX1029 2:7+6 the operation is a bare word > write it without quotes, as in `allow read`\n"},
Case{"NoPattern", "sbx 1\nallow read",
 "SBX1013 2:7+4 a pattern is missing after `read` > as in `allow read /usr/**, ~/.gitconfig`\n"},
Case{"NoPatternButClause", "sbx 1\ndeny read because \"x\"",
 "SBX1013 2:11+7 a pattern is missing before `because` > as in `deny read ~/.ssh/** because \"credentials\"`\n"},
Case{"NewerVersionAlone", "sbx 2\nfoo",
 "SBX1008 1:5+1 version `2` of the language is not known > this sbxc reads version 1: `sbx 1`\n"},
Case{"CommaFirst", "sbx 1\nallow read , /a",
 "SBX1013 2:7+4 a pattern is missing after `read` > as in `allow read /usr/**, ~/.gitconfig`\n"},
Case{"TwoCommas", "sbx 1\nallow read /a,, /b",
 "SBX1013 2:14+1 a pattern is missing after `,` > as in `allow read /usr/**, ~/.gitconfig`\n"},
Case{"EqualsAsPattern", "sbx 1\nallow read = /a",
 "SBX1044 2:12+1 `=` is no pattern > a pattern that holds `=` is written in quotes\n"},
Case{"EqualsInAWord", "sbx 1\nallow env FOO=1",
 "SBX1044 2:14+1 `=` cannot stand here > a pattern that holds `=` is written in quotes; `set env CI = \"1\"` gives a variable its value\n"},
Case{"NoComma", "sbx 1\nallow read /a /b",
 "SBX1014 2:15+2 there is no comma between `/a` and `/b` > what stands in a list is separated by commas\n"},
Case{"NoCommaInSet", "sbx 1\nlet a = { /a /b }",
 "SBX1014 2:14+2 there is no comma between `/a` and `/b` > what stands in a list is separated by commas\n"},
Case{"NoCommaInLimits", "sbx 1\nlimit memory 1GiB processes 4",
 "SBX1014 2:19+9 there is no comma between `1GiB` and `processes` > what stands in a list is separated by commas\n"},
Case{"BlankBeforeAUnit", "sbx 1\nlimit memory 100 MiB",
 "SBX1014 2:18+3 there is no comma between `100` and `MiB` > a unit follows its number without a blank: `100MiB`\n"},
Case{"NoCommaBehindACount", "sbx 1\nlimit processes 4 memory 1GiB",
 "SBX1014 2:19+6 there is no comma between `4` and `memory` > what stands in a list is separated by commas\n"},
Case{"NoCommaInUseExcept", "sbx 1\nuse std/a except ~/a ~/b",
 "SBX1014 2:22+3 there is no comma between `~/a` and `~/b` > what stands in a list is separated by commas\n"},
Case{"GluedText", "sbx 1\nallow read /a\"b\"",
 "SBX1014 2:14+3 there is no comma between `/a` and `\"b\"` > what stands in a list is separated by commas\n"},
Case{"TrailingComma", "sbx 1\nallow read /a,\n",
 "SBX1015 2:14+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"TrailingCommaBeforeAStatement", "sbx 1\nallow read /a,\nallow write /b\n",
 "SBX1015 2:14+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"TrailingCommaInSet", "sbx 1\nlet a = {\n  /a,\n}",
 "SBX1015 3:5+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"TrailingCommaInLimits", "sbx 1\nlimit memory 1GiB,\nlimit processes 4",
 "SBX1015 2:18+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"TrailingCommaInUse", "sbx 1\nuse std/a,\nuse std/b",
 "SBX1015 2:10+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"TrailingCommaInBlock", "sbx 1\non linux {\n  allow read /a,\n}",
 "SBX1015 3:16+1 the list ends in a comma > remove the comma, or add what was to follow\n"},
Case{"UnterminatedText", "sbx 1\ndeny read /a because \"secret\nallow read /b",
 "SBX1016 2:22+7 a text without a closing quote > close it with `\"` on the same line; a line end inside a text is `\\n`\n"},
Case{"UnterminatedPattern", "sbx 1\nallow read \"/a, /b",
 "SBX1016 2:12+7 a text without a closing quote > close it with `\"` on the same line; a line end inside a text is `\\n`\n"},
Case{"EscapedQuoteAtTheEnd", "sbx 1\npolicy a \"b\\\"",
 "SBX1016 2:10+4 a text without a closing quote > close it with `\"` on the same line; a line end inside a text is `\\n`\n"},
Case{"BadEscape", "sbx 1\npolicy a \"C:\\dir\\é\"",
 "SBX1017 2:13+2 `\\d` is no escape of a quoted text > the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`; a backslash itself is `\\\\`\n"
"SBX1017 2:17+3 `\\é` is no escape of a quoted text > the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`; a backslash itself is `\\\\`\n"},
Case{"LoneBackslash", "sbx 1\nallow read /a, \\\n  /b",
 "SBX1017 2:16+1 a backslash at the end of a line escapes nothing > a list goes on after a comma, without a backslash\n"
"SBX1010 3:3+2 `/b` is no statement > a line starts with a word such as `allow`, `deny`, `use`, `let`\n"},
Case{"UnclosedOn", "sbx 1\non linux {\n  allow read /a\n",
 "SBX1018 2:10+1 the block of `on` is never closed > close it with `}` on a line of its own\n"},
Case{"UnclosedTest", "sbx 1\ntest \"a\" {\n  allow read /a",
 "SBX1018 2:10+1 the block of `test` is never closed > close it with `}` on a line of its own\n"},
Case{"UnclosedSet", "sbx 1\nlet a = { /a,\n  /b\nallow read /c",
 "SBX1018 2:9+1 the set is never closed [4:1 it is still open here] > close it with `}`\n"},
Case{"UnclosedSetBeforeClause", "sbx 1\ndeny read { /a because \"x\"",
 "SBX1018 2:11+1 the set is never closed [2:16 it is still open here] > close it with `}`\n"},
Case{"UnclosedSetAtTheEnd", "sbx 1\nlet a = {\n",
 "SBX1018 2:9+1 the set is never closed > close it with `}`\n"},
Case{"StrayBrace", "sbx 1\n}\n",
 "SBX1019 2:1+1 `}` closes nothing > remove it\n"},
Case{"StrayBraceBehindARule", "sbx 1\nallow read /a }",
 "SBX1019 2:15+1 `}` closes nothing > remove it\n"},
Case{"LetInOn", "sbx 1\non linux {\n  let a = /a\n}",
 "SBX1020 3:3+3 `let` cannot stand in an `on` block > it concerns the whole file: move it out of the block\n"},
Case{"UseInOn", "sbx 1\non linux { use std/a }",
 "SBX1020 2:12+3 `use` cannot stand in an `on` block > it concerns the whole file: move it out of the block\n"},
Case{"LimitInTest", "sbx 1\ntest \"a\" {\n  limit time 1m\n}",
 "SBX1020 3:3+5 `limit` cannot stand in a test > a test holds lines such as `allow read /etc/hosts`\n"},
Case{"OnInOn", "sbx 1\non linux {\n  on macos {\n    allow read /a\n  }\n  allow read /b\n}",
 "SBX1021 3:3+2 an `on` block stands inside another block > give each system a block of its own, at the top level\n"},
Case{"OnInTest", "sbx 1\ntest \"a\" { on linux { allow read /a } }",
 "SBX1021 2:12+2 an `on` block stands inside another block > give each system a block of its own, at the top level\n"},
Case{"JunkInOn", "sbx 1\non linux {\n  foo bar\n  allow raed /a\n}",
 "SBX1010 3:3+3 `foo` is no statement > a line starts with a word such as `allow`, `deny`, `use`, `let`\n"
"SBX1011 4:9+4 `raed` is no operation > did you mean `read`?\n"},
Case{"MisspeltSystem", "sbx 1\non linx { allow read /a }",
 "SBX1022 2:4+4 `linx` is no operating system that sbxc knows > did you mean `linux`?\n"},
Case{"UnknownSystem", "sbx 1\non windows { allow read /a }",
 "SBX1022 2:4+7 `windows` is no operating system that sbxc knows > the systems are `linux` and `macos`\n"},
Case{"NoSystem", "sbx 1\non { allow read /a }",
 "SBX1022 2:1+2 an operating system is missing after `on` > the systems are `linux` and `macos`\n"},
Case{"OnWithoutBlock", "sbx 1\non linux allow read /a",
 "SBX1036 2:4+5 `{` is missing after `linux` > as in `on macos { allow mach com.apple.trustd.agent }`\n"},
Case{"OnWithBlockOnTheNextLine", "sbx 1\non linux\n{\n  allow read /a\n}",
 "SBX1036 3:1+1 the `{` of a block stands on its own line > put it behind `linux`, on the same line\n"},
Case{"OnWithGluedBlock", "sbx 1\non linux{}",
 "SBX1036 2:4+7 there is no blank before the `{` in `linux{}` > write `linux { … }`\n"},
Case{"TestWithoutBlock", "sbx 1\ntest \"a\"\n",
 "SBX1036 2:6+3 `{` is missing after `\"a\"` > as in `test \"reads its files\" { allow read /etc/hosts }`\n"},
Case{"AskRead", "sbx 1\nask read /a",
 "SBX1023 2:1+3 `ask` works for `connect` alone, not for `read` > write `allow read …` or `deny read …`\n"},
Case{"AskInTest", "sbx 1\ntest \"a\" { ask env HOME }",
 "SBX1023 2:12+3 `ask` works for `connect` alone, not for `env` > write `allow env …` or `deny env …`\n"},
Case{"BecauseTwice", "sbx 1\ndeny read /a because \"x\" because \"y\"",
 "SBX1024 2:26+7 `because` stands twice in one statement [2:14 the first one] > keep one `because`\n"},
Case{"ExceptTwice", "sbx 1\ndeny read /a except /b except /c",
 "SBX1024 2:24+6 `except` stands twice in one statement [2:14 the first one] > write one `except` with a list of patterns\n"},
Case{"ExceptBehindBecause", "sbx 1\ndeny read /a because \"x\" except /b",
 "SBX1025 2:26+6 `except` stands behind `because` [2:14 this comes after it] > the order is `except`, `because`, `accept widened`\n"},
Case{"BecauseBehindAccept", "sbx 1\ndeny read /a accept widened \"x\" because \"y\"",
 "SBX1025 2:33+7 `because` stands behind `accept` [2:14 this comes after it] > the order is `except`, `because`, `accept widened`\n"},
Case{"BecauseAlone", "sbx 1\n\nbecause \"x\"",
 "SBX1026 3:1+7 `because` belongs to no rule here > it ends a rule, as in `deny read ~/.ssh/** because \"credentials\"`\n"},
Case{"BecauseOfUse", "sbx 1\nuse std/a because \"x\"",
 "SBX1026 2:11+7 `because` belongs to no rule here > `use` takes `except` alone; say why in a comment\n"},
Case{"BecauseOfUseExcept", "sbx 1\nuse std/a except /b because \"x\"",
 "SBX1026 2:21+7 `because` belongs to no rule here > `use` takes `except` alone; say why in a comment\n"},
Case{"ExceptOfAssert", "sbx 1\nassert never read /a except /b",
 "SBX1026 2:22+6 `except` belongs to no rule here > it follows the patterns of a rule, or the one target of a `use`\n"},
Case{"ExceptInTest", "sbx 1\ntest \"a\" { allow read /a except /b }",
 "SBX1026 2:26+6 `except` belongs to no rule here > it follows the patterns of a rule, or the one target of a `use`\n"},
Case{"ExceptOfSeveral", "sbx 1\nuse std/a, std/b except /c",
 "SBX1038 2:18+6 `except` follows several things to use, so it is not clear which it means > write one `use` for the one it is about: `use std/secrets except …`\n"},
Case{"ExceptWithoutPattern", "sbx 1\ndeny read /a except\n",
 "SBX1013 2:14+6 a pattern is missing after `except` > as in `allow read /usr/**, ~/.gitconfig`\n"},
Case{"BecauseWithoutText", "sbx 1\ndeny read /a because",
 "SBX1027 2:14+7 the reason is missing after `because` > write it in quotes, as in `because \"…\"`\n"},
Case{"BecauseWithoutQuotes", "sbx 1\ndeny read /a because it holds keys",
 "SBX1028 2:22+13 the reason stands without quotes > write `\"it holds keys\"`\n"},
Case{"EmptyReason", "sbx 1\ndeny read /a because \"\"",
 "SBX1027 2:22+2 the reason is empty > say it in a few words\n"},
Case{"EmptyTestName", "sbx 1\ntest \"\" { allow read /a }",
 "SBX1027 2:6+2 the name of the test is empty > say it in a few words\n"},
Case{"EmptyFileNames", "sbx 1\nlet a = hosts \"\"\nassert within \"\"",
 "SBX1027 2:15+2 the file name is empty > say it in a few words\n"
"SBX1027 3:15+2 the file name is empty > say it in a few words\n"},
Case{"TestWithoutName", "sbx 1\ntest { allow read /a }",
 "SBX1027 2:1+4 the name of the test is missing after `test` > write it in quotes, as in `test \"…\"`\n"},
Case{"TestNameWithoutQuotes", "sbx 1\ntest reads a file { allow read /a }",
 "SBX1028 2:6+12 the name of the test stands without quotes > write `\"reads a file\"`\n"},
Case{"PolicyWithoutName", "sbx 1\npolicy\n",
 "SBX1031 2:1+6 a name is missing after `policy` > as in `policy agent \"A coding agent\"`\n"},
Case{"PolicyNameInQuotes", "sbx 1\npolicy \"agent\"",
 "SBX1029 2:8+7 a name is a bare word > write it without quotes, as in `policy agent`\n"},
Case{"DescriptionWithoutQuotes", "sbx 1\npolicy agent A coding agent",
 "SBX1028 2:14+1 the description of the policy stands without quotes > as in `policy agent \"A coding agent\"`\n"},
Case{"PolicyTwice", "sbx 1\npolicy a\npolicy b",
 "SBX1042 3:8+1 the policy is named twice [2:8 the first name] > keep one `policy` statement\n"},
Case{"TwoStatements", "sbx 1\nallow read /a allow read /b",
 "SBX1030 2:15+5 a second statement, `allow`, stands on the same line > start it on a line of its own\n"},
Case{"TwoStatementsInABlock", "sbx 1\non linux { allow read /a deny read /b }",
 "SBX1030 2:26+4 a second statement, `deny`, stands on the same line > start it on a line of its own\n"},
Case{"ParamWithoutName", "sbx 1\nparam = $cwd",
 "SBX1031 2:1+5 a name is missing after `param` > as in `param workspace = $cwd`\n"},
Case{"ParamWithoutEquals", "sbx 1\nparam a /b",
 "SBX1032 2:7+1 `=` is missing after `a` > as in `param workspace = $cwd`\n"},
Case{"ParamWithoutValue", "sbx 1\nparam a =\n",
 "SBX1033 2:9+1 a value is missing after `=` > as in `param workspace = $cwd`\n"},
Case{"LetWithoutName", "sbx 1\nlet\n",
 "SBX1031 2:1+3 a name is missing after `let` > as in `let caches = { ~/.npm/**, ~/.cache/** }`\n"},
Case{"LetWithoutEquals", "sbx 1\nlet a { /a }",
 "SBX1032 2:5+1 `=` is missing after `a` > as in `let caches = { ~/.npm/**, ~/.cache/** }`\n"},
Case{"LetWithoutPatterns", "sbx 1\nlet a =\n",
 "SBX1013 2:7+1 a pattern is missing after `=` > as in `let caches = { ~/.npm/**, ~/.cache/** }`\n"},
Case{"ListFileWithoutQuotes", "sbx 1\nlet a = hosts list.txt",
 "SBX1028 2:15+8 the file name stands without quotes > write `\"list.txt\"`\n"},
Case{"SetInSet", "sbx 1\nlet a = { /a, { /b } }",
 "SBX1037 2:15+1 a set stands inside another > write all members in one set\n"},
Case{"SetInTest", "sbx 1\ntest \"a\" { allow read { /a } }",
 "SBX1043 2:23+1 a set stands where one pattern is meant > write its members one by one\n"},
Case{"SetAsParam", "sbx 1\nparam a = { /a }",
 "SBX1043 2:11+1 a set stands where one pattern is meant > write its members one by one\n"},
Case{"LimitWithoutName", "sbx 1\nlimit\n",
 "SBX1031 2:1+5 the name of a limit is missing after `limit` > as in `limit processes 512, memory 8GiB`\n"},
Case{"LimitWithoutValue", "sbx 1\nlimit memory\n",
 "SBX1033 2:7+6 the value of a limit is missing after `memory` > as in `limit processes 512, memory 8GiB`\n"},
Case{"LimitWithEquals", "sbx 1\nlimit memory = 1GiB",
 "SBX1044 2:14+1 a limit is a name and a value without `=` > as in `limit memory 8GiB`\n"},
Case{"MisspeltLimit", "sbx 1\nlimit memroy 1GiB",
 "SBX1034 2:7+6 `memroy` is no limit > did you mean `memory`?\n"},
Case{"UnknownLimit", "sbx 1\nlimit colour 3",
 "SBX1034 2:7+6 `colour` is no limit > the limits are `processes`, `memory`, `open-files`, `time` and `file-size`\n"},
Case{"BlankInBraceGroup", "sbx 1\nallow read /a/{b, c}",
 "SBX1035 2:15+1 the brace group after `/a/` is not closed before a blank > write it without blanks, `{a,b}`, or write the whole pattern in quotes\n"},
Case{"PatternBeginningWithABraceGroup", "sbx 1\nallow read {/a,/b}/c",
 "SBX1035 2:19+2 a pattern cannot start with a brace group > a brace at the start opens a set; write the pattern in quotes\n"},
Case{"NothingToUse", "sbx 1\nuse\n",
 "SBX1033 2:1+3 nothing to use after `use` > name a built-in or a file, as in `use std/git, \"team.sbx\"`\n"},
Case{"MisspeltAssertion", "sbx 1\nassert nevr read /a",
 "SBX1039 2:8+4 `nevr` is no assertion > did you mean `never`?\n"},
Case{"AssertNothing", "sbx 1\nassert\n",
 "SBX1039 2:1+6 `assert` does not say what > the assertions are `never`, `always` and `within`\n"},
Case{"AssertOfUnknownOperation", "sbx 1\nassert never raed /a",
 "SBX1011 2:14+4 `raed` is no operation > did you mean `read`?\n"},
Case{"SetOfNothing", "sbx 1\nset FOO = \"1\"",
 "SBX1040 2:5+3 `FOO` is nothing that can be set > as in `set env CI = \"1\"`\n"},
Case{"SetEnvWithoutValue", "sbx 1\nset env FOO\n",
 "SBX1032 2:9+3 `=` is missing after `FOO` > as in `set env CI = \"1\"`\n"},
Case{"SetEnvWithoutQuotes", "sbx 1\nset env FOO = 1",
 "SBX1028 2:15+1 the value stands without quotes > write `\"1\"`\n"},
Case{"AcceptOfSomethingElse", "sbx 1\nallow read /a accept narrowed \"x\"",
 "SBX1041 2:22+8 `narrowed` cannot be accepted > as in `accept widened \"the build runs in a throw-away container\"`\n"},
Case{"AcceptOfNothing", "sbx 1\nallow read /a accept",
 "SBX1041 2:15+6 `accept` does not say what > as in `accept widened \"the build runs in a throw-away container\"`\n"},
Case{"TextBehindAStatement", "sbx 1\npolicy a \"b\" \"c\"",
 "SBX1044 2:14+3 `\"c\"` stands behind a whole statement > a statement ends at the end of its line\n"},
Case{"SeveralErrorsInOneFile", "sbx 1\nalow read /a\nallow raed /b\nlet c {\n  /d\n}\nallow read /e,\n",
 "SBX1010 2:1+4 `alow` is no statement > did you mean `allow`?\n"
"SBX1011 3:7+4 `raed` is no operation > did you mean `read`?\n"
"SBX1032 4:5+1 `=` is missing after `c` > as in `let caches = { ~/.npm/**, ~/.cache/** }`\n"
"SBX1015 7:14+1 the list ends in a comma > remove the comma, or add what was to follow\n"}
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Parse, EachFault, testing::ValuesIn(kFaults),
                         [](const testing::TestParamInfo<Case>& it) { return it.param.name; });

TEST(ParseErrors, StopAtTwentyAndSaySo) {
  std::string text = "sbx 1\n";
  for (int i = 0; i < 1000; ++i) text += i % 2 == 0 ? "alow read /a\n" : "allow raed /a\n";
  Sources sources;
  const FileId id = sources.add("p.sbx", text);
  Diagnostics diagnostics;
  EXPECT_FALSE(parse(sources, id, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), kMaxSyntaxErrors);
  EXPECT_TRUE(diagnostics.all().front().notes.empty());
  EXPECT_EQ(diagnostics.all().back().notes,
            std::vector<std::string>{"further errors of this file are not shown"});
}

TEST(ParseErrors, OfOneFileLeaveRoomForThoseOfTheNext) {
  Sources sources;
  Diagnostics diagnostics;
  for (const char* name : {"a.sbx", "b.sbx"}) {
    std::string text = "sbx 1\n";
    for (int i = 0; i < 30; ++i) text += "}\n";
    EXPECT_FALSE(parse(sources, sources.add(name, text), diagnostics));
  }
  EXPECT_EQ(diagnostics.all().size(), 2 * kMaxSyntaxErrors);
}

TEST(ParseErrors, ShowAllOfAMessage) {
  Sources sources;
  Diagnostics diagnostics;
  const FileId id = sources.add("p.sbx", "sbx 1\nlet \xC3\xBC = { /a,\nallow read /\xC3\xBC");
  EXPECT_FALSE(parse(sources, id, diagnostics));
  EXPECT_EQ(render(diagnostics, sources, {}),
            "error[SBX1015]: the list ends in a comma\n"
            "   --> p.sbx:2:14\n"
            " 2 | let \xC3\xBC = { /a,\n"
            "   |             ^\n"
            "help: remove the comma, or add what was to follow\n");
}

}  // namespace
}  // namespace sbxc
