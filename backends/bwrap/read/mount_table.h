// What bubblewrap makes of a list of steps, in order: which mount is seen at which path, and what
// lies in the file systems that are the sandbox's own.
//
// As bubblewrap 0.8 does it: a later mount hides what earlier ones put at its target and below;
// binds are recursive, `ro` and `remount-ro` are per mount; a missing mount point, and directories
// above it, are made (mode 0755), on the host too if that is what is seen there and writable;
// nothing but dev-bind lets devices be opened; /proc and /dev are the sandbox's own. Not modelled:
// file modes and owners of the host, and mounts of the host that are read-only themselves; both
// only take away.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backends/bwrap/read/file_facts.h"
#include "backends/bwrap/read/plan.h"

namespace sbxc::bwrap_read {

// What a command finds at a path. The mount alone says so, whether or not a file is there now.
enum class Shown : uint8_t {
  absent,            // a name in an empty directory of the sandbox's own
  masked,            // a file that cannot be opened
  looked_up,         // an own directory that cannot be listed
  listed,            // an own directory that can
  read_only,         // this machine's, read-only
  writable,          // this machine's
  file_in_place,     // a file of this machine that can be changed, not replaced
  fixed_directory,   // a directory of this machine that cannot be renamed or removed
  private_writable,  // the sandbox's own memory
  processes,         // /proc: its own processes
  devices,           // /dev: its own devices
  device,            // a device of this machine
  socket,            // a unix socket of this machine
  masked_socket,     // one that is hidden
  link,              // a link of the sandbox's own: no canonical path
  nothing_below,     // below what is no directory
};
std::string_view words_for(Shown shown);

struct Place {  // what is shown at a path and at those below it
  Shown self{};
  Shown below{};
  size_t step = 0;
};

struct Trouble {  // what bubblewrap would refuse, or would do to the host
  size_t step = 0;
  std::string what;
};

inline constexpr size_t kNoStep = static_cast<size_t>(-1);

class MountTable {
 public:
  MountTable(const std::vector<Step>& steps, const FileFacts& facts);

  const std::vector<Trouble>& troubles() const { return troubles_; }
  // Every path at which something else is shown than above it; "/" is one.
  std::map<std::string, Place> places() const;

  Shown shown(const std::string& path) const;
  size_t step_at(const std::string& path) const;  // that decides `path`; kNoStep: the empty root
  // Where on this machine what is seen at `path` lies; nothing when it is the sandbox's own.
  std::optional<std::string> host_path(const std::string& path) const;

 private:
  enum class From : uint8_t { host, memory, null_device, processes, devices };
  struct Mount {
    From from{};
    std::string source;
    bool writable = false;
    bool devices_work = false;
    There kind = There::directory;
    size_t step = kNoStep;
  };
  struct Own {
    There kind{};
    uint32_t mode = 0;
    std::string says;
    size_t step = kNoStep;
  };

  void apply(const Step& step, size_t index);
  void bind(const Step& step, size_t index);
  void link(const Step& step, size_t index);
  void change_mode(const Step& step, size_t index);
  void make_read_only(const Step& step, size_t index);
  void mount(const std::string& target, Mount mount);
  // Makes what is missing, as bubblewrap does. False when it cannot.
  bool make(const std::string& path, There kind, uint32_t mode, size_t index);
  There inside(const std::string& path) const;
  std::map<std::string, Mount>::const_iterator cover(const std::string& path) const;
  Place place_of(const std::string& target, const Mount& mount) const;
  void trouble(size_t index, std::string what) { troubles_.push_back({index, std::move(what)}); }

  const FileFacts& facts_;
  std::map<std::string, Mount> mounts_;  // those that are seen, by target
  std::map<std::string, Own> own_;       // names in the sandbox's own file systems
  std::vector<Trouble> troubles_;
};

}  // namespace sbxc::bwrap_read
