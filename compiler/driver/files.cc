#include "compiler/driver/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compiler/diag/printable.h"

namespace sbxc::driver {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Diagnostic> failure(Kind kind, const char* what, const std::string& path,
                                   int error) {
  return tl::unexpected(Diagnostic{
      kind, {}, fmt::format("cannot {} `{}`: {}", what, printable(path), std::strerror(error))});
}

tl::unexpected<Diagnostic> too_large(const std::string& path, size_t limit) {
  Diagnostic d{Kind::file_too_large, {}, {}};
  d.message = fmt::format("`{}` is larger than {} MiB", printable(path), limit >> 20);
  d.help =
      "a policy is a page or two; long lists of hosts belong in a list file: "
      "`let blocked = hosts \"list.txt\"`";
  return tl::unexpected(std::move(d));
}

Result<bool> write_all(int fd, const std::string& bytes, const std::string& path) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(Kind::cannot_write, "write", path, errno);
    done += static_cast<size_t>(n);
  }
  return true;
}

// Into a device or a pipe, which another file in its place would not be.
Result<bool> write_in_place(const std::string& path, const std::string& bytes) {
  const Descriptor fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0) return failure(Kind::cannot_write, "write", path, errno);
  return write_all(fd.get(), bytes, path);
}

// A file under a temporary name that vanishes unless it is renamed into place.
class Pending {
 public:
  explicit Pending(std::string path)
      : path_(std::move(path)), temporary_(fmt::format("{}.{}.tmp", path_, getpid())) {}
  ~Pending() {
    if (!placed_ && written_) unlink(temporary_.c_str());
  }
  Pending(Pending&& other) noexcept
      : path_(std::move(other.path_)),
        temporary_(std::move(other.temporary_)),
        written_(std::exchange(other.written_, false)),
        placed_(other.placed_) {}
  Pending& operator=(Pending&&) = delete;

  Result<bool> write_bytes(const std::string& bytes, mode_t mode) {
    // O_EXCL: a link planted under the temporary name must not be followed.
    const Descriptor fd(
        open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd.get() < 0) return failure(Kind::cannot_write, "write", path_, errno);
    written_ = true;
    if (auto result = write_all(fd.get(), bytes, path_); !result) return result;
    return true;
  }
  Result<bool> place() {
    if (rename(temporary_.c_str(), path_.c_str()) != 0) {
      return failure(Kind::cannot_write, "write", path_, errno);
    }
    placed_ = true;
    return true;
  }

 private:
  std::string path_;
  std::string temporary_;
  bool written_ = false;
  bool placed_ = false;
};

// Whether the file is there with these bytes and nobody else can change it: then it is kept, which
// costs a tenth of replacing it. Its time is renewed for those who go by it.
bool keep_if_same(const std::string& path, const std::string& bytes) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat facts {};
  if (fd.get() < 0 || fstat(fd.get(), &facts) != 0) return false;
  const bool own = S_ISREG(facts.st_mode) && facts.st_uid == geteuid() && facts.st_nlink == 1 &&
                   (facts.st_mode & 0022U) == 0;
  if (!own || static_cast<uint64_t>(facts.st_size) != bytes.size()) return false;
  std::string there(bytes.size(), '\0');
  size_t done = 0;
  while (done < there.size()) {
    const ssize_t n = read(fd.get(), there.data() + done, there.size() - done);
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return there == bytes && futimens(fd.get(), nullptr) == 0;
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t limit) {
  const bool standard_input = path == "-";
  const Descriptor fd(standard_input ? STDIN_FILENO
                                     : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0) return failure(Kind::cannot_read, "read", path, errno);
  struct stat facts {};
  if (fstat(fd.get(), &facts) != 0) return failure(Kind::cannot_read, "read", path, errno);
  if (S_ISDIR(facts.st_mode)) return failure(Kind::cannot_read, "read", path, EISDIR);
  std::string text;
  if (S_ISREG(facts.st_mode)) {
    if (static_cast<uint64_t>(facts.st_size) > limit) return too_large(path, limit);
    text.reserve(static_cast<size_t>(facts.st_size) + 1);
  }
  char buffer[65536];
  for (;;) {
    const ssize_t n = read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(Kind::cannot_read, "read", path, errno);
    if (n == 0) return text;
    if (text.size() + static_cast<size_t>(n) > limit) return too_large(path, limit);
    text.append(buffer, static_cast<size_t>(n));
  }
}

Result<bool> write_artifacts(const std::string& directory, const std::vector<Artifact>& artifacts) {
  const bool created = mkdir(directory.c_str(), 0777) == 0;
  if (!created && errno != EEXIST) {
    return failure(Kind::cannot_write, "create the directory", directory, errno);
  }
  struct stat facts {};
  if (stat(directory.c_str(), &facts) == 0 && !S_ISDIR(facts.st_mode)) {
    Diagnostic d{Kind::output_is_not_a_directory, {}, {}};
    d.message = fmt::format("the output `{}` is not a directory", printable(directory));
    d.help = "name a directory after -o, or `-o -` for one artifact on standard output";
    return tl::unexpected(std::move(d));
  }
  std::vector<Pending> pending;
  for (const Artifact& artifact : artifacts) {
    const std::string path = directory + "/" + artifact.file;
    if (!created && keep_if_same(path, artifact.bytes)) continue;
    pending.emplace_back(path);
    if (auto written = pending.back().write_bytes(artifact.bytes, 0666); !written) {
      pending.clear();
      if (created) rmdir(directory.c_str());
      return written;
    }
  }
  for (Pending& file : pending) {
    if (auto placed = file.place(); !placed) return placed;
  }
  return true;
}

Result<bool> may_write_file(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode)) return failure(Kind::cannot_write, "write", path, EISDIR);
    if (!S_ISREG(facts.st_mode)) return true;
  }
  return Pending(path).write_bytes({}, 0600);
}

Result<bool> write_file(const std::string& path, const std::string& bytes) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0) return replace_file(path, bytes);
  Pending file(path);
  if (auto written = file.write_bytes(bytes, 0666); !written) return written;
  return file.place();
}

Result<bool> replace_file(const std::string& path, const std::string& bytes) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return failure(Kind::cannot_write, "write", path, errno);
  if (!S_ISREG(facts.st_mode)) return write_in_place(path, bytes);
  Pending file(path);
  if (auto written = file.write_bytes(bytes, facts.st_mode & 0777U); !written) return written;
  return file.place();
}

}  // namespace sbxc::driver
