#include "backends/bwrap/read/file_facts.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <deque>
#include <fstream>

#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {
namespace {

There there_of(mode_t mode) {
  if (S_ISDIR(mode)) return There::directory;
  if (S_ISREG(mode)) return There::file;
  if (S_ISLNK(mode)) return There::link;
  if (S_ISSOCK(mode)) return There::socket;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return There::device;
  return There::other;
}

}  // namespace

std::string_view name_of(There there) {
  switch (there) {
    case There::nothing:
      return "missing";
    case There::directory:
      return "directory";
    case There::file:
      return "file";
    case There::link:
      return "link";
    case There::socket:
      return "socket";
    case There::device:
      return "device";
    case There::other:
      return "other";
  }
  return {};
}

There ThisMachine::what(const std::string& path) const {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 ? there_of(status.st_mode) : There::nothing;
}

std::optional<std::string> ThisMachine::link_text(const std::string& path) const {
  std::array<char, PATH_MAX> text{};
  const ssize_t size = readlink(path.c_str(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return std::string(text.data(), static_cast<size_t>(size));
}

FileFacts::Names ThisMachine::names(const std::string& directory) const {
  Names names;
  DIR* stream = opendir(directory.c_str());
  if (stream == nullptr) return names;
  while (const dirent* entry = readdir(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const bool told = entry->d_type != DT_UNKNOWN;
    const There there = told ? there_of(static_cast<mode_t>(DTTOIF(entry->d_type)))
                             : what(beneath(directory, name));
    names.emplace_back(name, there);
  }
  closedir(stream);
  std::ranges::sort(names);
  return names;
}

// The last column of /proc/net/unix is the path, where the socket has one.
std::vector<std::string> ThisMachine::sockets() const {
  std::vector<std::string> paths;
  std::ifstream table("/proc/net/unix");
  for (std::string line; std::getline(table, line);) {
    const size_t slash = line.find(" /");
    if (slash == std::string::npos) continue;
    if (auto path = behind_links(*this, line.substr(slash + 1))) paths.push_back(std::move(*path));
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

RecordedFiles& RecordedFiles::add(const std::string& path, There there) {
  for (const std::string& up : directories_above(path)) {
    entries_.try_emplace(up, Entry{There::directory, {}});
  }
  entries_[path] = {there, {}};
  return *this;
}

RecordedFiles& RecordedFiles::add_link(const std::string& path, std::string text) {
  add(path, There::link);
  entries_[path].text = std::move(text);
  return *this;
}

There RecordedFiles::what(const std::string& path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? There::nothing : found->second.there;
}

std::optional<std::string> RecordedFiles::link_text(const std::string& path) const {
  const auto found = entries_.find(path);
  if (found == entries_.end() || found->second.there != There::link) return std::nullopt;
  return found->second.text;
}

FileFacts::Names RecordedFiles::names(const std::string& directory) const {
  Names names;
  const std::string prefix = directory == "/" ? "/" : directory + "/";
  for (auto at = entries_.upper_bound(prefix); at != entries_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    const std::string_view rest = std::string_view(at->first).substr(prefix.size());
    if (rest.find('/') == std::string_view::npos) names.emplace_back(rest, at->second.there);
  }
  return names;
}

std::vector<std::string> RecordedFiles::sockets() const {
  std::vector<std::string> paths;
  for (const auto& [path, entry] : entries_) {
    if (entry.there == There::socket) paths.push_back(path);
  }
  return paths;
}

There WithMade::what(const std::string& path) const {
  const There there = under_.what(path);
  const auto found = made_.find(path);
  return there != There::nothing || found == made_.end() ? there : found->second;
}

std::optional<std::string> WithMade::link_text(const std::string& path) const {
  return under_.link_text(path);
}

FileFacts::Names WithMade::names(const std::string& directory) const {
  Names names = under_.names(directory);
  for (const auto& [path, there] : made_) {
    if (path == "/" || above(path) != directory || under_.what(path) != There::nothing) continue;
    names.emplace_back(path.substr(path.rfind('/') + 1), there);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> behind_links(const FileFacts& facts, const std::string& path) {
  constexpr int kMostLinks = 40;
  const std::vector<std::string> first = names_in(path);
  std::deque<std::string> left(first.begin(), first.end());
  std::string place = "/";
  int links = 0;
  while (!left.empty()) {
    const std::string name = left.front();
    left.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      place = above(place);
      continue;
    }
    const std::string next = beneath(place, name);
    const auto text = facts.link_text(next);
    if (!text || is_within(next, "/proc")) {  // links there speak of whichever process looks
      place = next;
      continue;
    }
    if (++links > kMostLinks) return std::nullopt;
    const bool absolute = text->starts_with('/');
    const std::vector<std::string> more = names_in(absolute ? *text : "/" + *text);
    left.insert(left.begin(), more.begin(), more.end());
    if (absolute) place = "/";
  }
  return place;
}

}  // namespace sbxc::bwrap_read
