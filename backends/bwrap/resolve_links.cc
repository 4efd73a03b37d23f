// Following links by hand, one component at a time, so that every link on the way is recorded.
// The kernel's own rules: relative targets start at the link's directory, `..` goes up from where
// the walk is, 40 links are too many (path_resolution(7)).
#include <algorithm>
#include <deque>

#include "backends/bwrap/file_system_view.h"

namespace sbxc::bwrap {
namespace {

constexpr size_t kMaxLinks = 40;

bool speaks_of_the_looker(const std::string& path) { return is_below(path, "/proc"); }

}  // namespace

std::string_view name_of(FileKind kind) {
  switch (kind) {
    case FileKind::missing:
      return "missing";
    case FileKind::directory:
      return "directory";
    case FileKind::file:
      return "file";
    case FileKind::link:
      return "link";
    case FileKind::socket:
      return "socket";
    case FileKind::device:
      return "device";
    case FileKind::other:
      return "other";
  }
  return {};
}

std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> components;
  size_t from = 0;
  while (from < path.size()) {
    const size_t to = std::min(path.find('/', from), path.size());
    const std::string_view name = path.substr(from, to - from);
    if (!name.empty() && name != ".") components.emplace_back(name);
    from = to + 1;
  }
  return components;
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string join(const std::string& directory, std::string_view name) {
  std::string path = directory == "/" ? "/" : directory + "/";
  return path.append(name);
}

bool is_below(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") return true;
  return path.starts_with(ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

ResolvedPath resolve_links(const FileSystemView& files, const std::string& path) {
  ResolvedPath resolved{"/", {}, false};
  const std::vector<std::string> all = components_of(path);
  std::deque<std::string> left(all.begin(), all.end());
  while (!left.empty()) {
    const std::string name = std::move(left.front());
    left.pop_front();
    if (name == "..") {
      resolved.path = parent_of(resolved.path);
      continue;
    }
    std::string next = join(resolved.path, name);
    std::optional<std::string> target;
    if (!speaks_of_the_looker(next) && files.kind(next) == FileKind::link) {
      target = files.read_link(next);
    }
    if (!target) {
      resolved.path = std::move(next);
      continue;
    }
    if (resolved.links.size() == kMaxLinks) {
      resolved.loops = true;
      resolved.path = std::move(next);
      return resolved;
    }
    resolved.links.push_back({next, *target});
    if (target->starts_with('/')) resolved.path = "/";
    const std::vector<std::string> more = components_of(*target);
    left.insert(left.begin(), more.begin(), more.end());
  }
  return resolved;
}

}  // namespace sbxc::bwrap
