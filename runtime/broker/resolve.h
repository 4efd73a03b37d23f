// From a path as the command wrote it to the place it names now: a descriptor of its directory and
// the last name, and the canonical path that decides. What is decided upon is held open, so moving
// things about afterwards leads nowhere else; where it is looked at to be read (Last::plain), the
// caller opens it by the very path that decided, no link allowed.
//
// Three ways: the kernel walks to the thing itself, no link allowed, or to its directory, each in
// one call (openat2); or, where that meets a link of /proc or an error, we do it component by
// component, O_PATH and O_NOFOLLOW, following every link ourselves. `/proc/self`,
// `/proc/thread-self` are the command's there, and links that lead to an open file, a directory or
// a program (`/proc/PID/fd/N`, cwd, root, exe) are followed to the thing itself, which is judged by
// its own name.
//
// A directory that the command merely holds (as a descriptor, by being in it, behind such a link)
// may be of another mount namespace, or moved out of its mount; its path as the kernel tells it
// would then be a lie. So it counts only when the same place is found again from our root.
#pragma once

#include <sys/stat.h>

#include <array>
#include <string>
#include <string_view>

#include "runtime/broker/target.h"

namespace sbxc::broker {

enum class Last {
  leave,  // the last name is not looked at: its directory is what matters
  plain,  // as leave; but if no link is on the way, the thing itself is found and not its directory
  look,   // looked up, a link is itself
  follow,  // links are followed
};

struct Found {
  Descriptor directory{};  // of the last name; none where only `object` is known
  std::string name{};      // empty: `object` is it; with `type`: the whole way from `directory`
  Descriptor object{};     // O_PATH; what is there, with Last::look and follow
  std::string path{};      // canonical; empty: nothing in the sandbox's tree (a pipe, a memfd)
  bool slash = false;      // written with a slash at the end: a directory is meant
  mode_t type = 0;         // what `object` is, found with Last::plain without its directory
  // Where there is no way: what was wanted, canonical as far as the way went. Empty: not known.
  std::string wanted{};
  // Reached through /proc/self/fd/N of the command: that number, else -1.
  int own_descriptor = -1;

  bool exists() const { return object.is_open(); }
};

inline constexpr int kMaxLinks = 40;

class Resolver {
 public:
  explicit Resolver(const Station& station) : station_(station) {}

  // `directory` as in openat(): a descriptor of the command's or AT_FDCWD. With Last::leave, plain
  // and -ENOENT `out.path` may tell what was wanted, by its letters; no link was on the way.
  Outcome find(const Target& target, int directory, const std::string& path, Last last,
               Found& out) const;
  // What a descriptor of the command's (or AT_FDCWD) stands for, as an object.
  Outcome of_descriptor(const Target& target, int descriptor, Found& out) const;
  // Where a link text leads that stands in `directory` of ours.
  Outcome find_from(const Target& target, const Descriptor& directory, const std::string& text,
                    Found& out) const;

  // Of a descriptor of ours, as the kernel tells it.
  Outcome path_of(int descriptor, std::string& out) const;
  static std::string own_path(const Descriptor& descriptor);  // below the working directory

 private:
  struct Walk;

  Outcome start(const Target& target, int directory, Descriptor& out, std::string& path) const;
  Outcome plain(const Descriptor& start, const std::string& start_path, const std::string& path,
                Found& out) const;
  enum class Links { unknown, on_the_way };
  Outcome fast(const Descriptor& start, const std::string& start_path, const std::string& path,
               Links links, Found& out) const;
  Outcome slow(const Target& target, const Descriptor& start, const std::string& path, Last last,
               Found& out) const;
  Outcome step(const Target& target, Walk& walk) const;
  Outcome follow(const Target& target, Walk& walk, Descriptor link, bool is_last) const;
  Outcome follow_magic(Walk& walk, bool is_last) const;
  Outcome own_number(const Target& target, bool thread, std::string& text) const;
  Outcome keep_out_of_ourselves(const Found& found) const;
  Outcome finish(Walk& walk) const;
  std::string wanted_by(const Walk& walk) const;
  // -ENOENT: not in our tree.
  Outcome verify(const Descriptor& held, const std::string& path) const;

  bool may_be_proc(const Descriptor& object, dev_t device) const;

  // A directory that was found again from our root. The same place on the same mount, with the same
  // name, is so still: a name that changes is told, and the sandbox's mounts stay as they are.
  struct Start {
    Start() = default;
    Start(const struct statx& facts, std::string_view its_path);
    bool is(const struct statx& facts, std::string_view its_path) const;
    bool known = false;
    uint64_t inode = 0;
    uint64_t mount = 0;
    dev_t device = 0;
    std::string path{};
  };

  const Station& station_;
  mutable Start last_start_{};  // commands that work in one directory ask for it again and again
  // File systems that were seen not to be one, and the next to give way.
  mutable std::array<dev_t, 8> not_proc_{};
  mutable size_t oldest_ = 0;
};

bool is_link(const Descriptor& object);
std::string below(std::string_view directory, std::string_view name);

}  // namespace sbxc::broker
