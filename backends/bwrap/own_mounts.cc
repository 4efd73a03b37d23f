#include "backends/bwrap/own_mounts.h"

#include <algorithm>
#include <array>

namespace sbxc::bwrap {
namespace {

constexpr auto kPlainDevices =
    std::to_array<std::string_view>({"null", "zero", "full", "random", "urandom", "tty"});

// Whose writing changes the machine, whoever owns the file. Those that a kernel has are covered.
constexpr auto kKernelControls = std::to_array<std::string_view>(
    {"acpi", "asound", "bus", "driver", "fs", "irq", "latency_stats", "mtrr", "scsi", "sys",
     "sysrq-trigger", "timer_stats"});

bool allows_any(const Node& node, Access least) {
  return node.self.access >= least || node.below.access >= least ||
         std::ranges::any_of(node.children,
                             [&](const Node& child) { return allows_any(child, least); });
}

Step made(StepKind kind, const std::string& path, const char* why, const Node& node) {
  Step step{.kind = kind, .target = path, .why = why, .rules = node.rules};
  if (kind == StepKind::bind || kind == StepKind::ro_bind || kind == StepKind::dev_bind) {
    step.source = path;
  }
  return step;
}

Rights rights_in(const Node& directory, std::string_view name) {
  for (const Node& child : directory.children) {
    if (child.name == name) return child.self;
  }
  return directory.below;
}

// A directory of this kind that the policy hides altogether.
OwnMounts hidden(const Node& node, Access around) {
  OwnMounts own;
  if (around == Access::none) return own;
  own.steps.push_back(made(StepKind::tmpfs, node.path, "hidden", node));
  own.steps.back().mode = 0755;
  own.modes.push_back(made(StepKind::permissions, node.path, "looked up, not listed", node));
  own.modes.back().mode = 0111;
  own.read_only.push_back(made(StepKind::read_only, node.path, "nothing is made here", node));
  return own;
}

bool is_plain(std::string_view name) {
  return std::ranges::find(kPlainDevices, name) != kPlainDevices.end();
}

// Devices that a rule names and that are not part of the sandbox's own.
void add_named_devices(const Node& directory, Access around, std::vector<Step>& steps) {
  for (const Node& child : directory.children) {
    const bool top = directory.path == "/dev";
    const bool own = top && (is_plain(child.name) || child.name == "ptmx" || child.name == "pts");
    if (own || child.kind == FileKind::missing || child.kind == FileKind::link) continue;
    if (top && child.name == "shm") continue;
    const Access access =
        child.kind == FileKind::directory ? child.below.access : child.self.access;
    if (access <= around) {
      add_named_devices(child, around, steps);
      continue;
    }
    const bool device = child.kind == FileKind::device || child.kind == FileKind::directory;
    const StepKind kind = device                    ? StepKind::dev_bind
                          : access == Access::write ? StepKind::bind
                                                    : StepKind::ro_bind;
    steps.push_back(made(kind, child.path, "a device that a rule names", child));
    steps.back().relies_on = child.kind;
  }
}

const Node* shared_memory(const Node& dev) {
  const auto found = std::ranges::find(dev.children, "shm", &Node::name);
  return found == dev.children.end() ? nullptr : &*found;
}

}  // namespace

OwnMounts own_devices(const Node& dev, Access around) {
  if (!allows_any(dev, Access::read)) return hidden(dev, around);
  OwnMounts own;
  own.steps.push_back(made(StepKind::dev, dev.path, "the sandbox's own devices", dev));
  for (const std::string_view name : kPlainDevices) {
    if (rights_in(dev, name).access != Access::none) continue;
    own.steps.push_back(made(StepKind::mask_file, join(dev.path, name), "hidden", dev));
  }
  if (rights_in(dev, "pts").access == Access::none &&
      rights_in(dev, "ptmx").access == Access::none) {
    own.steps.push_back(made(StepKind::tmpfs, "/dev/pts", "hidden", dev));
    own.steps.back().mode = 0111;
    own.read_only.push_back(made(StepKind::read_only, "/dev/pts", "nothing is made here", dev));
  }
  own.shared_memory = shared_memory(dev);
  if (rights_at(dev, "/shm/x").access == Access::write) {
    own.shared_shown = Access::write;
    own.steps.push_back(made(StepKind::tmpfs, "/dev/shm", "the sandbox's own shared memory", dev));
    own.steps.back().mode = 01777;
  } else if (own.shared_memory != nullptr && own.shared_memory->kind == FileKind::directory &&
             own.shared_memory->below.access > dev.below.access) {
    own.shared_shown = Access::read;
    own.steps.push_back(
        made(StepKind::ro_bind, "/dev/shm", "a device that a rule names", *own.shared_memory));
    own.steps.back().relies_on = FileKind::directory;
  }
  add_named_devices(dev, dev.below.access, own.steps);
  if (dev.self.access == Access::none) {
    own.modes.push_back(made(StepKind::permissions, dev.path, "looked up, not listed", dev));
    own.modes.back().mode = 0111;
  }
  own.read_only.push_back(made(StepKind::read_only, dev.path, "nothing is made here", dev));
  return own;
}

namespace {

// A directory of the kernel's of which the policy shows some names and not the others.
bool is_shown_in_part(const Node& directory) {
  return directory.kind == FileKind::directory && directory.below.access == Access::none &&
         directory.name.find_first_not_of("0123456789") != std::string::npos &&
         allows_any(directory, Access::read);
}

void mask_denied(const Node& directory, OwnMounts& own) {
  for (const Node& child : directory.children) {
    const bool whole = child.kind == FileKind::directory;
    if (child.kind == FileKind::link || child.kind == FileKind::missing) continue;
    if (is_shown_in_part(child)) continue;
    if (allows_any(child, Access::read)) {
      mask_denied(child, own);
    } else if (whole) {
      own.steps.push_back(made(StepKind::tmpfs, child.path, "hidden", child));
      own.steps.back().mode = 0111;
      own.read_only.push_back(made(StepKind::read_only, child.path, "nothing is made here", child));
    } else {
      own.steps.push_back(made(StepKind::mask_file, child.path, "hidden", child));
      own.steps.back().relies_on = child.kind;
    }
  }
}

void look_up_only(const Node& directory, OwnMounts& own) {
  if (directory.self.access != Access::none) return;
  own.modes.push_back(
      made(StepKind::permissions, directory.path, "looked up, not listed", directory));
  own.modes.back().mode = 0111;
}

void add_shown(const Node& directory, OwnMounts& own) {
  for (const Node& child : directory.children) {
    if (child.kind == FileKind::link || child.kind == FileKind::missing) continue;
    if (!allows_any(child, Access::read)) continue;
    if (is_shown_in_part(child)) {
      const size_t before = own.steps.size();
      add_shown(child, own);
      if (own.steps.size() == before) {  // nothing on it would make it
        own.steps.push_back(made(StepKind::tmpfs, child.path, "nothing in it is shown", child));
        own.steps.back().mode = 0755;
        own.read_only.push_back(
            made(StepKind::read_only, child.path, "nothing is made here", child));
      }
      look_up_only(child, own);
      continue;
    }
    own.steps.push_back(made(StepKind::ro_bind, child.path, "the kernel's, as a rule says", child));
    own.steps.back().relies_on = child.kind;
    mask_denied(child, own);
  }
}

// Empty, with what the policy shows on it.
void show_in_part(const Node& directory, OwnMounts& own) {
  own.steps.push_back(made(StepKind::tmpfs, directory.path, "hidden but for some", directory));
  own.steps.back().mode = 0755;
  add_shown(directory, own);
  look_up_only(directory, own);
  own.read_only.push_back(
      made(StepKind::read_only, directory.path, "nothing is made here", directory));
}

// Only some names are allowed: what the kernel shows beside them is hidden one by one. Numbers are
// the sandbox's own processes.
void mask_unnamed(const Node& proc, const FileSystemView& files, OwnMounts& own) {
  constexpr size_t kNames = 1000;
  for (const DirectoryEntry& entry :
       files.list("/proc", 100 * kNames).value_or(std::vector<DirectoryEntry>())) {
    const bool process = entry.name.find_first_not_of("0123456789") == std::string::npos;
    const bool known =
        std::ranges::find(proc.children, entry.name, &Node::name) != proc.children.end();
    if (process || known || entry.kind == FileKind::link) continue;
    const bool whole = entry.kind == FileKind::directory;
    own.steps.push_back(made(whole ? StepKind::tmpfs : StepKind::mask_file,
                             join("/proc", entry.name), "hidden", proc));
    if (!whole) continue;
    own.steps.back().mode = 0111;
    own.read_only.push_back(
        made(StepKind::read_only, join("/proc", entry.name), "nothing is made here", proc));
  }
}

void add_settings(const Node& node, OwnMounts& own) {
  if (node.self.access == Access::write || node.below.access == Access::write) {
    own.settings.push_back({node.path, node.rules});
  }
  for (const Node& child : node.children) add_settings(child, own);
}

}  // namespace

OwnMounts own_process_table(const Node& proc, Access around, const FileSystemView& files) {
  if (!allows_any(proc, Access::read)) return hidden(proc, around);
  OwnMounts own;
  own.steps.push_back(made(StepKind::proc, proc.path, "the sandbox's own processes", proc));
  if (allows_any(proc, Access::write)) {
    for (const std::string_view name : kKernelControls) {
      const std::string path = join("/proc", name);
      if (files.kind(path) == FileKind::missing) continue;
      const auto named = std::ranges::find(proc.children, name, &Node::name);
      if (named != proc.children.end()) {
        add_settings(*named, own);
        if (is_shown_in_part(*named)) continue;
      } else if (proc.below.access == Access::write) {
        own.settings.push_back({path, proc.rules});
      }
      own.steps.push_back(made(StepKind::ro_bind, path, "the kernel's settings", proc));
      own.steps.back().relies_on = files.kind(path);
    }
  } else {
    own.read_only.push_back(made(StepKind::read_only, proc.path, "no rule allows writing", proc));
  }
  mask_denied(proc, own);
  for (const Node& child : proc.children) {
    if (is_shown_in_part(child)) show_in_part(child, own);
  }
  if (proc.below.access == Access::none) mask_unnamed(proc, files, own);
  return own;
}

}  // namespace sbxc::bwrap
