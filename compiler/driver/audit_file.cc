#include "compiler/driver/audit_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"

namespace sbxc::driver {
namespace {

// The number in `/dev/fd/N`, beyond the command's three; -1: another path.
int given_descriptor(std::string_view path) {
  constexpr std::string_view kPlace = "/dev/fd/";
  if (!path.starts_with(kPlace)) return -1;
  path.remove_prefix(kPlace.size());
  int number = -1;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  const bool whole = error == std::errc() && end == path.data() + path.size();
  return whole && number > STDERR_FILENO ? number : -1;
}

}  // namespace

Result<bool> AuditFile::open(const std::string& path) {
  path_ = path;
  if (const int given = given_descriptor(path); given >= 0) {
    // Whoever starts sbxc may hand it a pipe: it is taken as it is, and nobody else gets it.
    file_.reset(fcntl(given, F_SETFD, FD_CLOEXEC) == 0 ? given : -1);
  } else {
    file_.reset(::open(path.c_str(),
                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  }
  struct stat facts {};
  const bool opened = file_ && fstat(file_.get(), &facts) == 0;
  const bool fit = opened && !S_ISDIR(facts.st_mode);
  if (fit) return true;
  Diagnostic d{Kind::cannot_write, {}, {}};
  d.message = fmt::format("`{}` cannot be written: {}", printable(path),
                          errno == ELOOP ? "it is a link" : std::strerror(errno));
  d.help = "name a file in a directory that you may write to, outside of what the command may";
  return tl::unexpected(std::move(d));
}

bool AuditFile::write(std::string_view lines) {
  if (!file_) return true;
  while (!lines.empty()) {
    const ssize_t put = ::write(file_.get(), lines.data(), lines.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      failure_ = fmt::format("`{}` cannot be written: {}", printable(path_), std::strerror(errno));
      return false;
    }
    lines.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

std::string audit_time() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(time.tv_sec),
                     time.tv_nsec / 1'000'000);
}

std::string audit_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbxc::driver
