// A file system of names in memory: what tests, and a compile for another machine, resolve against.
#include "backends/bwrap/file_system_view.h"

namespace sbxc::bwrap {

MemoryFileSystem& MemoryFileSystem::add(const std::string& path, FileKind kind) {
  for (std::string up = parent_of(path);
       nodes_.emplace(up, Node{FileKind::directory, {}}).second;) {
    up = parent_of(up);
  }
  nodes_[path] = {kind, {}};
  return *this;
}

MemoryFileSystem& MemoryFileSystem::link(const std::string& path, std::string target) {
  add(path, FileKind::link);
  nodes_[path].target = std::move(target);
  return *this;
}

FileKind MemoryFileSystem::kind(const std::string& path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? FileKind::missing : found->second.kind;
}

std::optional<std::string> MemoryFileSystem::read_link(const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end() || found->second.kind != FileKind::link) return std::nullopt;
  return found->second.target;
}

std::optional<std::vector<DirectoryEntry>> MemoryFileSystem::list(const std::string& path,
                                                                  size_t limit) const {
  if (kind(path) != FileKind::directory) return std::nullopt;
  const std::string prefix = path == "/" ? path : path + "/";
  std::vector<DirectoryEntry> entries;
  for (auto at = nodes_.lower_bound(prefix); at != nodes_.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string name = at->first.substr(prefix.size());
    if (name.empty() || name.find('/') != std::string::npos) continue;
    entries.push_back({name, at->second.kind});
    if (entries.size() > limit) break;
  }
  return entries;
}

std::optional<std::vector<std::string>> MemoryFileSystem::all_names(const std::string& path,
                                                                    size_t limit) const {
  const auto entries = list(path, limit);
  if (!entries || entries->size() > limit) return std::nullopt;
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  return names;  // in order, for the listing is
}

std::vector<std::string> MemoryFileSystem::bound_sockets() const {
  std::vector<std::string> paths;
  for (const auto& [path, node] : nodes_) {
    if (node.kind == FileKind::socket) paths.push_back(path);
  }
  return paths;
}

}  // namespace sbxc::bwrap
