// What a listing tells of names that are not there. Directories that take one letter for another
// are made up here: this system may have none.
#include "backends/bwrap/all_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "backends/bwrap/tree_walk.h"

namespace sbxc::bwrap {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Optional;

// A directory of the memory alone that counts what it is asked.
class CountingView : public MemoryFileSystem {
 public:
  mutable size_t looks = 0;
  mutable size_t listings = 0;
  bool tells = true;

  FileKind kind(const std::string& path) const override {
    ++looks;
    return MemoryFileSystem::kind(path);
  }
  std::optional<std::vector<std::string>> all_names(const std::string& path,
                                                    size_t limit) const override {
    ++listings;
    return tells ? MemoryFileSystem::all_names(path, limit) : std::nullopt;
  }
};

std::string secret(int number) { return "/home/.secret" + std::to_string(number); }

TEST(BwrapAllNames, ManyNamesThatAreMissingTakeOneListing) {
  CountingView files;
  files.add("/home/.secret70").add("/home/\xc3\xa9");
  RememberingView view(files, 1000);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(view.kind(secret(i)), i == 70 ? FileKind::file : FileKind::missing) << i;
  }
  EXPECT_EQ(files.listings, 1U);
  EXPECT_LT(files.looks, 20U + files.listings);
  EXPECT_EQ(view.kind("/home/\xc3\xa9"), FileKind::file);
}

TEST(BwrapAllNames, ANameBeyondAsciiIsAlwaysLookedFor) {
  CountingView files;
  files.add("/home/file");
  RememberingView view(files, 1000);
  for (int i = 0; i < 100; ++i) view.kind(secret(i));
  const size_t before = files.looks;
  view.kind("/home/caf\xc3\xa9");
  EXPECT_EQ(files.looks, before + 1);
}

TEST(BwrapAllNames, EachNameIsLookedForWhereAListingDoesNotTell) {
  CountingView files;
  files.tells = false;
  files.add("/home/.secret70");
  RememberingView view(files, 1000);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(view.kind(secret(i)), i == 70 ? FileKind::file : FileKind::missing) << i;
  }
  EXPECT_EQ(files.looks, 100U);
  EXPECT_EQ(files.listings, 1U);
}

TEST(BwrapAllNames, ADirectoryThatTakesOneLetterForAnotherIsFoundOut) {
  const std::vector<std::string> names = {".", "..", ".SSH", "1"};
  const auto folded = [&](const std::string& name) {
    return std::ranges::none_of(names, [&](const std::string& other) {
      return std::ranges::equal(name, other, {}, tolower, tolower);
    });
  };
  const auto exact = [&](const std::string& name) {
    return std::ranges::find(names, name) == names.end();
  };
  EXPECT_FALSE(tells_letters_apart(names, folded));
  EXPECT_TRUE(tells_letters_apart(names, exact));
  EXPECT_FALSE(tells_letters_apart({".", "..", "1"}, exact)) << "nothing to ask for";
  EXPECT_FALSE(tells_letters_apart({"A", "a"}, exact)) << "nothing to ask for";
}

TEST(BwrapAllNames, ThisMachinesListingsAreBelievedWhereTheKernelMakesNoNamesUp) {
  std::string pattern = fs::temp_directory_path() / "sbxc-names-XXXXXX";
  const fs::path place = mkdtemp(pattern.data());
  std::ofstream(place / "letters") << "x";
  std::ofstream(place / ".hidden") << "x";
  const RealFileSystem files;
  EXPECT_THAT(files.all_names(place, 10), Optional(Contains("letters")));
  EXPECT_THAT(files.all_names(place, 10), Optional(Contains(".hidden")));
  EXPECT_EQ(files.all_names(place, 1), std::nullopt) << "more than the limit";
  EXPECT_EQ(files.all_names(place / "letters", 10), std::nullopt) << "no directory";
  EXPECT_EQ(files.all_names("/proc", 100'000), std::nullopt) << "/proc/TID is not listed";
  fs::remove_all(place);
}

}  // namespace
}  // namespace sbxc::bwrap
