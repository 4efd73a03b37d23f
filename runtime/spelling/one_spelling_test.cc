#include "runtime/spelling/one_spelling.h"

#include <gtest/gtest.h>
#include <strings.h>

#include <algorithm>
#include <fstream>

#include "compiler/testing/run_program.h"

namespace sbxc::spelling {
namespace {

NamesInDirectory listed(std::vector<std::string> names, bool cases_apart) {
  const auto has = [names](const std::string& wanted, bool exactly) {
    return std::ranges::any_of(names, [&](const std::string& name) {
      return exactly ? name == wanted : strcasecmp(name.c_str(), wanted.c_str()) == 0;
    });
  };
  return {.some = names,
          .can_be_found = [=](const std::string& name) { return has(name, cases_apart); },
          .is_listed = [=](const std::string& name) { return has(name, true); }};
}

TEST(OneSpelling, IsToldFromANameInTheOtherCase) {
  EXPECT_EQ(spelling_in(listed({".", "..", "1", ".git"}, true)), Spelling::one);
  EXPECT_EQ(spelling_in(listed({".", "..", "1", ".git"}, false)), Spelling::many);
}

TEST(OneSpelling, IsNotTakenFromTwoNamesThatDifferInCaseAlone) {
  EXPECT_EQ(spelling_in(listed({"a", "A"}, true)), Spelling::unknown);
  EXPECT_EQ(spelling_in(listed({"a", "A", "b"}, true)), Spelling::one);
}

TEST(OneSpelling, IsNotKnownWhereNothingHasALetter) {
  EXPECT_EQ(spelling_in(listed({".", "..", "1", "\xc3\xa4"}, false)), Spelling::unknown);
}

TEST(OneSpelling, HoldsInAnEmptyDirectoryOfAnOrdinaryFileSystem) {
  const testing::ScratchDirectory place;
  EXPECT_EQ(spelling_in(place.path()), Spelling::one);
  std::ofstream(place.path() + "/a") << "a";
  std::ofstream(place.path() + "/A") << "A";
  EXPECT_EQ(spelling_in(place.path()), Spelling::one);
}

TEST(OneSpelling, IsAskedOfMountsBelow) {
  const char* mounts =
      "1 0 8:1 / / rw - ext4 /dev/a rw\n"
      "2 1 8:2 / /home/you/a\\040stick rw,nosuid shared:3 - vfat /dev/b rw\n"
      "3 1 8:3 / /home/your rw - vfat /dev/c rw\n"
      "4 2 8:4 /sub /home/you rw - ext4 /dev/d rw\n"
      "5 1 8:5 / /home/you/far rw - nfs4 server:/ rw\n"
      "half a";
  using Places = std::vector<std::string>;
  EXPECT_EQ(mounted_below(mounts, "/home/you"), Places{"/home/you/a stick"});
  EXPECT_EQ(mounted_below(mounts, "/").size(), 3U);
}

}  // namespace
}  // namespace sbxc::spelling
