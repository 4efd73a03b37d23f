#include "backends/bwrap/exec_part.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

constexpr size_t kMaxGrants = 10'000;

bool is_readable(const Rights& rights) { return rights.access != Access::none; }

// A path that can be read and not be executed; empty when there is none below.
std::string readable_only(const Node& node) {
  if (node.path == "/dev") return {};  // nothing there is a program
  if (!node.missing_program.empty()) return node.missing_program;
  const bool leaf = node.kind == FileKind::file;
  if (leaf && is_readable(node.self) && !node.self.exec) return node.path;
  // Of the sandbox's own /proc only what is bound there from this machine's counts.
  const bool processes = node.path == "/proc" && node.below.access != Access::write;
  if (node.kind == FileKind::directory && is_readable(node.below) && !node.below.exec &&
      !processes) {
    return join(node.path, "program");
  }
  for (const Node& child : node.children) {
    std::string found = readable_only(child);
    if (!found.empty()) return found;
  }
  return {};
}

bool all_alike(const Node& node, bool exec) {
  if (!node.missing_program.empty()) return false;
  return std::ranges::all_of(node.children, [&](const Node& child) {
    const bool visible = is_readable(child.self) || is_readable(child.below);
    if (visible && child.kind == FileKind::file && child.self.exec != exec) return false;
    if (visible && child.kind == FileKind::directory && child.below.exec != exec) return false;
    return all_alike(child, exec);
  });
}

class Grants {
 public:
  Grants(const FileSystemView& files, ExecPart& part) : files_(files), part_(part) {}

  // `replaceable`: whether the command may put another in its place.
  void add(const Node& node, bool replaceable) {
    if (node.kind == FileKind::file && node.self.exec) grant(node.path, replaceable);
    const bool leads =
        node.kind == FileKind::missing;  // to a directory that is made before the start
    if (node.kind != FileKind::directory && !leads) return;
    const bool writable = node.below.access == Access::write;
    if (!node.below.exec || leads) {
      for (const Node& child : node.children) add(child, writable);
      return;
    }
    if (all_alike(node, true)) {
      grant(node.path, replaceable);
      return;
    }
    // Something below may not be executed: name everything else that is there now.
    part_.one_by_one.push_back(node.path);
    for (const Node& child : node.children) add(child, writable);
    const auto entries = files_.list(node.path, kMaxGrants);
    if (!entries) return;
    for (const DirectoryEntry& entry : *entries) {
      const bool known = std::ranges::binary_search(node.children, entry.name, {}, &Node::name);
      const bool program = entry.kind == FileKind::file || entry.kind == FileKind::directory;
      if (!known && program) grant(join(node.path, entry.name), writable);
    }
  }

 private:
  void grant(std::string path, bool replaceable) {
    if (part_.grants.size() == kMaxGrants) {
      part_.complete = false;
      return;
    }
    if (replaceable) part_.replaceable.push_back(path);
    part_.grants.push_back(std::move(path));
  }

  const FileSystemView& files_;
  ExecPart& part_;
};

}  // namespace

ExecPart exec_part(const AccessTree& tree, const FileSystemView& files) {
  ExecPart part;
  part.example = readable_only(tree.root);
  const Rights shared = rights_at(tree.root, "/dev/shm/program");
  if (part.example.empty() && shared.access == Access::write && !shared.exec) {
    part.example = "/dev/shm/program";
  }
  part.needed = !part.example.empty();
  if (!part.needed) return part;
  Grants(files, part).add(tree.root, false);
  std::ranges::sort(part.grants);
  return part;
}

}  // namespace sbxc::bwrap
