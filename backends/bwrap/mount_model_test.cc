#include "backends/bwrap/mount_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace sbxc::bwrap {

MountModel::MountModel(const FileSystemView& files, std::string_view args_bytes) : files_(files) {
  std::vector<std::string> args;
  while (!args_bytes.empty()) {
    const size_t end = args_bytes.find('\0');
    if (end == std::string_view::npos) {
      faults_.push_back("the last argument has no end");
      return;
    }
    args.emplace_back(args_bytes.substr(0, end));
    args_bytes.remove_prefix(end + 1);
  }
  mounts_.push_back({"/", Content::empty, "", true});
  make_own("/", FileKind::directory);
  const std::set<std::string> plain = {
      "--unshare-user",    "--unshare-ipc",   "--unshare-pid", "--unshare-net",
      "--unshare-uts",     "--new-session",   "--clearenv",    "--unshare-cgroup-try",
      "--die-with-parent", "--disable-userns"};
  uint32_t perms = 0755;
  for (size_t i = 0; i < args.size();) {
    const std::string& word = args[i];
    const auto next = [&](size_t n) { return i + n < args.size() ? args[i + n] : std::string(); };
    if (plain.contains(word)) {
      flags_.push_back(word);
      i += 1;
    } else if (word == "--hostname" || word == "--cap-drop") {
      flags_.push_back(word + " " + next(1));
      i += 2;
    } else if (word == "--perms") {
      perms = static_cast<uint32_t>(std::stoul(next(1), nullptr, 8));
      i += 2;
    } else if (word == "--setenv") {
      environment_.push_back(next(1) + "=" + next(2));
      i += 3;
    } else if (word == "--chdir") {
      directory_ = next(1);
      i += 2;
    } else if (word == "--chmod") {
      modes_.emplace_back(next(2), static_cast<uint32_t>(std::stoul(next(1), nullptr, 8)));
      i += 3;
    } else if (word == "--dir") {
      need_target(next(1), FileKind::directory);
      modes_.emplace_back(next(1), perms);
      i += 2;
    } else if (word == "--tmpfs" || word == "--proc" || word == "--dev") {
      const Content content = word == "--tmpfs"  ? Content::empty
                              : word == "--proc" ? Content::process_table
                                                 : Content::devices;
      add({next(1), content, "", true}, FileKind::directory, true);
      if (word == "--tmpfs") modes_.emplace_back(next(1), perms);
      i += 2;
    } else if (word == "--symlink") {
      const Mount* mount = mount_of(next(2));
      if (mount->content != Content::empty) faults_.push_back("link on the host: " + next(2));
      make_own(next(2), FileKind::link);
      i += 3;
    } else if (word == "--remount-ro") {
      const auto at = std::ranges::find_if(mounts_.rbegin(), mounts_.rend(),
                                           [&](const Mount& m) { return m.target == next(1); });
      if (at == mounts_.rend()) {
        faults_.push_back("no mount to make read-only at " + next(1));
      } else {
        at->writable = false;
      }
      i += 2;
    } else if (word.ends_with("bind") || word.ends_with("bind-try")) {
      const bool optional = word.ends_with("-try");
      const std::string source = next(1);
      const std::string target = next(2);
      i += 3;
      const FileKind kind = files_.kind(source);
      if (source == "/dev/null") {
        add({target, Content::null_device, "", false}, FileKind::file, true);
        continue;
      }
      if (kind == FileKind::missing && optional) continue;
      if (kind == FileKind::missing) faults_.push_back("nothing to bind at " + source);
      if (kind == FileKind::link) faults_.push_back("binds through a link: " + source);
      add({target, Content::host, source, !word.starts_with("--ro-")}, kind, true);
    } else {
      faults_.push_back("an argument that is not known: " + word);
      return;
    }
  }
}

size_t MountModel::index_of(const std::string& path) const {
  for (size_t i = mounts_.size(); i-- > 0;) {
    if (is_below(path, mounts_[i].target)) return i;
  }
  return 0;
}

const MountModel::Mount* MountModel::mount_of(const std::string& path) const {
  return &mounts_[index_of(path)];
}

std::string MountModel::host_path(const Mount& mount, const std::string& path) const {
  if (mount.target == path) return mount.source;
  const std::string rest =
      mount.target == "/" ? path.substr(1) : path.substr(mount.target.size() + 1);
  return join(mount.source, rest);
}

void MountModel::make_own(const std::string& path, FileKind kind) {
  own_.push_back({path, index_of(path), kind});
}

bool MountModel::is_own(const std::string& path, FileKind* kind) const {
  for (const Own& own : own_) {
    if (own.path == path && own.mount == index_of(path)) {
      *kind = own.kind;
      return true;
    }
  }
  return false;
}

std::optional<FileKind> MountModel::kind_inside(const std::string& path) const {
  const Mount& mount = *mount_of(path);
  switch (mount.content) {
    case Content::host: {
      const FileKind kind = files_.kind(host_path(mount, path));
      return kind == FileKind::missing ? std::nullopt : std::optional(kind);
    }
    case Content::null_device:
      return FileKind::device;
    case Content::empty:
    case Content::devices:
    case Content::process_table: {
      FileKind kind{};
      if (mount.target == path) return FileKind::directory;
      if (is_own(path, &kind)) return kind;
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// bubblewrap makes what is missing on the way to a mount point. On the host that is a ghost.
void MountModel::need_target(const std::string& path, FileKind kind) {
  if (path == "/") return;
  need_target(parent_of(path), FileKind::directory);
  const std::optional<FileKind> there = kind_inside(path);
  const bool directory = kind == FileKind::directory;
  if (there == FileKind::link) faults_.push_back("mounts through a link: " + path);
  if (there && (*there == FileKind::directory) != directory) {
    faults_.push_back("a mount point of another kind: " + path);
  }
  if (there) return;
  const Mount& mount = *mount_of(path);
  if (mount.content == Content::host) faults_.push_back("leaves a ghost on the host: " + path);
  if (mount.content == Content::empty || mount.content == Content::devices) make_own(path, kind);
}

void MountModel::add(Mount mount, FileKind kind, bool must_exist) {
  if (must_exist) need_target(mount.target, kind);
  mounts_.push_back(std::move(mount));
}

bool MountModel::exists(const std::string& path) const {
  if (path != "/" && !exists(parent_of(path))) return false;
  return kind_inside(path).has_value();
}

bool MountModel::can_read(const std::string& path) const {
  if (!exists(path) || mount_of(path)->content == Content::null_device) return false;
  const auto mode = std::ranges::find_if(modes_.rbegin(), modes_.rend(),
                                         [&](const auto& m) { return m.first == path; });
  const bool own = mount_of(path)->content != Content::host;
  return !own || mode == modes_.rend() || (mode->second & 0444U) != 0;
}

bool MountModel::can_write(const std::string& path) const {
  return exists(path) && mount_of(path)->content != Content::null_device &&
         mount_of(path)->writable;
}

bool MountModel::can_create_in(const std::string& directory) const {
  return exists(directory) && kind_inside(directory) == FileKind::directory &&
         mount_of(directory)->writable;
}

bool MountModel::can_rename(const std::string& path) const {
  if (path == "/" || !exists(path) || !can_create_in(parent_of(path))) return false;
  return std::ranges::none_of(mounts_, [&](const Mount& m) { return m.target == path; });
}

bool MountModel::can_connect(const std::string& path) const {
  const Mount& mount = *mount_of(path);
  return exists(path) && mount.content == Content::host &&
         files_.kind(host_path(mount, path)) == FileKind::socket;
}

namespace {

std::string bytes(std::initializer_list<std::string> words) {
  std::string all;
  for (const std::string& word : words) all += word + '\0';
  return all;
}

TEST(MountModel, LaterMountsCoverEarlierOnesAtTheirPlaceAndBelow) {
  MemoryFileSystem files;
  files.add("/w/a/f").add("/w/b/f");
  const MountModel model(files, bytes({"--ro-bind", "/w/a", "/w/a", "--bind", "/w", "/w",
                                       "--ro-bind", "/w/b", "/w/b"}));
  EXPECT_TRUE(model.faults().empty());
  EXPECT_TRUE(model.can_write("/w/a/f"));  // the second bind covers the first
  EXPECT_FALSE(model.can_write("/w/b/f"));
  EXPECT_FALSE(model.can_rename("/w/b"));
  EXPECT_TRUE(model.can_rename("/w/a/f"));
}

TEST(MountModel, CallsMountPointsThatBubblewrapWouldCreateOnTheHostGhosts) {
  MemoryFileSystem files;
  files.add("/w/f");
  const MountModel model(files, bytes({"--bind", "/w", "/w", "--tmpfs", "/w/new"}));
  ASSERT_EQ(model.faults().size(), 1U);
  EXPECT_EQ(model.faults()[0], "leaves a ghost on the host: /w/new");
}

}  // namespace
}  // namespace sbxc::bwrap
