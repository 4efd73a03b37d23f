// The policies that the program carries, which are read with less care than others: that they need
// no more.
#include "compiler/library/library.h"

#include <gtest/gtest.h>

#include "compiler/ast/equal.h"
#include "compiler/ast/print.h"
#include "compiler/diag/render.h"
#include "compiler/parse/parse.h"
#include "compiler/parsed_library/parsed_library.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {
namespace {

class CarriedPolicy : public ::testing::TestWithParam<LibraryFile> {
 protected:
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add(std::string(GetParam().name), std::string(GetParam().text));

  std::optional<ast::File> read(Author author) { return parse(sources, file, diagnostics, author); }
};

TEST_P(CarriedPolicy, IsReadByTheProgramAsByAnybodyButForItsTests) {
  auto whole = read(Author::anybody);
  const auto used = read(Author::program);
  ASSERT_TRUE(whole && used) << render(diagnostics, sources, {});
  const size_t tests = std::erase_if(whole->statements, [](const ast::Statement& statement) {
    return std::holds_alternative<ast::Test>(statement);
  });
  EXPECT_GT(tests, 0U);
  EXPECT_TRUE(ast::equal(*whole, *used));
}

TEST_P(CarriedPolicy, IsCarriedParsedAsItIsRead) {
  const auto read_now = read(Author::program);
  const auto carried = parsed_library_file(GetParam().name, file, GetParam().text);
  ASSERT_TRUE(read_now && carried);
  EXPECT_EQ(print(*carried, ast::Spans::shown), print(*read_now, ast::Spans::shown));
  EXPECT_EQ(carried->id, read_now->id);
  ASSERT_EQ(carried->comments.size(), read_now->comments.size());
  for (size_t i = 0; i < carried->comments.size(); ++i) {
    EXPECT_EQ(carried->comments[i].span, read_now->comments[i].span);
    EXPECT_EQ(carried->comments[i].own_line, read_now->comments[i].own_line);
  }
}

TEST_P(CarriedPolicy, HasTheHashThatTheBuildSaw) {
  EXPECT_EQ(GetParam().sha256, sha256_hex(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(Library, CarriedPolicy,
                         ::testing::ValuesIn(library().begin(), library().end()),
                         [](const auto& file) { return std::string(file.param.name.substr(4)); });

}  // namespace
}  // namespace sbxc
