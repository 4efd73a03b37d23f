// A walk of the directory as it is now, cut off wherever the decisions say that nothing below can
// matter. Memory is bounded by depth, time by the number of entries.
#include "runtime/broker/below.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "runtime/broker/symlink_doors.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

constexpr size_t kMostEntries = 500'000;
constexpr int kMostDepth = 200;  // each level holds a descriptor

struct Closer {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Listing = std::unique_ptr<DIR, Closer>;

class Below {
 public:
  Below(Judge& judge, SocketNames sockets, Refusal& refusal)
      : judge_(judge), sockets_(sockets), refusal_(refusal) {}

  // `from` and `to` are the names of the directory that stands as `name` in `at`.
  Outcome directory(int at, const std::string& name, const std::string& from, const std::string& to,
                    int depth);

 private:
  Outcome entry(int at, const std::string& name, const std::string& from, const std::string& to,
                int depth);
  Outcome no(int error, const std::string& path) {
    refusal_ = {error, path};
    return -error;
  }

  Judge& judge_;
  SocketNames sockets_;
  Refusal& refusal_;
  size_t entries_ = 0;
};

bool nothing_matters(Judge& judge, const std::string& from, const std::string& to) {
  return judge.writable_below(from) && judge.writable_below(to) &&
         judge.no_gain_below(from, to, kAllRights);
}

Outcome Below::directory(int at, const std::string& name, const std::string& from,
                         const std::string& to, int depth) {
  // Nobody tells by their names alone which sockets could be below.
  if (sockets_ == SocketNames::do_not && nothing_matters(judge_, from, to)) return 0;
  if (depth > kMostDepth) return no(EXDEV, from);
  const int number =
      openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (number < 0) return no(EXDEV, from);  // what is in there cannot be told
  const Listing listing(fdopendir(number));
  if (!listing) {
    close(number);
    return no(EXDEV, from);
  }
  for (;;) {
    errno = 0;
    const dirent* next = readdir(listing.get());
    if (next == nullptr) return errno == 0 ? 0 : no(EXDEV, from);
    const std::string entry_name = next->d_name;
    if (entry_name == "." || entry_name == "..") continue;
    if (++entries_ > kMostEntries) return no(EXDEV, from);
    const Outcome rc =
        entry(number, entry_name, below(from, entry_name), below(to, entry_name), depth);
    if (rc < 0) return rc;
  }
}

Outcome Below::entry(int at, const std::string& name, const std::string& from,
                     const std::string& to, int depth) {
  const Rights here = judge_.at(from);
  const Rights there = judge_.at(to);
  if (!here.write) return no(EACCES, from);
  if (!there.write) return no(EACCES, to);
  if (!here.holds(there)) return no(EXDEV, to);
  struct stat info {};
  if (fstatat(at, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return no(EXDEV, from);
  if (S_ISDIR(info.st_mode)) return directory(at, name, from, to, depth + 1);
  if (gains_socket(judge_, sockets_, info, from, to)) return no(EACCES, to);
  if (!S_ISLNK(info.st_mode)) return 0;
  std::string text;
  if (link_text(at, name, text) < 0) return no(EXDEV, from);
  return may_lead_by_text(judge_, to, text) ? 0 : no(EACCES, to);
}

}  // namespace

Outcome link_text(int directory, const std::string& name, std::string& out) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = readlinkat(directory, name.c_str(), buffer.data(), buffer.size());
  if (size < 0) return -errno;
  out.assign(buffer.data(), static_cast<size_t>(size));
  return 0;
}

bool gains_socket(Judge& judge, SocketNames sockets, const struct stat& info,
                  const std::string& from, const std::string& to) {
  return sockets == SocketNames::matter && S_ISSOCK(info.st_mode) && judge.socket(to) &&
         !judge.socket(from);
}

Outcome may_move_below(Judge& judge, const Found& from, const Found& to, const struct stat& info,
                       SocketNames sockets, Refusal& refusal) {
  if (!protections::is_on(protections::Protection::broker_moves_below)) return 0;
  if (!judge.at(from.path).holds(judge.at(to.path))) {
    refusal = {EXDEV, to.path};
    return -EXDEV;
  }
  if (gains_socket(judge, sockets, info, from.path, to.path)) {
    refusal = {EACCES, to.path};
    return -EACCES;
  }
  if (!S_ISDIR(info.st_mode)) return 0;
  return Below(judge, sockets, refusal)
      .directory(from.directory.get(), from.name, from.path, to.path, 0);
}

}  // namespace sbxc::broker
