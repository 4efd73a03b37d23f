// The pages of findings about patterns and about targets show what is really said: the policy of
// the first ```sbx block is checked and compiled, and what the last ```text block says comes out.
// Blocks that begin with `# name` are files beside it. compiler/parse and compiler/check hold the
// pages of their findings to more; those about the command line have consoles.
#include <gtest/gtest.h>

#include <sstream>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {

void PrintTo(const KindFacts& facts, std::ostream* out) { *out << facts.slug; }

namespace {

using testing::read_whole;
using testing::run_sbxc;
using testing::ScratchDirectory;
using testing::write_whole;

std::vector<KindFacts> kinds() {
  std::vector<KindFacts> out;
  for (const KindFacts& facts : all_kinds()) {
    const auto number = static_cast<uint16_t>(facts.kind);
    const bool abridged = facts.kind == Kind::pattern_too_long;
    if ((number / 1000 == 3 || number / 1000 == 5) && !abridged) out.push_back(facts);
  }
  return out;
}

// Writes the files of a page and gives the message that it shows.
std::string lay_out(const std::string& page, const std::string& directory) {
  std::istringstream lines(page);
  std::string message;
  std::string block;
  std::string language;
  bool has_policy = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("```")) {
      block += line + "\n";
    } else if (language.empty()) {
      language = line.substr(3);
      block.clear();
    } else {
      if (block.starts_with("# ")) {
        write_whole(directory + "/" + block.substr(2, block.find('\n') - 2), block);
      } else if (language == "text") {
        message = block;
      } else if (language == "sbx" && !has_policy) {
        write_whole(directory + "/policy.sbx", block);
        has_policy = true;
      }
      language.clear();
    }
  }
  return message;
}

class FindingPage : public ::testing::TestWithParam<KindFacts> {};

TEST_P(FindingPage, ShowsWhatIsReallySaid) {
  const ScratchDirectory scratch;
  const std::string path =
      std::string(SBXC_SOURCE_DIR "/docs/findings/") + std::string(GetParam().slug) + ".md";
  const std::string message = lay_out(read_whole(path), scratch.path());
  EXPECT_NE(message.find(id_of(GetParam().kind)), std::string::npos) << path;
  std::string said;
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"check"}, {"compile", "--no-verify", "-o", "out"}}) {
    std::vector<std::string> words = command;
    for (const char* define :
         {"cwd=/home/user/project", "home=/home/user", "tmp=/tmp", "user=user"}) {
      words.insert(words.end(), {"-D", define});
    }
    // Not every machine has so many names.
    const bool limited = GetParam().kind == Kind::walk_limit_met && command.front() == "compile";
    if (limited) words.insert(words.end(), {"--walk-limit", "1"});
    words.emplace_back("policy.sbx");
    const auto result = run_sbxc(scratch.path(), words);
    said += result.out + result.err;
  }
  EXPECT_NE(said.find(message), std::string::npos) << path << " shows\n"
                                                   << message << "and what is said is\n"
                                                   << said;
}

INSTANTIATE_TEST_SUITE_P(PatternsAndTargets, FindingPage, ::testing::ValuesIn(kinds()),
                         [](const auto& param_info) {
                           std::string name(param_info.param.slug);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace sbxc
