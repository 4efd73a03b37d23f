// /proc and /dev: the sandbox's own, never this machine's.
//
// /proc shows the sandbox's processes alone and is read-only unless the policy lets something in it
// be written; even then the kernel's settings are not (a root user could set core_pattern by file
// mode alone), and where only some of them may be read, the others are not there. /dev has the
// devices that hold no data and a terminal multiplexer of its own; others come in one by one where
// a rule names them. Either is there only if the policy lets something in it be read.
#pragma once

#include <vector>

#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {

struct OwnMounts {
  std::vector<Step> steps;
  std::vector<Step> modes;          // to be set at the end
  std::vector<Step> read_only;      // to be made so after that
  std::vector<FixedFile> settings;  // of the kernel, which the policy lets be written: read-only
  // /dev/shm holds files like any other directory: what rules say of names in it is for whoever
  // mounts those. Nothing: no rule speaks of it.
  const Node* shared_memory = nullptr;
  Access shared_shown = Access::none;  // what is shown at its names now
};

OwnMounts own_devices(const Node& dev, Access around);
OwnMounts own_process_table(const Node& proc, Access around, const FileSystemView& files);

}  // namespace sbxc::bwrap
