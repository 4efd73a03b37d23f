// The library as whoever installs it finds it: header, both libraries, pkg-config, the example.
#include <gmock/gmock.h>

#include "runtime/c/scratch_for_test.h"

namespace sbxc::c {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Installed : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch();
    const auto installed =
        scratch_->shell(SBXC_CMAKE " -DCMAKE_INSTALL_PREFIX=$PWD/prefix -P " SBXC_BINARY_DIR
                                   "/runtime/c/cmake_install.cmake");
    ASSERT_EQ(installed.status, 0) << installed.text;
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }
  static Scratch::Output shell(const std::string& command) {
    return scratch_->shell(
        "lib=$(dirname $(find $PWD/prefix -name 'libsbxc-runtime.a')); "
        "export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib; " +
        command);
  }
  static Scratch* scratch_;
};
Scratch* Installed::scratch_ = nullptr;

TEST_F(Installed, ExportsItsInterfaceAndNothingElse) {
  const auto symbols = shell("nm -D --defined-only $lib/libsbxc-runtime.so | cut -d' ' -f3 | sort");
  const auto declared = shell(
      "grep -o 'sbxc_[a-z_]*(' prefix/include/sbxc_runtime.h | tr -d '(' | sort -u | "
      "grep -v '^sbxc_host_name()'");
  ASSERT_EQ(symbols.status, 0) << symbols.text;
  EXPECT_THAT(symbols.text, HasSubstr("sbxc_hosts_decide\n"));
  EXPECT_EQ(symbols.text, declared.text);
}

TEST_F(Installed, NeedsTheCLibraryAlone) {
  const auto needed = shell("objdump -p $lib/libsbxc-runtime.so | grep NEEDED");
  ASSERT_EQ(needed.status, 0) << needed.text;
  EXPECT_THAT(needed.text, HasSubstr("libc.so"));
  EXPECT_EQ(std::count(needed.text.begin(), needed.text.end(), '\n'), 1) << needed.text;
  // Nor does the static one ask for more: no C++ library, no exceptions.
  const auto wanted = shell("nm -u $lib/libsbxc-runtime.a");
  for (const char* unwanted :
       {"_Zn", "_Zd", "__cxa_throw", "__gxx_personality", "__asan", "_ZSt"}) {
    EXPECT_THAT(wanted.text, Not(HasSubstr(std::string(" ") + unwanted)));
  }
}

TEST_F(Installed, HasAHeaderForStrictCAndForCxx) {
  scratch_->write("use.c", "#include <sbxc_runtime.h>\n");
  for (const char* compiler : {SBXC_C_COMPILER " -std=c99", SBXC_C_COMPILER " -std=c11",
                               SBXC_CXX_COMPILER " -x c++ -std=c++11"}) {
    const auto compiled = shell(std::string(compiler) +
                                " -pedantic -Wall -Wextra -Wconversion -Werror -fsyntax-only "
                                "$(pkg-config --cflags sbxc-runtime) use.c");
    EXPECT_EQ(compiled.status, 0) << compiled.text;
  }
}

TEST_F(Installed, RunsTheExampleOfItsPage) {
  scratch_->make_tables();
  const std::string compile =
      SBXC_C_COMPILER " -std=c99 -pedantic -Wall -Wextra -Werror " SBXC_SOURCE_DIR
                      "/docs/examples/library.c $(pkg-config --cflags --libs sbxc-runtime) -o ";
  ASSERT_EQ(shell(compile + "example").text, "");
  ASSERT_EQ(shell(compile + "example-static -static").text, "");
  const std::string arguments = " hosts.sbxt policy.sbxp policy.sbx " SBXC_PROGRAM;
  const auto output = shell("./example" + arguments);
  EXPECT_EQ(shell("./example-static" + arguments).text, output.text);
  std::ostringstream page;
  page << std::ifstream(SBXC_SOURCE_DIR "/docs/library.md").rdbuf();
  std::string shown = output.text;
  for (size_t at = 0; (at = shown.find(scratch_->path())) != std::string::npos;) {
    shown.replace(at, scratch_->path().size(), "/home/you/project");
  }
  EXPECT_THAT(page.str(), HasSubstr(shown)) << "docs/library.md shows something else";
  EXPECT_THAT(page.str(), HasSubstr(kPolicy));
}

}  // namespace
}  // namespace sbxc::c
