// The file system as the plan sees it: names, kinds and link targets, nothing else. Two of them:
// this machine's, and one in memory so that tests decide what exists. Never follows a link by
// itself: resolving is done here, on top of both, so that every link passed is seen and recorded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::bwrap {

enum class FileKind : uint8_t { missing, directory, file, link, socket, device, other };
std::string_view name_of(FileKind kind);

struct DirectoryEntry {
  std::string name;
  FileKind kind{};
};

class FileSystemView {
 public:
  virtual ~FileSystemView() = default;

  // As lstat tells it. A path whose parent cannot be searched is missing.
  virtual FileKind kind(const std::string& path) const = 0;
  // The target of a link as it is written in it.
  virtual std::optional<std::string> read_link(const std::string& path) const = 0;
  // Sorted by name, without `.` and `..`; nothing when the directory cannot be listed. Reads at
  // most `limit` + 1 entries, so that the caller can tell that there are more.
  virtual std::optional<std::vector<DirectoryEntry>> list(const std::string& path,
                                                          size_t limit) const = 0;
  // All names in the directory, sorted, where an ASCII name that is not among them is surely
  // missing; nothing where that is not sure, or there are more than `limit`.
  virtual std::optional<std::vector<std::string>> all_names(const std::string& path,
                                                            size_t limit) const = 0;
  // Paths that unix sockets are bound to now, sorted; those that this machine can tell.
  virtual std::vector<std::string> bound_sockets() const = 0;
};

class RealFileSystem : public FileSystemView {
 public:
  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read_link(const std::string& path) const override;
  std::optional<std::vector<DirectoryEntry>> list(const std::string& path,
                                                  size_t limit) const override;
  std::optional<std::vector<std::string>> all_names(const std::string& path,
                                                    size_t limit) const override;
  std::vector<std::string> bound_sockets() const override;
};

class MemoryFileSystem : public FileSystemView {
 public:
  // Parents are made as directories.
  MemoryFileSystem& add(const std::string& path, FileKind kind = FileKind::file);
  MemoryFileSystem& link(const std::string& path, std::string target);

  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read_link(const std::string& path) const override;
  std::optional<std::vector<DirectoryEntry>> list(const std::string& path,
                                                  size_t limit) const override;
  std::optional<std::vector<std::string>> all_names(const std::string& path,
                                                    size_t limit) const override;
  std::vector<std::string> bound_sockets() const override;

 private:
  struct Node {
    FileKind kind{};
    std::string target;
  };
  std::map<std::string, Node> nodes_{{"/", {FileKind::directory, {}}}};
};

struct LinkPassed {
  std::string path;    // canonical but for its last component, which is the link
  std::string target;  // as written in the link
};

struct ResolvedPath {
  std::string path;  // canonical as far as it exists; the rest is kept as it was
  std::vector<LinkPassed> links;
  bool loops = false;  // more than 40 links: the path leads nowhere
};

// What the kernel would make of `path`, links in its last component included. What is missing
// stays: /a/link/new becomes /target/new. Links inside /proc are not followed: they speak of
// whichever process looks.
ResolvedPath resolve_links(const FileSystemView& files, const std::string& path);

// Components of an absolute path without `.` and empty ones.
std::vector<std::string> components_of(std::string_view path);
std::string parent_of(const std::string& path);
std::string join(const std::string& directory, std::string_view name);
// Whether `path` is `ancestor` or below it.
bool is_below(std::string_view path, std::string_view ancestor);

}  // namespace sbxc::bwrap
