// What the formatter owes to every policy: its meaning, its comments, and rest.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/ast/equal.h"
#include "compiler/ast/print.h"
#include "compiler/diag/render.h"
#include "compiler/fmt/fmt.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/random_policy.h"

namespace sbxc {
namespace {

struct Formatted {
  Sources sources;
  std::optional<ast::File> before;
  std::optional<ast::File> after;
  std::string text;
  std::string errors;  // of the formatted text
};

Formatted format_text(const std::string& text) {
  Formatted out;
  Diagnostics diagnostics;
  out.before = parse(out.sources, out.sources.add("before.sbx", text), diagnostics);
  if (!out.before) RC_DISCARD("not a policy");
  out.text = format(*out.before, out.sources);
  out.after = parse(out.sources, out.sources.add("after.sbx", out.text), diagnostics);
  out.errors = render(diagnostics, out.sources, {});
  return out;
}

std::string random_text() {
  return RandomPolicy::from(*rc::gen::resize(400, rc::gen::arbitrary<std::vector<uint8_t>>()));
}

// The comments without trailing blanks, one a line.
std::string comments_of(const ast::File& file, const Sources& sources) {
  std::string out;
  for (const ast::Comment& comment : file.comments) {
    const std::string_view text = sources.text(comment.span);
    out += std::string(text.substr(0, text.find_last_not_of(" \t") + 1)) + '\n';
  }
  return out;
}

RC_GTEST_PROP(FormatProperty, KeepsTheTree, ()) {
  const std::string text = random_text();
  const Formatted result = format_text(text);
  RC_LOG() << text << "\n---\n" << result.text << "\n---\n" << result.errors;
  RC_ASSERT(result.after);
  RC_ASSERT(ast::equal(*result.before, *result.after));
}

RC_GTEST_PROP(FormatProperty, KeepsEveryCommentInOrder, ()) {
  const std::string text = random_text();
  const Formatted result = format_text(text);
  RC_LOG() << text << "\n---\n" << result.text;
  RC_ASSERT(result.after);
  RC_ASSERT(comments_of(*result.before, result.sources) ==
            comments_of(*result.after, result.sources));
}

RC_GTEST_PROP(FormatProperty, ChangesNothingTheSecondTime, ()) {
  const std::string text = random_text();
  const Formatted once = format_text(text);
  const Formatted twice = format_text(once.text);
  RC_LOG() << text << "\n---\n" << once.text;
  RC_ASSERT(twice.text == once.text);
}

RC_GTEST_PROP(FormatProperty, LeavesNoBlankAtALinesEndAndNoTwoBlankLines, ()) {
  const std::string text = random_text();
  const Formatted result = format_text(text);
  RC_LOG() << text << "\n---\n" << result.text;
  for (const char* never : {" \n", "\t\n", "\n\n\n", "\r"}) {
    RC_ASSERT(result.text.find(never) == std::string::npos);
  }
  RC_ASSERT(result.text.front() != '\n');
  RC_ASSERT(result.text.ends_with('\n') && !result.text.ends_with("\n\n"));
}

}  // namespace
}  // namespace sbxc
