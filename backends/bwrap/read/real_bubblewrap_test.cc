// The model of mounts against the real bubblewrap: a scratch tree, lists of steps (in good order
// and in bad), and for each path of the tree what the model says and what a shell inside can do.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "backends/bwrap/read/mount_table.h"
#include "compiler/testing/run_program.h"

namespace sbxc::bwrap_read {
namespace {

namespace fs = std::filesystem;

// For each path: can it be read (a directory: listed), and can it be written (a directory: can a
// name be made in it). Nothing is left behind.
const char* const kProbe =
    "for p; do r=- w=-; if [ -d \"$p\" ]; then ls \"$p\" >/dev/null 2>&1 && r=r; "
    "(: >\"$p/probe\") 2>/dev/null && w=w && rm -f \"$p/probe\"; "
    "else (: <\"$p\") 2>/dev/null && r=r; [ -e \"$p\" ] && (: >>\"$p\") 2>/dev/null && w=w; fi; "
    "echo $r$w; done";

class Tree {
 public:
  Tree() {
    for (const char* file : {"/w/a/one", "/w/a/two", "/w/b/one", "/w/b/c/deep", "/ro/x", "/key"}) {
      fs::create_directories(fs::path(root() + file).parent_path());
      std::ofstream(root() + file) << "x";
    }
  }
  std::string root() const { return scratch_.path(); }
  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const char* path : {"/w", "/w/a", "/w/a/one", "/w/a/two", "/w/b", "/w/b/one", "/w/b/c",
                             "/w/b/c/deep", "/ro", "/ro/x", "/key", "/own"}) {
      all.push_back(root() + path);
    }
    return all;
  }

 private:
  testing::ScratchDirectory scratch_{"/var/tmp"};
};

// `@` in a word is the tree.
std::vector<std::string> filled(const std::string& text, const Tree& tree) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    if (word[0] == '@') word = tree.root() + word.substr(1);
    words.push_back(word);
  }
  return words;
}

std::string expected(Shown shown, bool directory) {
  switch (shown) {
    case Shown::absent:
    case Shown::masked:
    case Shown::looked_up:
    case Shown::nothing_below:
      return "--";
    case Shown::listed:
    case Shown::read_only:
      return "r-";
    case Shown::writable:
    case Shown::file_in_place:
    case Shown::fixed_directory:
      return "rw";
    case Shown::private_writable:
      return directory ? "rw" : "--";
    case Shown::processes:
    case Shown::devices:
    case Shown::device:
    case Shown::socket:
    case Shown::masked_socket:
    case Shown::link:
      return "not probed";
  }
  return {};
}

void expect_same(const Tree& tree, const std::string& steps) {
  SCOPED_TRACE(steps);
  std::vector<std::string> words = {"--unshare-user", "--cap-drop", "ALL", "--dev", "/dev"};
  for (const char* place : {"/usr", "/bin", "/lib", "/lib64"}) {
    if (fs::exists(place)) words.insert(words.end(), {"--ro-bind", fs::canonical(place), place});
  }
  const std::vector<std::string> more = filled(steps, tree);
  words.insert(words.end(), more.begin(), more.end());
  std::string bytes;
  for (const std::string& word : words) bytes += word + '\0';
  const auto read = read_plan_args(bytes);
  ASSERT_TRUE(read) << read.error();
  const ThisMachine machine;
  const MountTable table(read->steps, machine);
  for (const Trouble& trouble : table.troubles()) ADD_FAILURE() << trouble.what;

  std::vector<std::string> argv = {"/usr/bin/bwrap"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--", "/bin/sh", "-c", kProbe, "sh"});
  for (const std::string& path : tree.paths()) argv.push_back(path);
  const auto result = testing::run_program(
      {.argv = argv, .directory = "/", .environment = {{"PATH", "/usr/bin:/bin"}}});
  ASSERT_EQ(result.status, 0) << result.err;
  std::istringstream answers(result.out);
  for (const std::string& path : tree.paths()) {
    std::string answer;
    ASSERT_TRUE(std::getline(answers, answer)) << result.out;
    const bool made = path.ends_with("/own") && steps.find("@/own") != std::string::npos;
    // What could be made there, but is not, shows nothing to a shell.
    const bool there = made || fs::exists(path);
    EXPECT_EQ(answer, there ? expected(table.shown(path), made) : "--") << path;
  }
}

TEST(RealBubblewrap, DoesWhatTheModelSays) {
  const Tree tree;
  for (const char* steps : {
           "--bind @/w @/w",
           "--ro-bind @/w @/w --bind @/w/a @/w/a",
           "--bind @/w/a @/w/a --ro-bind @/w @/w",
           "--bind @/w @/w --ro-bind @/w/b @/w/b --bind @/w/b/c @/w/b/c",
           "--bind @/w @/w --bind @/w/b/c @/w/b/c --ro-bind @/w/b @/w/b",
           "--bind @/w @/w --ro-bind /dev/null @/w/a/one",
           "--ro-bind /dev/null @/key --bind @ @",
           "--bind @ @ --ro-bind /dev/null @/key",
           "--bind @ @ --perms 0755 --tmpfs @/w/b --bind @/w/b/c @/w/b/c --remount-ro @/w/b",
           "--bind @ @ --perms 0111 --tmpfs @/w/b",
           "--bind @ @ --perms 0755 --tmpfs @/w --chmod 0111 @/w --remount-ro @/w",
           "--ro-bind-try @/missing @/missing --ro-bind @/ro @/ro",
           "--perms 0755 --dir @/own --ro-bind @/ro @/ro --remount-ro /",
           "--perms 0700 --tmpfs @/own --bind @/w/a @/w/a --chmod 0111 / --remount-ro /",
           "--bind @/w @/w --ro-bind @/ro/x @/w/a/one",
           "--bind @/w @/w --bind @/w/a/two @/w/a/two --remount-ro @/w",
       }) {
    expect_same(tree, steps);
  }
}

}  // namespace
}  // namespace sbxc::bwrap_read
