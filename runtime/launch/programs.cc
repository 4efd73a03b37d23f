#include "runtime/launch/programs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace sbxc::launch {
namespace {

constexpr const char* kPlaces[] = {"/usr/bin", "/bin", "/usr/local/bin"};

// In a user namespace that does not map it, root's files show this owner.
constexpr uid_t kUnmapped = 65534;

bool only_roots(const struct stat& facts) {
  return (facts.st_uid == 0 || facts.st_uid == kUnmapped) &&
         (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// Of the directory as it is reached, links on the way included.
bool directories_are_roots(const std::string& place) {
  for (size_t end = place.size(); end != std::string::npos; end = place.rfind('/', end - 1)) {
    struct stat facts {};
    const std::string directory = end == 0 ? "/" : place.substr(0, end);
    if (stat(directory.c_str(), &facts) != 0 || !only_roots(facts)) return false;
    if (end == 0) break;
  }
  return true;
}

}  // namespace

Result<Program> find_bubblewrap() {
  Failure doubtful;
  for (const char* place : kPlaces) {
    Program program{std::string(place) + "/bwrap", Descriptor()};
    program.file.reset(open(program.path.c_str(), O_PATH | O_CLOEXEC));
    if (!program.file) continue;
    struct stat facts {};
    const bool usable = fstat(program.file.get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
                        only_roots(facts) && directories_are_roots(place);
    if (usable) return program;
    doubtful.message = "`" + program.path +
                       "` is not used: it, or a directory above it, can be written by others than "
                       "root";
  }
  if (!doubtful.message.empty()) {
    doubtful.status = kCannotEnforce;
    doubtful.no_namespaces = true;
    doubtful.help = "install bubblewrap from your distribution's packages";
    return tl::unexpected(std::move(doubtful));
  }
  return tl::unexpected(
      Failure{.status = kCannotEnforce,
              .message = "bubblewrap is not installed: no `bwrap` in /usr/bin, /bin or "
                         "/usr/local/bin",
              .help = "install your distribution's package `bubblewrap`; `sbxc doctor` tells what "
                      "else is missing",
              .no_namespaces = true});
}

}  // namespace sbxc::launch
