// docs/semantics.md against the tests: every law is there, every test it names exists, and every
// law that a test cites is one of its laws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace sbxc {
namespace {

namespace fs = std::filesystem;

std::string read_whole(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string word_at(const std::string& text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(at, end - at);
}

// `Suite.Name` of every test macro.
std::set<std::string> tests_in(const std::string& text) {
  std::set<std::string> all;
  for (const std::string macro : {"\nTEST(", "\nTEST_F(", "\nTEST_P(", "\nRC_GTEST_PROP("}) {
    for (size_t at = text.find(macro); at != std::string::npos; at = text.find(macro, at + 1)) {
      const std::string suite = word_at(text, at + macro.size());
      const size_t name = text.find_first_not_of(", \n", at + macro.size() + suite.size());
      all.insert(suite + "." + word_at(text, name));
    }
  }
  return all;
}

// What stands in backticks and looks like `Suite.Name`.
std::set<std::string> tests_named_in(const std::string& text) {
  std::set<std::string> all;
  for (size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at + 1)) {
    const std::string suite = word_at(text, at + 1);
    const size_t dot = at + 1 + suite.size();
    if (suite.empty() || std::isupper(static_cast<unsigned char>(suite[0])) == 0) continue;
    if (text[dot] != '.' || std::isupper(static_cast<unsigned char>(text[dot + 1])) == 0) continue;
    all.insert(suite + "." + word_at(text, dot + 1));
  }
  return all;
}

// The laws of comments such as `// L1 L4`.
std::set<std::string> laws_cited_in(const std::string& text) {
  std::set<std::string> all;
  for (size_t at = text.find("\n// L"); at != std::string::npos; at = text.find("\n// L", at + 1)) {
    std::istringstream words(text.substr(at + 4, text.find('\n', at + 1) - at - 4));
    for (std::string word; words >> word;) {
      const bool law = word.size() > 1 && word[0] == 'L' &&
                       word.find_first_not_of("0123456789", 1) == std::string::npos;
      if (!law) break;
      all.insert(word);
    }
  }
  return all;
}

std::string all_tests() {
  std::string text;
  for (const char* folder : {"compiler", "backends", "runtime", "conformance"}) {
    const fs::path root = fs::path(SBXC_SOURCE_DIR) / folder;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.path().string().ends_with("_test.cc")) text += read_whole(entry.path());
    }
  }
  return text;
}

const std::string& document() {
  static const std::string text = read_whole(fs::path(SBXC_SOURCE_DIR) / "docs/semantics.md");
  return text;
}

TEST(LawsDocument, HasTheThirteenLawsInOrder) {
  size_t at = 0;
  for (int law = 1; law <= 13; ++law) {
    const size_t next = document().find("\n## L" + std::to_string(law) + " ");
    ASSERT_NE(next, std::string::npos) << "L" << law;
    EXPECT_GE(next, at);
    at = next;
  }
}

TEST(LawsDocument, NamesTestsThatExist) {
  const std::set<std::string> tests = tests_in(all_tests());
  const std::set<std::string> named = tests_named_in(document());
  EXPECT_GT(named.size(), 30U);
  for (const std::string& name : named) {
    EXPECT_TRUE(tests.contains(name))
        << "docs/semantics.md names `" << name << "`, which is no test";
  }
}

TEST(LawsDocument, HasEveryLawThatATestCites) {
  const std::set<std::string> cited = laws_cited_in(all_tests());
  EXPECT_GT(cited.size(), 8U);
  for (const std::string& law : cited) {
    EXPECT_THAT(document(), ::testing::HasSubstr("\n## " + law + " "));
  }
}

}  // namespace
}  // namespace sbxc
