// That a parsed file which was stored comes back as it was, and that bytes which are not such a
// file's are not taken for one.
#include "compiler/ast/stored.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/ast/print.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/random_policy.h"

namespace sbxc {
namespace {

ast::File parsed(const std::string& text) {
  Sources sources;
  Diagnostics diagnostics;
  auto file = parse(sources, sources.add("p.sbx", text), diagnostics);
  EXPECT_TRUE(file) << text;
  return file ? std::move(*file) : ast::File{};
}

std::string comments_of(const ast::File& file) {
  std::string out;
  for (const ast::Comment& one : file.comments) {
    out += std::to_string(one.span.begin) + "-" + std::to_string(one.span.end) +
           (one.own_line ? " alone\n" : "\n");
  }
  return out;
}

RC_GTEST_PROP(StoredFile, ComesBackAsItWasWithEverySpanAndComment, ()) {
  const std::string text = RandomPolicy::from(*rc::gen::arbitrary<std::vector<uint8_t>>());
  const ast::File before = parsed(text);
  const auto after = ast::restore(ast::store(before, text), FileId{7}, text);
  RC_ASSERT(after.has_value());
  RC_ASSERT(after->id == FileId{7});
  RC_ASSERT(print(*after) == print(before));
  RC_ASSERT(comments_of(*after) == comments_of(before));
}

constexpr std::string_view kPolicy =
    "sbx 1  # first\n"
    "policy p \"says \\\"no\\\"\"\n"
    "on linux {\n"
    "  deny read \"~/a b\" except ~/a because \"tab\\there\"\n"
    "}\n";

TEST(StoredFile, KeepsTextsWhoseEscapesWereResolvedAndTheFileOfItsSpans) {
  const std::string text(kPolicy);
  const auto back = ast::restore(ast::store(parsed(text), text), FileId{3}, text);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->statements.size(), 2U);
  const auto& name = std::get<ast::PolicyName>(back->statements[0]);
  EXPECT_EQ(name.description->value, "says \"no\"");
  const auto& rule = std::get<ast::Rule>(std::get<ast::OnOs>(back->statements[1]).body[0]);
  EXPECT_EQ(rule.because->value, "tab\there");
  EXPECT_EQ(std::get<ast::Word>(rule.patterns[0]).text, "~/a b");
  EXPECT_EQ(rule.head.file, FileId{3});
  EXPECT_EQ(text.substr(rule.head.begin, rule.head.end - rule.head.begin), "deny read");
}

TEST(StoredFile, IsNotReadFromBytesThatEndEarlyOrGoOn) {
  const std::string text(kPolicy);
  const std::string bytes = ast::store(parsed(text), text);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ast::restore(bytes.substr(0, size), FileId{}, text)) << size;
  }
  EXPECT_FALSE(ast::restore(bytes + '\0', FileId{}, text));
}

TEST(StoredFile, IsNotReadWithATextTooShortForIt) {
  const std::string text(kPolicy);
  const std::string bytes = ast::store(parsed(text), text);
  EXPECT_FALSE(ast::restore(bytes, FileId{}, text.substr(0, text.size() - 2)));
}

RC_GTEST_PROP(StoredFile, IsReadFromAnyBytesWithoutHarm, (const std::string& bytes)) {
  const auto file = ast::restore(bytes, FileId{}, kPolicy);
  if (file) RC_ASSERT(!print(*file).empty());
}

RC_GTEST_PROP(StoredFile, IsReadWithBytesChangedWithoutHarm, ()) {
  const std::string text(kPolicy);
  std::string bytes = ast::store(parsed(text), text);
  const auto changes = *rc::gen::container<std::vector<std::pair<size_t, char>>>(
      rc::gen::pair(rc::gen::inRange<size_t>(0, bytes.size()), rc::gen::arbitrary<char>()));
  for (const auto& [where, to] : changes) bytes[where] = to;
  const auto file = ast::restore(bytes, FileId{}, text);
  if (file) RC_ASSERT(comments_of(*file).size() < 1U << 20);
}

}  // namespace
}  // namespace sbxc
