// The words: how many bytes follow, then for each path what to do with it, its length, and it.
#include "runtime/launch/preparing.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace sbxc::launch {
namespace {

enum class What : uint32_t { file, directory, share };

struct Row {
  What what = What::file;
  uint32_t length = 0;
};

void put(std::string& bytes, What what, const std::string& path) {
  const Row row{what, static_cast<uint32_t>(path.size())};
  bytes.append(reinterpret_cast<const char*>(&row), sizeof(row));
  bytes += path;
}

bool receive_all(int socket, void* to, size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = read(socket, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

bool make_file(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file >= 0) close(file);
  return file >= 0;
}

void remove_file(const std::string& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0) {
    unlink(path.c_str());
  }
}

}  // namespace

bool send_wanted(int socket, const Launch& order) {
  std::string bytes(sizeof(uint64_t), '\0');
  for (const Preparation& one : order.before) {
    put(bytes, one.directory ? What::directory : What::file, one.path);
  }
  for (const std::string& path : order.shared) put(bytes, What::share, path);
  const uint64_t size = bytes.size() - sizeof(uint64_t);
  std::memcpy(bytes.data(), &size, sizeof(size));
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t sent = send(socket, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    left.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool receive_wanted(int socket, Wanted& wanted) {
  uint64_t size = 0;
  if (!receive_all(socket, &size, sizeof(size))) return false;
  std::string bytes(size, '\0');
  if (!receive_all(socket, bytes.data(), bytes.size())) return false;
  for (std::string_view left = bytes; left.size() >= sizeof(Row);) {
    Row row;
    std::memcpy(&row, left.data(), sizeof(row));
    left.remove_prefix(sizeof(row));
    std::string path(left.substr(0, row.length));
    left.remove_prefix(path.size());
    if (row.what == What::share) {
      wanted.shared.push_back(std::move(path));
    } else {
      wanted.before.push_back({std::move(path), row.what == What::directory});
    }
  }
  return true;
}

Prepared::Told Prepared::make(const Wanted& wanted) {
  Told told;
  for (uint32_t i = 0; i < wanted.before.size(); ++i) {
    const Preparation& one = wanted.before[i];
    int error = 0;
    if (one.directory) {
      error = directories_.emplace_back(one.path).error();
    } else if (make_file(one.path)) {
      files_.push_back(one.path);
    } else if (errno != EEXIST) {
      error = errno;
    }
    if (error != 0 && told.error == 0) told = {error, i};
  }
  for (const std::string& path : wanted.shared) share(path, directories_);
  return told;
}

void Prepared::remove() const {
  for (const std::string& file : files_) remove_file(file);
  for (size_t i = directories_.size(); i > 0; --i) directories_[i - 1].remove();
}

}  // namespace sbxc::launch
