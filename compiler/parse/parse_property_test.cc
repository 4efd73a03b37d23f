// What holds for every text, well-formed or not.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "compiler/ast/print.h"
#include "compiler/diag/render.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/random_policy.h"
#include "compiler/parse/tokens.h"

namespace sbxc {
namespace {

using Tape = std::vector<uint8_t>;

rc::Gen<Tape> tapes() { return rc::gen::resize(400, rc::gen::arbitrary<Tape>()); }

// Each line of a printed tree, `…@12-40`, lies within the line it is indented under.
bool spans_nest(const std::string& printed, size_t size) {
  struct Open {
    size_t indent, begin, end;
  };
  std::vector<Open> stack;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    const size_t indent = line.find_first_not_of(' ');
    const size_t at = line.rfind('@');
    const size_t dash = line.rfind('-');
    const Open own{indent, std::stoul(line.substr(at + 1)), std::stoul(line.substr(dash + 1))};
    while (!stack.empty() && stack.back().indent >= indent) stack.pop_back();
    const Open parent = stack.empty() ? Open{0, 0, size} : stack.back();
    if (own.begin >= own.end || own.begin < parent.begin || own.end > parent.end) return false;
    stack.push_back(own);
  }
  return true;
}

// Parses, and checks what must be true of any outcome. Returns whether there was a tree.
bool parses_soundly(const std::string& text) {
  Sources sources;
  const FileId id = sources.add("p.sbx", text);
  Diagnostics diagnostics;
  const std::optional<ast::File> file = parse(sources, id, diagnostics);
  EXPECT_NE(file.has_value(), diagnostics.has_errors());
  EXPECT_LE(diagnostics.all().size(), kMaxSyntaxErrors);
  for (const Diagnostic& one : diagnostics.all()) {
    EXPECT_LE(one.span->begin, one.span->end);
    EXPECT_LE(one.span->end, text.size());
    EXPECT_FALSE(one.help.empty());
    for (const Label& label : one.labels) EXPECT_LE(label.span.end, text.size());
  }
  EXPECT_EQ(render(diagnostics, sources, {}).find('\x1B'), std::string::npos);
  EXPECT_TRUE(!file || spans_nest(ast::print(*file), text.size()));
  return file.has_value();
}

RC_GTEST_PROP(ParseProperty, TakesEveryWellFormedPolicy, ()) {
  const std::string text = RandomPolicy::from(*tapes());
  Sources sources;
  Diagnostics diagnostics;
  const bool parsed = parse(sources, sources.add("p.sbx", text), diagnostics).has_value();
  if (!parsed) RC_FAIL(text + "\n" + render(diagnostics, sources, {}));
  RC_ASSERT(parses_soundly(text));
}

RC_GTEST_PROP(ParseProperty, AnyBytesEndInATreeOrAnError, (const std::string& bytes)) {
  parses_soundly(bytes);
  parses_soundly("sbx 1\n" + bytes);
  RC_ASSERT(!testing::Test::HasFailure());
}

RC_GTEST_PROP(ParseProperty, DamagedPoliciesEndInATreeOrAnError, ()) {
  std::string text = RandomPolicy::from(*tapes());
  const int hits = *rc::gen::inRange(1, 5);
  for (int i = 0; i < hits; ++i) {
    const size_t at = *rc::gen::inRange<size_t>(0, text.size());
    const std::string with = *rc::gen::element<std::string>(
        "", "\n", " ", ",", "{", "}", "\"", "=", "\\", "#", "allow ", " because ", " except ",
        "on linux {", "\xC3", "sbx 1\n", "test ");
    text.replace(at, *rc::gen::inRange<size_t>(0, 4), with);
  }
  parses_soundly(text);
  RC_ASSERT(!testing::Test::HasFailure());
}

RC_GTEST_PROP(ParseProperty, WordsInAnyOrderEndInATreeOrAnError, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "sbx", "policy", "use", "param", "let", "allow", "deny", "ask", "set", "limit", "assert",
      "test", "on", "except", "because", "accept", "widened", "hosts", "env", "never", "within",
      "linux", "read", "connect", ",", "=", "{", "}", "\n", "\n", "\n", "\"a\"", "\"", "/b", "x{",
      "# c\n", "\\"));
  std::string text = "sbx 1\n";
  for (const std::string& word : words) text += word + (*rc::gen::arbitrary<bool>() ? " " : "");
  parses_soundly(text);
  RC_ASSERT(!testing::Test::HasFailure());
}

std::string full_policy() {
  std::ifstream in(SBXC_TESTDATA "/full.sbx");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(ParseProperty, EveryPrefixOfAPolicyEndsInATreeOrAnError) {
  const std::string text = full_policy();
  ASSERT_GT(text.size(), 1500U);
  ASSERT_TRUE(parses_soundly(text));
  for (size_t length = 0; length < text.size(); ++length) parses_soundly(text.substr(0, length));
}

TEST(ParseProperty, EverySuffixOfAPolicyEndsInATreeOrAnError) {
  const std::string text = full_policy();
  for (size_t first = 1; first < text.size(); first += 3) {
    parses_soundly("sbx 1\n" + text.substr(first));
  }
}

// The work for one text, in tokens or errors, is checked by time: ten times the text may take
// thirty times as long, which a quadratic step (a hundred times) does not.
double seconds_to_parse(const std::string& text) {
  Sources sources;
  const FileId id = sources.add("p.sbx", text);
  const auto start = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  parse(sources, id, diagnostics);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string repeated(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

class Linear : public testing::TestWithParam<std::array<std::string, 3>> {};

TEST_P(Linear, InTheLengthOfTheText) {
  const std::array<std::string, 3>& parts = GetParam();
  const auto text = [&](size_t times) { return parts[0] + repeated(parts[1], times) + parts[2]; };
  seconds_to_parse(text(10));  // warms the caches of the grammar
  const double little = seconds_to_parse(text(1000));
  const double much = seconds_to_parse(text(10'000));
  EXPECT_LT(much, 30 * little + 0.05) << little << " s, then " << much << " s";
}

INSTANTIATE_TEST_SUITE_P(
    Parse, Linear,
    testing::Values(std::array<std::string, 3>{"sbx 1\n",
                                               "deny read ~/.ssh/**, /a except /b because \"c\"\n",
                                               ""},
                    std::array<std::string, 3>{"sbx 1\nallow read /a", ", /b", "\n"},
                    std::array<std::string, 3>{"sbx 1\nlet a = { /a", ",\n  /b # c\n", " /c }\n"},
                    std::array<std::string, 3>{"sbx 1\n", "\n# c\n", ""},
                    std::array<std::string, 3>{"sbx 1\non linux {", "\n\n\n", "}\n"},
                    std::array<std::string, 3>{"sbx 1\non linux {\n", "allow read /a\n", "}\n"},
                    std::array<std::string, 3>{"sbx 1\non linux {\n", "allow read /a\n", ""},
                    std::array<std::string, 3>{"sbx 1\n", "allow read {\n", ""},
                    std::array<std::string, 3>{"sbx 1\n", "}\n", ""},
                    std::array<std::string, 3>{"sbx 1\n", "{ ", ""},
                    std::array<std::string, 3>{"sbx 1\n", ", ", ""},
                    std::array<std::string, 3>{"sbx 1\nallow read ", "a{,", ""},
                    std::array<std::string, 3>{"sbx 1\nallow read ", "a{b}", ""},
                    std::array<std::string, 3>{"sbx 1\nallow read x", ":1,2", ""},
                    std::array<std::string, 3>{"sbx 1\ntest \"a\" {\n", "deny foo\n", ""}));

}  // namespace
}  // namespace sbxc
