#include "runtime/broker/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace sbxc::broker {

namespace {

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

constexpr size_t kPage = 4096;  // or more; reads never go past such a boundary at once
constexpr size_t kFirstRead = 256;

bool is_refusal(int error) { return error == EPERM || error == EACCES || error == ENOENT; }

ssize_t read_memory(pid_t pid, uint64_t address, void* to, size_t size) {
  const iovec here{to, size};
  const iovec there{reinterpret_cast<void*>(address), size};
  ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  if (got < 0 && (errno == EPERM || errno == EACCES)) {
    const Reading reading;
    got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  }
  return got;
}

// What stands behind `key` in its line.
std::string_view line_of(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find('\n'));
}

// The `place`th of numbers that blanks part, or the last one.
std::string nth_number(std::string_view line, size_t place) {
  std::string number;
  size_t seen = 0;
  while (!line.empty() && seen < place) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    number = line.substr(0, end);
    line.remove_prefix(end);
    ++seen;
  }
  return number;
}

}  // namespace

bool Target::waits() const {
  uint64_t id = notification_.id;
  return ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

Outcome Target::still_there() const { return waits() ? 0 : -ESRCH; }

Outcome Target::text(uint64_t address, std::string& out) const {
  out.clear();
  std::array<char, kPage> buffer;
  size_t wish = kFirstRead;
  while (out.size() < PATH_MAX) {
    const size_t to_boundary = kPage - address % kPage;
    const size_t size = std::min({wish, to_boundary, PATH_MAX - out.size()});
    const ssize_t got = read_memory(pid(), address, buffer.data(), size);
    if (got <= 0) return -EFAULT;
    const auto length = static_cast<size_t>(got);
    const void* end = memchr(buffer.data(), '\0', length);
    if (end != nullptr) {
      out.append(buffer.data(), static_cast<size_t>(static_cast<const char*>(end) - buffer.data()));
      return still_there();
    }
    out.append(buffer.data(), length);
    address += length;
    wish = kPage;
  }
  return -ENAMETOOLONG;
}

Outcome Target::bytes(uint64_t address, void* to, size_t size) const {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const size_t part = std::min(size, kPage - static_cast<size_t>(address % kPage));
    const ssize_t got = read_memory(pid(), address, at, part);
    if (got <= 0) return -EFAULT;
    const auto length = static_cast<size_t>(got);
    at += length;
    address += length;
    size -= length;
  }
  return still_there();
}

Outcome Target::open_proc(const std::string& path, int flags, Descriptor& out) const {
  const int processes = station_.processes.get();
  out = Descriptor(openat(processes, path.c_str(), flags | O_CLOEXEC));
  if (!out.is_open() && is_refusal(errno)) {
    const Reading reading;
    out = Descriptor(openat(processes, path.c_str(), flags | O_CLOEXEC));
  }
  return out.is_open() ? 0 : -errno;
}

Outcome Target::directory(Descriptor& out) const {
  const Outcome rc = open_proc(proc("cwd"), O_PATH | O_DIRECTORY, out);
  return rc < 0 ? rc : still_there();
}

Outcome Target::place_of(int descriptor, Descriptor& out) const {
  if (descriptor < 0) return -EBADF;
  const int processes = station_.processes.get();
  const std::string path = proc("fd/") + std::to_string(descriptor);
  out = Descriptor(openat(processes, path.c_str(), O_PATH | O_CLOEXEC));
  if (out.is_open()) return still_there();
  // A process that keeps to itself does not show its descriptors, but gives them.
  if (const Outcome rc = file_of(descriptor, out); rc < 0) return rc;
  const std::string own = "self/fd/" + std::to_string(out.get());
  Descriptor place(openat(processes, own.c_str(), O_PATH | O_CLOEXEC));
  if (!place.is_open()) return -errno;
  out = std::move(place);
  return 0;
}

Outcome Target::file_of(int descriptor, Descriptor& out) const {
  Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid(), PIDFD_THREAD)));
  if (!process.is_open() && errno == EINVAL) {
    // Before Linux 6.9 only a process can be asked: not one whose first thread has ended, and not a
    // thread's own table of descriptors, should it have one.
    Status its;
    if (const Outcome rc = status(its); rc < 0) return rc;
    process = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, its.group, 0)));
  }
  if (!process.is_open()) return -errno;
  out = Descriptor(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), descriptor, 0)));
  if (!out.is_open() && is_refusal(errno)) {
    const Reading reading;
    out = Descriptor(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), descriptor, 0)));
  }
  return out.is_open() ? still_there() : -errno;
}

Outcome Target::read_proc(const char* below, std::string& out) const {
  Descriptor file;
  if (const Outcome rc = open_proc(proc(below), O_RDONLY, file); rc < 0) return rc;
  out.resize(4 * kPage);  // many groups make a long status
  const ssize_t size = read(file.get(), out.data(), out.size());
  if (size < 0) return -errno;
  out.resize(static_cast<size_t>(size));
  return still_there();
}

Outcome Target::status(Status& out) const {
  std::string text;
  if (const Outcome rc = read_proc("status", text); rc < 0) return rc;
  // The first line is the command's to choose, but it has no line end in it.
  const std::string mask(line_of(text, "\nUmask:\t"));
  if (mask.empty()) return -EACCES;
  out.umask = static_cast<mode_t>(strtoul(mask.c_str(), nullptr, 8)) & 0777;
  out.group =
      static_cast<pid_t>(strtol(std::string(line_of(text, "\nTgid:\t")).c_str(), nullptr, 10));
  out.process = nth_number(line_of(text, "\nNStgid:"), station_.depth);
  out.thread = nth_number(line_of(text, "\nNSpid:"), station_.depth);
  return 0;
}

Outcome Target::terminal(dev_t& out) const {
  std::string text;
  if (const Outcome rc = read_proc("stat", text); rc < 0) return rc;
  // pid (name) state ppid pgrp session tty_nr; the name may hold anything.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return -EACCES;
  const std::string number = nth_number(std::string_view(text).substr(name_end + 1), 5);
  const auto packed = static_cast<uint32_t>(strtol(number.c_str(), nullptr, 10));
  out = makedev((packed >> 8U) & 0xfffU, (packed & 0xffU) | ((packed >> 12U) & 0xfff00U));
  if (packed == 0) out = 0;
  return 0;
}

Outcome Target::file_size_limit(uint64_t& out) const {
  rlimit limit{};
  if (prlimit(pid(), RLIMIT_FSIZE, nullptr, &limit) != 0) return -errno;
  out = limit.rlim_cur;
  return 0;
}

}  // namespace sbxc::broker
