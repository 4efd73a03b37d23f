// From mounts to what is shown at a path and below it.
#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/mount_table.h"

namespace sbxc::bwrap_read {
namespace {

Shown own_directory(uint32_t mode) {
  return (mode & 0444U) != 0 ? Shown::listed : Shown::looked_up;
}

}  // namespace

Place MountTable::place_of(const std::string& target, const Mount& mount) const {
  const auto own = own_.find(target);
  const Shown self = own == own_.end() ? Shown::listed : own_directory(own->second.mode);
  switch (mount.from) {
    case From::memory: {
      // What can be made in it is the sandbox's own memory, and so is the directory.
      const bool open = mount.writable;
      return {open ? Shown::private_writable : self, open ? Shown::private_writable : Shown::absent,
              mount.step};
    }
    case From::null_device:
      return {mount.kind == There::socket ? Shown::masked_socket : Shown::masked,
              Shown::nothing_below, mount.step};
    case From::processes:
      return {Shown::processes, Shown::processes, mount.step};
    case From::devices:
      return {self, mount.writable ? Shown::private_writable : Shown::devices, mount.step};
    case From::host:
      break;
  }
  if (mount.devices_work) return {Shown::device, Shown::device, mount.step};
  if (mount.kind == There::directory) {
    return mount.writable ? Place{Shown::fixed_directory, Shown::writable, mount.step}
                          : Place{Shown::read_only, Shown::read_only, mount.step};
  }
  if (mount.kind == There::socket) return {Shown::socket, Shown::nothing_below, mount.step};
  return {mount.writable ? Shown::file_in_place : Shown::read_only, Shown::nothing_below,
          mount.step};
}

std::map<std::string, Place> MountTable::places() const {
  std::map<std::string, Place> places;
  for (const auto& [target, mount] : mounts_) places[target] = place_of(target, mount);
  for (const auto& [path, own] : own_) {
    if (places.contains(path)) continue;
    const Place around = place_of(cover(path)->first, cover(path)->second);
    const bool directory = own.kind == There::directory;
    Place& place = places[path];
    place.step = own.step;
    if (around.below == Shown::private_writable) {
      place.self = place.below = Shown::private_writable;
    } else if (own.kind == There::link) {
      place.self = Shown::link;
      place.below = Shown::nothing_below;
    } else {
      place.self = directory ? own_directory(own.mode) : Shown::absent;
      place.below = directory ? around.below : Shown::nothing_below;
    }
  }
  return places;
}

Shown MountTable::shown(const std::string& path) const {
  const auto at = cover(path);
  const Place place = place_of(at->first, at->second);
  if (at->first == path) return place.self;
  for (std::string up = path; up != at->first; up = above(up)) {
    const auto own = own_.find(up);
    if (own == own_.end()) continue;
    if (place.below == Shown::private_writable) return place.below;
    if (own->second.kind != There::directory) {
      return up == path && own->second.kind == There::link ? Shown::link : Shown::nothing_below;
    }
    return up == path ? own_directory(own->second.mode) : place.below;
  }
  return place.below;
}

size_t MountTable::step_at(const std::string& path) const {
  const auto own = own_.find(path);
  if (own != own_.end() && own->second.step != kNoStep) return own->second.step;
  return cover(path)->second.step;
}

}  // namespace sbxc::bwrap_read
