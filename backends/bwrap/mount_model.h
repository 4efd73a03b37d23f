// For tests: what a plan's bytes mean, read by somebody who knows bubblewrap's manual and nothing
// of the emitter. Mounts are made in order; a later one covers what lies at its place and below, so
// a path belongs to the last mount whose target is at it or above it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/bwrap/file_system_view.h"

namespace sbxc::bwrap {

class MountModel {
 public:
  // `files` is the host. Whatever bubblewrap would refuse, or would create on the host, is a fault.
  MountModel(const FileSystemView& files, std::string_view args_bytes);

  const std::vector<std::string>& faults() const { return faults_; }
  const std::vector<std::string>& flags() const { return flags_; }
  std::vector<std::string> environment() const { return environment_; }
  std::string directory() const { return directory_; }

  bool exists(const std::string& path) const;
  // Opening a file, or listing a directory, for reading.
  bool can_read(const std::string& path) const;
  // Opening an existing file for writing.
  bool can_write(const std::string& path) const;
  // Making a new name in an existing directory.
  bool can_create_in(const std::string& directory) const;
  // Renaming or removing an existing name.
  bool can_rename(const std::string& path) const;
  bool can_connect(const std::string& socket_path) const;

 private:
  enum class Content { host, empty, null_device, process_table, devices };
  struct Mount {
    std::string target;
    Content content{};
    std::string source;  // of host
    bool writable = false;
  };

  const Mount* mount_of(const std::string& path) const;
  std::string host_path(const Mount& mount, const std::string& path) const;
  void add(Mount mount, FileKind kind, bool must_exist);
  void need_target(const std::string& path, FileKind kind);
  void make_own(const std::string& path, FileKind kind);
  size_t index_of(const std::string& path) const;
  bool is_own(const std::string& path, FileKind* kind) const;
  std::optional<FileKind> kind_inside(const std::string& path) const;

  const FileSystemView& files_;
  std::vector<Mount> mounts_;
  struct Own {  // a name in one of the sandbox's own file systems
    std::string path;
    size_t mount;
    FileKind kind;
  };
  std::vector<Own> own_;
  std::vector<std::pair<std::string, uint32_t>> modes_;
  std::vector<std::string> faults_;
  std::vector<std::string> flags_;
  std::vector<std::string> environment_;
  std::string directory_;
};

}  // namespace sbxc::bwrap
