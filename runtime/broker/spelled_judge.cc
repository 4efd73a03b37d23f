#include "runtime/broker/spelled_judge.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>

#include <utility>

#include "runtime/broker/kernel_walk.h"

namespace sbxc::broker {
namespace {

constexpr size_t kRemembered = 4096;

// "/" of "/a", nothing of "/".
std::string_view directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path.size() == 1) return {};
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

}  // namespace

FoldsCase folds_case_below(const Station& station) {
  return [&station](const std::string& directory) {
    const Descriptor file(open_under(station.root.get(), directory.c_str(),
                                     O_RDONLY | O_DIRECTORY | O_NONBLOCK,
                                     RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS));
    int flags = 0;
    return file.is_open() && ioctl(file.get(), FS_IOC_GETFLAGS, &flags) == 0 &&
           (flags & FS_CASEFOLD_FL) != 0;
  };
}

SpelledJudge::SpelledJudge(Judge& judge, FoldsCase folds_case)
    : judge_(judge), folds_case_(std::move(folds_case)) {}

bool SpelledJudge::is_known(std::string_view directory) const {
  return directory == last_ || apart_.find(directory) != apart_.end();
}

// Upwards to a directory that is known, and whatever is above it.
bool SpelledJudge::has_other_spellings(std::string_view path) {
  const std::string_view nearest = directory_of(path);
  if (nearest == last_) return false;
  for (std::string_view one = nearest; !one.empty(); one = directory_of(one)) {
    if (is_known(one)) break;
    if (folds_case_(std::string(one))) return true;
  }
  if (apart_.size() >= kRemembered) apart_.clear();
  for (std::string_view one = nearest; !one.empty(); one = directory_of(one)) {
    if (!apart_.emplace(one).second) break;
  }
  last_ = nearest;
  return false;
}

Rights SpelledJudge::at(std::string_view path) {
  return has_other_spellings(path) ? Rights{} : judge_.at(path);
}

// What is below is where it was: it has as many spellings in its new place.
bool SpelledJudge::no_gain_below(std::string_view from, std::string_view to, Rights mask) {
  return !has_other_spellings(to) && judge_.no_gain_below(from, to, mask);
}

bool SpelledJudge::writable_below(std::string_view path) {
  return !has_other_spellings(path) && judge_.writable_below(path);
}

bool SpelledJudge::socket(std::string_view name) {
  const bool is_path = name.starts_with('/');
  return !(is_path && has_other_spellings(name)) && judge_.socket(name);
}

void SpelledJudge::directory_moved() {
  apart_.clear();
  last_.clear();
}

}  // namespace sbxc::broker
