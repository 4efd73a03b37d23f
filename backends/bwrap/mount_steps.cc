// From the access tree to mounts. Each node is emitted with what the mounts above already show at
// its place (`around`): nothing, the host read-only, or the host writable. A node that wants the
// same needs no mount, and so siblings that agree with their directory collapse into its one bind.
//
// A mount point cannot be renamed or removed, a directory above one can. So every directory between
// a writable bind and something protected in it is bound onto itself (a pin); nobody can move
// `.git` aside and make another. Pins come before what they pin: a bind shows the host's tree
// again and covers mounts made before it.
//
// Hidden directories are empty ones of mode 0111: names that are allowed below them can be looked
// up (law 7), nothing can be listed. Hidden files are /dev/null on a mount without devices: opening
// fails. Not here: /proc and /dev, see own_mounts.cc.
#include <algorithm>

#include "backends/bwrap/own_mounts.h"
#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {

std::string_view name_of(StepKind kind) {
  switch (kind) {
    case StepKind::bind:
      return "bind";
    case StepKind::ro_bind:
      return "ro_bind";
    case StepKind::dev_bind:
      return "dev_bind";
    case StepKind::tmpfs:
      return "tmpfs";
    case StepKind::directory:
      return "directory";
    case StepKind::mask_file:
      return "mask_file";
    case StepKind::link:
      return "link";
    case StepKind::proc:
      return "proc";
    case StepKind::dev:
      return "dev";
    case StepKind::permissions:
      return "permissions";
    case StepKind::read_only:
      return "read_only";
  }
  return {};
}

namespace {

class Emitter {
 public:
  Emitter(const FileSystemView& files, bool sockets_matter)
      : files_(files), sockets_matter_(sockets_matter) {}

  MountSteps run(const AccessTree& tree) {
    emit(tree.root, Access::none, result_.steps);
    result_.steps.insert(result_.steps.end(), modes_.begin(), modes_.end());
    result_.steps.insert(result_.steps.end(), read_only_.begin(), read_only_.end());
    prepare(tree.root);
    return std::move(result_);
  }

 private:
  using Steps = std::vector<Step>;

  static Step step(StepKind kind, const Node& node, std::string why) {
    Step made{.kind = kind, .target = node.path, .why = std::move(why), .rules = node.rules};
    if (kind == StepKind::bind || kind == StepKind::ro_bind) {
      made.source = node.path;
      made.if_exists = node.to_create || node.stand_in;
    }
    const bool tells = node.kind != FileKind::missing && !node.to_create && !node.stand_in;
    if (tells) made.relies_on = node.kind;
    return made;
  }

  static const char* readable(Access around) {
    return around == Access::write ? "not writable" : "readable";
  }

  void emit(const Node& node, Access around, Steps& out) {
    if (node.path == "/proc" || node.path == "/dev") {
      OwnMounts own =
          node.path == "/dev" ? own_devices(node, around) : own_process_table(node, around, files_);
      out.insert(out.end(), own.steps.begin(), own.steps.end());
      if (own.shared_memory != nullptr) {
        for (const Node& child : own.shared_memory->children) emit(child, own.shared_shown, out);
      }
      modes_.insert(modes_.end(), own.modes.begin(), own.modes.end());
      read_only_.insert(read_only_.end(), own.read_only.begin(), own.read_only.end());
      std::ranges::move(own.settings, std::back_inserter(result_.settings));
      return;
    }
    switch (node.kind) {
      case FileKind::link:
        emit_link(node, around, out);
        return;
      case FileKind::directory:
      case FileKind::missing:  // the parent of one that is made before the start
        emit_directory(node, around, out);
        return;
      case FileKind::file:
      case FileKind::socket:
      case FileKind::device:
      case FileKind::other:
        emit_file(node, around, out);
        return;
    }
  }

  static void emit_link(const Node& node, Access around, Steps& out) {
    const bool shown = node.self.access != Access::none || node.below.access != Access::none;
    if (around != Access::none || !shown || node.link_target.empty()) return;
    Step made = step(StepKind::link, node, "a link on this machine");
    made.source = node.link_target;
    out.push_back(std::move(made));
  }

  void emit_file(const Node& node, Access around, Steps& out) {
    Access want = node.self.access;
    std::string why = "hidden";
    if (node.kind == FileKind::socket && sockets_matter_) {
      // Reaching a socket takes no writable mount, and a read-only one does not prevent it.
      // But one that may not be written must not be removed either.
      const bool stays = around == Access::write && node.self.access != Access::write;
      want = !node.self.socket ? Access::none
             : stays           ? Access::read
                               : std::max(around, Access::read);
      why = "a socket that no rule allows";
    }
    if (want == around) return;
    switch (want) {
      case Access::none:
        out.push_back(step(StepKind::mask_file, node, why));
        return;
      case Access::read:
        out.push_back(step(StepKind::ro_bind, node, readable(around)));
        return;
      case Access::write:
        out.push_back(step(StepKind::bind, node, "writable"));
        if (node.kind == FileKind::file) result_.fixed_files.push_back({node.path, node.rules});
        return;
    }
  }

  void emit_directory(const Node& node, Access around, Steps& out) {
    // A missing directory is there only on the way to one that is made. It shows what is around it,
    // or nothing where it may not be listed itself.
    const bool way = node.kind == FileKind::missing;
    const Access want = !way                               ? node.below.access
                        : node.self.access == Access::none ? Access::none
                                                           : around;
    Steps below;
    for (const Node& child : node.children) emit(child, want, below);
    const bool used = !below.empty() || node.self.access != Access::none;
    if (node.path == "/") {
      emit_root(node, out);
    } else if (want == around) {
      const bool held = !below.empty() || node.pin || node.self.access != Access::write;
      if (want == Access::write && held) {
        out.push_back(
            step(StepKind::bind, node, "cannot be renamed: something below is protected"));
      } else if (want == Access::none && used) {
        emit_hollow(node, StepKind::directory, out);
      }
    } else if (want == Access::none) {
      emit_hollow(node, StepKind::tmpfs, out);
    } else if (want == Access::read) {
      out.push_back(step(StepKind::ro_bind, node, readable(around)));
    } else {
      out.push_back(step(StepKind::bind, node, "writable"));
    }
    out.insert(out.end(), below.begin(), below.end());
  }

  void emit_root(const Node& node, Steps& out) {
    if (node.below.access == Access::none) {
      // bubblewrap's root is an empty tmpfs to begin with.
      close(node);
      read_only_.push_back(
          {.kind = StepKind::read_only, .target = "/", .why = "nothing is made here"});
      return;
    }
    const bool writable = node.below.access == Access::write;
    out.push_back(step(writable ? StepKind::bind : StepKind::ro_bind, node,
                       writable ? "writable" : "readable"));
  }

  // An empty directory in which only allowed names appear.
  void emit_hollow(const Node& node, StepKind kind, Steps& out) {
    const bool mask = kind == StepKind::tmpfs;
    Step made = step(kind, node, mask ? "hidden" : "above something allowed");
    made.mode = 0755;
    out.push_back(std::move(made));
    close(node);
    if (!mask) return;
    read_only_.push_back(
        {.kind = StepKind::read_only, .target = node.path, .why = "nothing is made here"});
  }

  // Modes are set at the end: until then bubblewrap itself makes mount points below.
  void close(const Node& node) {
    if (node.self.access != Access::none) return;
    modes_.push_back({.kind = StepKind::permissions,
                      .target = node.path,
                      .mode = 0111,
                      .why = "looked up, not listed"});
  }

  static bool is_prepared(const Node& node) { return node.to_create || node.stand_in; }
  static bool holds_prepared(const Node& node) {
    return std::ranges::any_of(node.children, [](const Node& child) {
      return is_prepared(child) || holds_prepared(child);
    });
  }

  void prepare(const Node& node) {
    const bool above = node.kind == FileKind::missing && holds_prepared(node);
    if (is_prepared(node) || above) {
      result_.before.push_back({.path = node.path,
                                .directory = node.kind != FileKind::file,
                                .stand_in = node.stand_in,
                                .rules = node.rules});
    }
    for (const Node& child : node.children) prepare(child);
  }

  const FileSystemView& files_;
  bool sockets_matter_;
  MountSteps result_;
  Steps modes_;
  Steps read_only_;
};

}  // namespace

MountSteps mount_steps(const AccessTree& tree, const FileSystemView& files, bool sockets_matter) {
  return Emitter(files, sockets_matter).run(tree);
}

}  // namespace sbxc::bwrap
