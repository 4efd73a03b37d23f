#include "compiler/library/library.h"

#include <gtest/gtest.h>

#include "compiler/check/check.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

class Library : public ::testing::TestWithParam<LibraryFile> {};

// Every surroundings that a user may have: the library's tests hold in all of them.
const Surroundings kMachines[] = {
    {.cwd = "/home/u/project", .home = "/home/u", .tmp = "/tmp", .user = "u", .environment = {}},
    {.cwd = "/Users/u/project",
     .home = "/Users/u",
     .tmp = "/private/var/folders/x/T",
     .user = "u",
     .environment = {}},
    {.cwd = "/root/project", .home = "/root", .tmp = "/tmp", .user = "root", .environment = {}},
};

TEST_P(Library, FileResolvesAloneAndItsTestsPass) {
  const LibraryFile& file = GetParam();
  for (const Surroundings& machine : kMachines) {
    Workbench bench;
    bench.options.surroundings = machine;
    Resolved r;
    r.policy = resolve_text(std::string(file.name), std::string(file.text), "", bench.options,
                            r.sources, r.diagnostics);
    ASSERT_TRUE(r.policy) << r.messages();
    check(*r.policy, r.diagnostics);
    EXPECT_EQ(r.messages(), "") << "on " << machine.home;
    EXPECT_FALSE(r.policy->tests.empty());
    EXPECT_TRUE(bench.files_read.empty());
  }
}

TEST_P(Library, FileComesInThroughUse) {
  Workbench bench;
  Resolved r = bench.resolve("use " + std::string(GetParam().name) + "\n");
  ASSERT_TRUE(r.policy) << r.messages();
  check(*r.policy, r.diagnostics);
  EXPECT_EQ(r.messages(), "");
  EXPECT_FALSE(r.policy->rules.empty());
  EXPECT_TRUE(r.policy->tests.empty());
}

INSTANTIATE_TEST_SUITE_P(Std, Library, ::testing::ValuesIn(library().begin(), library().end()),
                         [](const auto& each) {
                           return std::string(
                               each.param.name.substr(each.param.name.find('/') + 1));
                         });

TEST(LibraryRegistry, FindsAFileByItsName) {
  ASSERT_NE(library_file("std/base"), nullptr);
  EXPECT_EQ(library_file("std/base")->name, "std/base");
  EXPECT_EQ(library_file("std/bas"), nullptr);
  EXPECT_EQ(library_file("base"), nullptr);
}

TEST(LibraryRegistry, EmbedsTheTextToTheByte) {
  for (const LibraryFile& file : library()) {
    EXPECT_TRUE(file.text.starts_with("sbx 1\n")) << file.name;
    EXPECT_TRUE(file.text.ends_with("\n")) << file.name;
  }
}

}  // namespace
}  // namespace sbxc
