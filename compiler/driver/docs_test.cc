// The examples of README.md and docs/ are run, in order, one document in one fresh directory:
//   ```sbx      whose first line is a comment `# name.sbx` is written to that file (a Seatbelt
//               profile likewise: ```scheme, `; name.sb`); every block that starts with `sbx 1`
//               after that must parse
//   ```console  every line `$ command` is run by a shell with `sbxc` on PATH; the lines up to the
//               next `$` are what it must print (standard output and error together); a line `…`
//               stands for any number of lines; the home directory is shown as /home/you
// SBXC_UPDATE=1 writes what was printed into blocks without `…`, to be read before it is committed.
// The pages of findings are held to what is printed by finding_pages_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::run_program;
using testing::run_sbxc_beside;
using testing::ScratchDirectory;
using testing::write_whole;

struct Block {
  std::string language;
  std::string text;
  size_t line;
};

std::vector<Block> blocks_of(const std::string& document) {
  std::vector<Block> blocks;
  std::istringstream lines(document);
  std::string line;
  bool inside = false;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({line.substr(3), "", number});
      inside = !inside;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// `…` alone on a line matches any lines.
bool matches(const std::vector<std::string>& expected, size_t e,
             const std::vector<std::string>& seen, size_t s) {
  if (e == expected.size()) return s == seen.size();
  if (expected[e] == "…") {
    for (size_t skip = s; skip <= seen.size(); ++skip) {
      if (matches(expected, e + 1, seen, skip)) return true;
    }
    return false;
  }
  return s < seen.size() && expected[e] == seen[s] && matches(expected, e + 1, seen, s + 1);
}

bool updating() {
  const char* update = std::getenv("SBXC_UPDATE");
  return update != nullptr && *update == '1';
}

class Reader {
 public:
  Reader() {
    fs::create_directory(home());
    fs::create_directory(project());
  }

  std::string shell(const std::string& command) const {
    const std::string program = SBXC_PROGRAM;
    const auto result = run_program(
        {.argv = {"/bin/bash", "-c", "exec 2>&1; " + command},
         .directory = project(),
         .environment = {{"PATH", fs::path(program).parent_path().string() + ":/usr/bin:/bin"},
                         {"HOME", home()},
                         {"TMPDIR", scratch_.path()},
                         {"TERM", "dumb"},
                         {"LC_ALL", "C.UTF-8"}}});
    std::string out = result.out;
    for (size_t at = out.find(home()); at != std::string::npos; at = out.find(home(), at)) {
      out.replace(at, home().size(), "/home/you");
    }
    return out;
  }

  void save(const std::string& text) const {
    std::istringstream first(text.substr(0, text.find('\n')));
    std::string hash;
    std::string name;
    first >> hash >> name;
    const bool named =
        (hash == "#" && name.ends_with(".sbx")) || (hash == ";" && name.ends_with(".sb"));
    if (named && name.find('/') == std::string::npos) {
      write_whole(project() + "/" + name, text);
    }
  }

  // Gives the block's text as it would have to be.
  std::string run_console(const std::string& document, const Block& block) const {
    const std::vector<std::string> lines = lines_of(block.text);
    std::string fresh;
    for (size_t i = 0; i < lines.size();) {
      if (!lines[i].starts_with("$ ")) {
        ADD_FAILURE() << document << ":" << block.line << ": a console block starts with `$ `";
        return block.text;
      }
      const std::string command = lines[i++].substr(2);
      std::vector<std::string> expected;
      while (i < lines.size() && !lines[i].starts_with("$ ")) expected.push_back(lines[i++]);
      const std::string seen = shell(command);
      EXPECT_TRUE(matches(expected, 0, lines_of(seen), 0))
          << document << ":" << block.line << ": $ " << command << "\nprinted:\n"
          << seen;
      fresh.append("$ ").append(command).append("\n").append(seen);
      if (!fresh.ends_with('\n')) fresh += '\n';
    }
    return fresh;
  }

 private:
  std::string home() const { return scratch_.path() + "/home"; }
  std::string project() const { return home() + "/project"; }

  ScratchDirectory scratch_;
};

std::vector<std::string> documents() {
  std::vector<std::string> all = {"README.md"};
  for (const auto& entry : fs::directory_iterator(std::string(SBXC_SOURCE_DIR) + "/docs")) {
    if (entry.path().extension() == ".md")
      all.push_back("docs/" + entry.path().filename().string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

class Document : public ::testing::TestWithParam<std::string> {};

TEST_P(Document, ShowsWhatReallyHappens) {
  const Reader reader;
  const std::string path = std::string(SBXC_SOURCE_DIR) + "/" + GetParam();
  std::string document = read_whole(path);
  for (const Block& block : blocks_of(document)) {
    if (block.language == "console") {
      const std::string fresh = reader.run_console(GetParam(), block);
      if (updating() && block.text.find("…") == std::string::npos) {
        const std::string before = "```console\n" + block.text + "```";
        const size_t at = document.find(before);
        if (at != std::string::npos) {
          document.replace(at, before.size(), "```console\n" + fresh + "```");
        }
      }
    }
    if (block.language == "scheme") reader.save(block.text);
    if (block.language != "sbx") continue;
    reader.save(block.text);
    if (block.text.find("sbx 1") == std::string::npos) continue;
    const auto parsed = run_sbxc_beside(block.text, {"show", "--stage", "ast", "p.sbx"});
    EXPECT_EQ(parsed.status, 0) << GetParam() << ":" << block.line << "\n" << parsed.err;
  }
  if (updating()) write_whole(path, document);
}

std::string name_of_document(const ::testing::TestParamInfo<std::string>& param) {
  std::string name = param.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Docs, Document, ::testing::ValuesIn(documents()), name_of_document);

TEST(BackendsDocument, IsWhatTheCapabilityTablesSay) {
  const auto printed = testing::run_sbxc(".", {"help", "backends"});
  const std::string path = std::string(SBXC_SOURCE_DIR) + "/docs/backends.md";
  if (updating()) write_whole(path, printed.out);
  EXPECT_EQ(printed.out, read_whole(path)) << "regenerate with `sbxc help backends`";
}

}  // namespace
}  // namespace sbxc
