// What the broker does for each family of calls: find, ask the judge, do it on what was found.
// Every function takes what was copied from the command once and returns what the call returns.
#pragma once

#include <errno.h>
#include <sys/types.h>

#include <string>
#include <string_view>

#include "runtime/broker/judge.h"
#include "runtime/broker/report_writer.h"
#include "runtime/broker/resolve.h"
#include "runtime/broker/target.h"
#include "runtime/broker/waiting.h"

namespace sbxc::broker {

// The notification has its answer, or somebody else gives it.
inline constexpr Outcome kAnswered = 1L << 62;

struct Context {
  int listener;
  const Station& station;
  Resolver resolver;
  Judge& judge;
  ReportWriter reports;
  ReportWriter misses;  // with room of its own, so that none of the others is left out for them
  Waiting waiting;
  bool sockets;
};

// A path of the command's beside the directory that it starts from.
struct Place {
  int directory;
  std::string path;
};

struct OpenRequest {
  Place place;
  int flags = 0;
  mode_t mode = 0;
};
Outcome open_file(Context& context, const Target& target, const OpenRequest& request);

Outcome make_directory(Context& context, const Target& target, const Place& place, mode_t mode);
struct Node {
  mode_t mode;
  dev_t device;
};
Outcome make_node(Context& context, const Target& target, const Place& place, const Node& node);
Outcome make_symlink(Context& context, const Target& target, const Place& place,
                     const std::string& text);
Outcome remove_name(Context& context, const Target& target, const Place& place, int flags);

struct Move {
  Place from;
  Place to;
  unsigned flags = 0;
};
Outcome rename_name(Context& context, const Target& target, const Move& move);
Outcome link_name(Context& context, const Target& target, const Move& move);

// An attribute of what is there: `apply` gets a path below the broker's working directory that
// leads to the very thing, and the thing.
enum class Follow { yes, no };
struct Change {
  Place place;
  Follow follow = Follow::yes;
  bool by_descriptor = false;  // place.directory itself; AT_EMPTY_PATH, or no path at all
};
template <typename Apply>
Outcome change(Context& context, const Target& target, const Change& request, Apply apply);
Outcome find_changeable(Context& context, const Target& target, const Change& request, Found& out);

Outcome bind_socket(Context& context, const Target& target);
Outcome connect_socket(Context& context, const Target& target);

// The command does not get this: tells it, and gives the errno. EACCES, or ENOENT where the command
// may see neither the thing nor its directory.
Outcome refuse(Context& context, const Target& target, Denied operation, const Found& found,
               std::string_view second = {});

// The command looked for what is not there, at `path`, and would not get it if it were: tells that.
// Gives nothing back, and takes as long whether the thing is there outside or not.
struct Miss {
  Denied operation;
  Unseen unseen;
  int error;
  std::string_view path;  // canonical as far as it is there
};
void tell_miss(Context& context, const Target& target, const Miss& miss);

// With the command's umask until it ends.
class Masked {
 public:
  explicit Masked(mode_t mask);
  ~Masked();
  Masked(const Masked&) = delete;
  Masked& operator=(const Masked&) = delete;
};
Outcome umask_of(const Target& target, mode_t& mask);

void answer(int listener, uint64_t id, Outcome outcome);
// Gives the command a descriptor of its own for `file`: the answer, or a negative errno. `file` is
// closed before the command goes on: a program that it writes and executes at once must not be busy
// (ETXTBSY) because it is still open here.
Outcome give(int listener, uint64_t id, Descriptor file, int flags);

std::string_view parent_of(std::string_view path);

template <typename Apply>
Outcome change(Context& context, const Target& target, const Change& request, Apply apply) {
  Found found;
  if (const Outcome rc = find_changeable(context, target, request, found); rc < 0) return rc;
  return apply(found.object.get(), Resolver::own_path(found.object)) == 0 ? 0 : -errno;
}

}  // namespace sbxc::broker
