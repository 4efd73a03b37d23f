#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {

bool is_canonical(std::string_view path) {
  if (path == "/") return true;
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string_view::npos) {
    return false;
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find('/'));
    if (name.empty() || name == "." || name == "..") return false;
    path.remove_prefix(name.size());
  }
  return true;
}

bool is_within(std::string_view path, std::string_view top) {
  if (top == "/") return true;
  return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

std::string above(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

std::string beneath(std::string_view directory, std::string_view name) {
  std::string path = directory == "/" ? std::string() : std::string(directory);
  return path.append("/").append(name);
}

std::vector<std::string> names_in(std::string_view path) {
  std::vector<std::string> names;
  for (size_t at = 1; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    names.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

std::vector<std::string> directories_above(std::string_view path) {
  std::vector<std::string> directories;
  for (size_t at = path.find('/', 1); at != std::string_view::npos; at = path.find('/', at + 1)) {
    directories.emplace_back(path.substr(0, at));
  }
  return directories;
}

}  // namespace sbxc::bwrap_read
