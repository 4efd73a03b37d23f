#include "backends/bwrap/read/mount_table.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/bwrap/read/canonical.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

template <typename Map>
void erase_below(Map& map, const std::string& path) {
  const std::string prefix = path == "/" ? "/" : path + "/";
  auto first = map.lower_bound(prefix);
  auto last = first;
  while (last != map.end() && last->first.starts_with(prefix)) ++last;
  map.erase(first, last);
}

bool is_directory(There there) { return there == There::directory; }

}  // namespace

std::string_view words_for(Shown shown) {
  switch (shown) {
    case Shown::absent:
      return "absent";
    case Shown::masked:
      return "masked";
    case Shown::looked_up:
      return "an empty directory that cannot be listed";
    case Shown::listed:
      return "an empty directory";
    case Shown::read_only:
      return "read-only";
    case Shown::writable:
      return "writable";
    case Shown::file_in_place:
      return "writable in place";
    case Shown::fixed_directory:
      return "writable, and it cannot be moved";
    case Shown::private_writable:
      return "the sandbox's own, writable";
    case Shown::processes:
      return "the sandbox's own processes";
    case Shown::devices:
      return "the sandbox's own devices";
    case Shown::device:
      return "a device";
    case Shown::socket:
      return "a socket";
    case Shown::masked_socket:
      return "a hidden socket";
    case Shown::link:
      return "a link";
    case Shown::nothing_below:
      return "below what is no directory";
  }
  return {};
}

MountTable::MountTable(const std::vector<Step>& steps, const FileFacts& facts) : facts_(facts) {
  mounts_["/"] = {.from = From::memory, .source = {}, .writable = true};
  own_["/"] = {.kind = There::directory, .mode = 0755, .says = {}};
  for (size_t i = 0; i < steps.size(); ++i) apply(steps[i], i);
}

void MountTable::apply(const Step& step, size_t index) {
  switch (step.what) {
    case Do::bind:
    case Do::dev_bind:
      bind(step, index);
      return;
    case Do::tmpfs:
      if (!make(step.target, There::directory, 0755, index)) return;
      mount(step.target, {.from = From::memory, .source = {}, .writable = true, .step = index});
      own_[step.target] = {.kind = There::directory, .mode = step.mode, .says = {}, .step = index};
      return;
    case Do::directory:
      make(step.target, There::directory, step.mode, index);
      return;
    case Do::link:
      link(step, index);
      return;
    case Do::proc:
      if (!make(step.target, There::directory, 0755, index)) return;
      mount(step.target, {.from = From::processes, .source = {}, .writable = true, .step = index});
      return;
    case Do::dev:
      if (!make(step.target, There::directory, 0755, index)) return;
      mount(step.target, {.from = From::devices, .source = {}, .writable = true, .step = index});
      own_[step.target] = {.kind = There::directory, .mode = 0755, .says = {}, .step = index};
      return;
    case Do::chmod:
      change_mode(step, index);
      return;
    case Do::read_only:
      make_read_only(step, index);
      return;
  }
}

void MountTable::bind(const Step& step, size_t index) {
  const bool null = step.source == "/dev/null";
  const There kind = null ? There::device : facts_.what(step.source);
  if (kind == There::nothing) {
    if (!step.may_be_left) {
      trouble(index, fmt::format("there is nothing at `{}` to bind", printable(step.source)));
    }
    return;
  }
  for (const std::string& up : directories_above(step.source)) {
    if (facts_.what(up) == There::link || kind == There::link) {
      trouble(index, fmt::format("`{}` leads through a link", printable(step.source)));
      return;
    }
  }
  if (!make(step.target, is_directory(kind) ? There::directory : There::file, 0755, index)) return;
  const bool mask = null && step.what == Do::bind;  // the device does not open
  const bool socket = mask && facts_.what(step.target) == There::socket;
  mount(step.target, {.from = mask ? From::null_device : From::host,
                      .source = step.source,
                      .writable = step.writable,
                      .devices_work = step.what == Do::dev_bind,
                      .kind = socket ? There::socket : kind,
                      .step = index});
}

void MountTable::link(const Step& step, size_t index) {
  if (!make(above(step.target), There::directory, 0755, index)) return;
  const There there = inside(step.target);
  if (there != There::nothing || cover(step.target)->second.from != From::memory) {
    trouble(index, fmt::format("no link can be made at `{}`", printable(step.target)));
    return;
  }
  own_[step.target] = {.kind = There::link, .mode = 0777, .says = step.source, .step = index};
}

void MountTable::change_mode(const Step& step, size_t index) {
  const auto own = own_.find(step.target);
  const From from = cover(step.target)->second.from;
  if (own == own_.end() || (from != From::memory && from != From::devices)) {
    trouble(index, fmt::format("`{}` is not the sandbox's own: its mode is this machine's",
                               printable(step.target)));
    return;
  }
  own->second.mode = step.mode;
  own->second.step = index;
}

void MountTable::make_read_only(const Step& step, size_t index) {
  const auto found = mounts_.find(step.target);
  if (found == mounts_.end()) {
    trouble(index, fmt::format("there is no mount at `{}`", printable(step.target)));
    return;
  }
  found->second.writable = false;
}

void MountTable::mount(const std::string& target, Mount mount) {
  erase_below(mounts_, target);
  erase_below(own_, target);
  own_.erase(target);
  mounts_[target] = std::move(mount);
}

bool MountTable::make(const std::string& path, There kind, uint32_t mode, size_t index) {
  if (path == "/") return true;
  if (!make(above(path), There::directory, 0755, index)) return false;
  const There there = inside(path);
  if (there == There::link) {
    trouble(index, fmt::format("`{}` leads through a link", printable(path)));
    return false;
  }
  if (there != There::nothing) {
    if (is_directory(there) == is_directory(kind)) return true;
    trouble(index, fmt::format("`{}` is {}, and a {} is mounted there", printable(path),
                               is_directory(there) ? "a directory" : "no directory",
                               is_directory(kind) ? "directory" : "file"));
    return false;
  }
  const Mount& around = cover(path)->second;
  const bool own = around.from == From::memory || around.from == From::devices;
  if (own && around.writable) {
    own_[path] = {.kind = kind, .mode = mode, .says = {}, .step = index};
    return true;
  }
  trouble(index, around.from == From::host && around.writable
                     ? fmt::format("it leaves `{}` behind on this machine", printable(path))
                     : fmt::format("`{}` is not there and cannot be made", printable(path)));
  return false;
}

There MountTable::inside(const std::string& path) const {
  if (const auto own = own_.find(path); own != own_.end()) return own->second.kind;
  const auto at = cover(path);
  const Mount& mount = at->second;
  if (at->first == path) return mount.kind;
  switch (mount.from) {
    case From::host:
      return facts_.what(*host_path(path));
    case From::processes:
      return facts_.what(path);
    case From::devices: {
      const std::string name = path.substr(std::min(path.size(), at->first.size() + 1));
      if (name == "shm" || name == "pts") return There::directory;
      const bool device = name == "null" || name == "zero" || name == "full" || name == "random" ||
                          name == "urandom" || name == "tty";
      return device ? There::device : There::nothing;
    }
    case From::memory:
    case From::null_device:
      return There::nothing;
  }
  return There::nothing;
}

std::map<std::string, MountTable::Mount>::const_iterator MountTable::cover(
    const std::string& path) const {
  for (std::string at = path;; at = above(at)) {
    const auto found = mounts_.find(at);
    if (found != mounts_.end()) return found;
  }
}

std::optional<std::string> MountTable::host_path(const std::string& path) const {
  const auto at = cover(path);
  if (at->second.from != From::host || own_.contains(path)) return std::nullopt;
  if (at->first == path) return at->second.source;
  const size_t skip = at->first == "/" ? 1 : at->first.size() + 1;
  return beneath(at->second.source, std::string_view(path).substr(skip));
}

}  // namespace sbxc::bwrap_read
