// A judge for names that have one spelling. In a directory with the casefold flag `.GIT` opens what
// is named `.git`, and the kernel may tell its path by either, so what another judge says of a path
// through such a directory is said of one spelling among several. Here nothing is allowed in there.
//
// The flag is a directory's own: it is inherited by what is made in it, cannot be set while
// anything is in it, and a command behind the filter cannot set it at all. Who was asked once is
// not asked again until a directory is moved.
//
// Not here: file systems that never tell cases apart (runtime/spelling looks at what is mounted),
// and directories that may be gone through but not be read, which do not show their flags.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "runtime/broker/enter.h"
#include "runtime/broker/judge.h"

namespace sbxc::broker {

// Whether the directory of this canonical path, as the sandbox sees it, has the casefold flag.
using FoldsCase = std::function<bool(const std::string& directory)>;
FoldsCase folds_case_below(const Station& station);

class SpelledJudge : public Judge {
 public:
  // `judge` outlives this.
  SpelledJudge(Judge& judge, FoldsCase folds_case);

  Rights at(std::string_view path) override;
  bool no_gain_below(std::string_view from, std::string_view to, Rights mask) override;
  bool writable_below(std::string_view path) override;
  bool socket(std::string_view name) override;
  bool has_other_spellings(std::string_view path) override;
  void directory_moved() override;

 private:
  bool is_known(std::string_view directory) const;

  Judge& judge_;
  FoldsCase folds_case_;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> apart_;  // told to tell cases apart
  std::string last_;  // the last of them that was asked for
};

}  // namespace sbxc::broker
