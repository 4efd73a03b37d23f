// Every compiler/testdata/bad_*.sbx is run through the real program, and what a person sees is
// compared whole with the file bad_*.txt beside it: the exit status and every line of the message.
// A first line `# ARGS: compile -t bwrap` says how (default: `check`), and `import srt x.json` with
// which settings. SBXC_UPDATE=1 rewrites the
// expectations, to be read before they are committed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "compiler/diag/diagnostic.h"
#include "compiler/testing/run_program.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::run_program;
using testing::ScratchDirectory;
using testing::write_whole;

const std::string kTestdata = std::string(SBXC_SOURCE_DIR) + "/compiler/testdata";

std::vector<std::string> bad_policies() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTestdata)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad_") && name.ends_with(".sbx")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> words_of_args_line(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream line(text.substr(0, text.find('\n')));
  std::string word;
  line >> word;
  if (word != "#" || !(line >> word) || word != "ARGS:") return {"check"};
  while (line >> word) words.push_back(word);
  return words;
}

class BadPolicy : public ::testing::TestWithParam<std::string> {};

TEST_P(BadPolicy, EndsWithItsExactMessageAndWritesNothing) {
  const std::string path = kTestdata + "/" + GetParam();
  const ScratchDirectory scratch;
  const std::string output = scratch.path() + "/out";
  std::vector<std::string> argv = {SBXC_PROGRAM};
  for (const std::string& word : words_of_args_line(read_whole(path))) argv.push_back(word);
  const std::string command = argv.size() > 1 ? argv[1] : "";
  if (std::find(argv.begin(), argv.end(), "POLICY") != argv.end()) {
    std::replace(argv.begin(), argv.end(), std::string("POLICY"), GetParam());
  } else if (!argv.back().ends_with(".json")) {  // settings lie beside the file as JSON
    argv.push_back(GetParam());
  }
  if (command == "compile" && std::find(argv.begin(), argv.end(), "-o") == argv.end()) {
    argv.insert(argv.end(), {"-o", output});
  }
  if (command == "compile" || command == "check") {
    for (const char* define :
         {"cwd=/home/user/project", "home=/home/user", "tmp=/tmp", "user=user"}) {
      argv.insert(argv.end(), {"-D", define});
    }
  }
  const auto result = run_program(
      {.argv = argv, .directory = kTestdata, .environment = {{"PATH", "/usr/bin:/bin"}}});
  std::string seen = "exit " + std::to_string(result.status) + "\n" + result.err;
  if (!result.out.empty()) seen += "--- stdout\n" + result.out;

  EXPECT_NE(result.status, 0) << "a bad_ policy must fail";
  EXPECT_NE(result.status, 70) << seen;
  EXPECT_FALSE(fs::exists(output)) << "something was written although the policy is bad";
  const std::string expectation = path.substr(0, path.size() - 4) + ".txt";
  const char* update = std::getenv("SBXC_UPDATE");
  if (update != nullptr && *update == '1') write_whole(expectation, seen);
  EXPECT_EQ(seen, read_whole(expectation)) << "policy: " << path;
}

INSTANTIATE_TEST_SUITE_P(Testdata, BadPolicy, ::testing::ValuesIn(bad_policies()),
                         [](const auto& param_info) {
                           std::string name =
                               param_info.param.substr(4, param_info.param.size() - 8);
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
                               '_');
                           return name;
                         });

TEST(BadPolicies, AreAtLeastEighty) { EXPECT_GE(bad_policies().size(), 80U); }

TEST(BadPolicies, TriggerEveryKindOfDiagnostic) {
  std::string everything;
  for (const std::string& name : bad_policies()) {
    everything += read_whole(kTestdata + "/" + name.substr(0, name.size() - 4) + ".txt");
  }
  for (const KindFacts& facts : all_kinds()) {
    EXPECT_NE(everything.find("[" + id_of(facts.kind) + "]"), std::string::npos)
        << "no bad_*.sbx triggers " << id_of(facts.kind) << " " << facts.slug;
  }
}

TEST(FindingPages, ExistForEveryKindInTheFixedShape) {
  for (const KindFacts& facts : all_kinds()) {
    const std::string path =
        std::string(SBXC_SOURCE_DIR) + "/docs/findings/" + std::string(facts.slug) + ".md";
    const std::string page = read_whole(path);
    EXPECT_TRUE(page.starts_with("# ")) << path;
    EXPECT_NE(page.find("(" + id_of(facts.kind) + ")"), std::string::npos) << path;
    for (const char* section : {"\n## Example\n", "\n## Why it matters\n", "\n## Fix\n"}) {
      EXPECT_NE(page.find(section), std::string::npos) << path << " has no section" << section;
    }
  }
}

TEST(FindingPages, SpeakOfNoKindThatIsGone) {
  for (const auto& entry :
       fs::directory_iterator(std::string(SBXC_SOURCE_DIR) + "/docs/findings")) {
    const std::string slug = entry.path().stem().string();
    const auto& kinds = all_kinds();
    EXPECT_TRUE(std::any_of(kinds.begin(), kinds.end(), [&](const KindFacts& facts) {
      return facts.slug == slug;
    })) << entry.path();
  }
}

}  // namespace
}  // namespace sbxc
