// Every file holds a secret of its own and every variable too: reading is shown by the secret, by
// nothing that the inside could know otherwise. A directory is read by its names, so it has a file
// whose name is the secret. What is executed can be executed and not read.
#include "conformance/requests/trial_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include "conformance/requests/listeners.h"
#include "conformance/requests/tiny_program.h"
#include "conformance/suite/stage.h"
#include "conformance/suite/tree_removal.h"

namespace sbxc::conform {

namespace {

constexpr mode_t kChangedMode = 0751;  // what `change` gives a directory

bool is_about_files(Form form) {
  return form != Form::env && form != Form::connect && form != Form::listen;
}

// 0 what is there, 1 what is not there yet, 2 programs. Where the command is to listen, nobody else
// may.
size_t tree_of(Form form) {
  if (form == Form::make || form == Form::bind || form == Form::listen) return 1;
  return form == Form::exec ? 2 : 0;
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// From the nearest upwards, for most are there.
bool make_directories(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0) return true;
  if (errno == ENOENT && path.find('/', 1) != std::string::npos) {
    if (!make_directories(parent_of(path))) return false;
    if (mkdir(path.c_str(), 0755) == 0) return true;
  }
  struct stat there {};
  return errno == EEXIST && stat(path.c_str(), &there) == 0 && S_ISDIR(there.st_mode);
}

bool write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      fchmod(fd, mode) == 0;
  close(fd);
  return written;
}

std::string beginning_of(const std::string& path) {
  std::array<char, 4096> bytes{};
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t n = read(fd, bytes.data(), bytes.size());
  close(fd);
  return {bytes.data(), static_cast<size_t>(std::max<ssize_t>(n, 0))};
}

bool contains(const std::string& text, const std::string& part) {
  return !part.empty() && text.find(part) != std::string::npos;
}

}  // namespace

std::vector<Part> parts_of(const std::vector<Trial>& trials) {
  std::array<Part, 3> trees;
  for (size_t i = 0; i < trials.size(); ++i) trees[tree_of(trials[i].form)].push_back(i);
  // What is read is read before anything is changed.
  const auto changes = [&](size_t i) { return trials[i].form == Form::change; };
  std::stable_partition(trees[0].begin(), trees[0].end(), [&](size_t i) { return !changes(i); });
  std::vector<Part> parts;
  for (Part& part : trees) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

TrialTree::TrialTree(const std::vector<Trial>& trials, const Part& part, const Ground& ground,
                     std::string_view probe)
    : trials_(trials),
      part_(part),
      ground_(ground),
      secrets_(part.size()),
      untried_(part.size()),
      contacted_(part.size()),
      environment_(ground.environment) {
  make_places(probe);
  if (!fault_.empty()) return;
  for (size_t i = 0; i < part.size(); ++i) {
    if (!is_about_files(trial(i).form) || !is_below_root(trial(i).target)) continue;
    const std::string& path = trial(i).target;
    for (std::string up = parent_of(path); up.size() > ground.root.size(); up = parent_of(up)) {
      if (!is_directory_.emplace(up, true).second) break;
    }
  }
  for (size_t i = 0; i < part.size(); ++i) make(i);
}

TrialTree::~TrialTree() {
  for (const auto& [fd, trial] : listeners_) close(fd);
}

bool TrialTree::is_below_root(const std::string& path) const {
  return path.starts_with(ground_.root + "/") || path == ground_.root;
}

void TrialTree::make_places(std::string_view probe) {
  for (const std::string& directory : ground_.directories) remove_tree(directory);
  // What an earlier run has made beside them: each part of the list is of this root.
  std::set<std::string> tops;
  for (const Trial& one : trials_) {
    if (!is_about_files(one.form) || !one.target.starts_with(ground_.root + "/")) continue;
    tops.insert(one.target.substr(0, one.target.find('/', ground_.root.size() + 1)));
  }
  for (const std::string& top : tops) {
    if (top != ground_.root + "/adapter") remove_tree(top);
  }
  for (const std::string& directory : ground_.directories) make_directories(directory);
  for (const std::string& directory : ground_.directories) is_directory_.emplace(directory, true);
  if (!make_directories(parent_of(ground_.program)) || !write_file(ground_.program, probe, 0755)) {
    fault_ = "the probe program cannot be put at `" + ground_.program + "`";
  }
}

void TrialTree::make(size_t i) {
  const Trial& one = trial(i);
  secrets_[i] = Stage::random_hex();
  switch (one.form) {
    case Form::env: {
      std::string& value = environment_[one.target];
      // What programs need to find their way stays as it is where it is telling enough.
      if (one.target == "PATH") {
        value += ":/nonexistent/" + secrets_[i];
      } else if (value.empty()) {
        value = secrets_[i];
      } else {
        secrets_[i] = value;
      }
      return;
    }
    case Form::connect:
      return listen_at(i);
    case Form::listen:
      return;
    case Form::read:
    case Form::change:
    case Form::make:
    case Form::bind:
    case Form::socket:
    case Form::exec:
      break;
  }
  if (one.target.starts_with("@")) {
    if (one.form == Form::socket) return listen_at(i);
    untried_[i] = "nothing outside shows who has made an abstract socket";
    return;
  }
  if (is_below_root(one.target)) return make_file(i);
  if (one.form == Form::read) return read_outside(i);
  if (one.form == Form::exec) return;
  untried_[i] = "it is not below what the suite may write";
}

void TrialTree::make_file(size_t i) {
  const Trial& one = trial(i);
  const std::string& path = one.target;
  const bool directory = is_directory_.contains(path) || path == ground_.root;
  if (path == ground_.program) {
    untried_[i] = "the probe program stands there";
    return;
  }
  if (!make_directories(directory ? path : parent_of(path))) {
    untried_[i] = "its directories cannot be made";
    return;
  }
  switch (one.form) {
    case Form::read:
    case Form::change: {
      const auto [known, fresh] = file_secrets_.try_emplace(path, secrets_[i]);
      secrets_[i] = known->second;
      const std::string file = directory ? path + "/" + known->second : path;
      if (fresh && !write_file(file, directory ? "" : known->second, 0644)) {
        untried_[i] = std::string("it cannot be made: ") + std::strerror(errno);
      }
      return;
    }
    case Form::make:
    case Form::bind:
      if (directory) untried_[i] = "something is tried below it, so it is there already";
      if (one.form == Form::bind && path.size() > kLongestSocket) {
        untried_[i] = "its path is too long for a socket";
      }
      return;
    case Form::socket:
      if (directory) untried_[i] = "something is tried below it, so it is a directory";
      return untried_[i].empty() ? listen_at(i) : void();
    case Form::exec:
      if (directory) {
        untried_[i] = "something is tried below it, so it is a directory";
      } else if (tiny_program(secrets_[i]).empty()) {
        untried_[i] = "no program can be made for this machine";
      } else if (!write_file(path, tiny_program(secrets_[i]), 0111)) {
        untried_[i] = std::string("it cannot be made: ") + std::strerror(errno);
      }
      return;
    case Form::env:
    case Form::connect:
    case Form::listen:
      return;
  }
}

void TrialTree::read_outside(size_t i) {
  struct stat file {};
  const std::string& path = trial(i).target;
  if (lstat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) {
    untried_[i] = "it is not below what the suite may write, and no file of this machine";
    return;
  }
  secrets_[i] = beginning_of(path);
  if (secrets_[i].empty()) untried_[i] = "nothing can be read there outside either";
}

void TrialTree::listen_at(size_t i) {
  std::string why;
  const int fd = listen_for(trial(i).target, why);
  if (fd < 0) {
    untried_[i] = why;
  } else {
    listeners_[fd] = i;
  }
}

std::map<std::string, std::string> TrialTree::environment() const { return environment_; }

std::string TrialTree::list() const {
  std::string out;
  for (size_t i = 0; i < part_.size(); ++i) {
    // Numbers are places in the part: what is not tried asks for a variable that is not there.
    const bool tried = untried_[i].empty();
    out += tried ? name_of(trial(i).form) : "none";
    out += '\0';
    out += tried ? trial(i).target : "-";
    out += '\0';
  }
  return out;
}

std::vector<int> TrialTree::listening() const {
  std::vector<int> out;
  for (const auto& [fd, trial] : listeners_) out.push_back(fd);
  return out;
}

void TrialTree::contact(std::string_view text) {
  if (!text.starts_with(ground_.nonce + " ")) return;
  text.remove_prefix(ground_.nonce.size() + 1);
  for (size_t i = 0; i < contacted_.size(); ++i) {
    if (text == std::to_string(i) + "\n") contacted_[i] = true;
  }
}

void TrialTree::accept_from(int listener) { contact(accept_text(listener)); }

bool TrialTree::reach(size_t i) {
  contact(text_from(trial(i).target));
  return contacted_[i];
}

bool TrialTree::seen(size_t i, const TrialAnswer& answer) const {
  const Trial& one = trial(i);
  struct stat there {};
  switch (one.form) {
    case Form::exec:
      // Of a program of the machine's only the kernel's answer tells whether it was run.
      if (!is_below_root(one.target)) return answer.reached && answer.refused.empty();
      return contains(answer.got, secrets_[i]);
    case Form::env:
    case Form::read:
      return contains(answer.got, secrets_[i]);
    case Form::change:
      if (lstat(one.target.c_str(), &there) != 0) return false;
      return S_ISDIR(there.st_mode) ? (there.st_mode & 07777) == kChangedMode
                                    : contains(beginning_of(one.target), ground_.nonce);
    case Form::make:
      return contains(beginning_of(one.target), ground_.nonce);
    case Form::bind:
      return lstat(one.target.c_str(), &there) == 0 && S_ISSOCK(there.st_mode);
    case Form::socket:
    case Form::connect:
    case Form::listen:
      return contacted_[i];
  }
  return false;
}

std::string_view name_of(Form form) {
  constexpr std::array<std::string_view, 9> kNames = {"env",    "read",    "change", "make", "bind",
                                                      "socket", "connect", "listen", "exec"};
  return kNames[static_cast<size_t>(form)];
}

}  // namespace sbxc::conform
