#include "conformance/suite/stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "conformance/suite/tree_removal.h"

#ifdef __APPLE__
#include <sys/random.h>
#endif

namespace sbxc::conform {

namespace {

constexpr const char* kAdapter = "adapter";
const std::vector<std::string> kParts = {"home", "outside", "tmp"};
constexpr int64_t kClockStep = 20'000'000;  // more than a file system's clock goes at a time
const std::vector<std::string> kForOneAttempt = {kAdapter, "network"};

// Those above `path`. From the nearest upwards, for most are there.
Result<bool> make_directories(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string above = path.substr(0, slash);
  if (slash == 0 || slash == std::string::npos) return true;
  if (mkdir(above.c_str(), 0755) == 0 || errno == EEXIST) return true;
  if (errno == ENOENT) {
    if (auto made = make_directories(above); !made) return made;
    if (mkdir(above.c_str(), 0755) == 0) return true;
  }
  return tl::unexpected(system_fault(fmt::format("`{}` cannot be made", above), errno));
}

Result<bool> write_new(const std::string& path, std::string_view bytes, mode_t mode) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool whole = file >= 0;
  for (size_t done = 0; whole && done < bytes.size();) {
    const ssize_t n = write(file, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    whole = n > 0;
    done += static_cast<size_t>(std::max<ssize_t>(n, 0));
  }
  // Whatever the umask is.
  whole = whole && fchmod(file, mode) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  if (whole) return true;
  return tl::unexpected(system_fault(fmt::format("`{}` cannot be written", path), error));
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string numbered(std::string text, int n) {
  replace_all(text, "{n}", std::to_string(n));
  return text;
}

bool is_wanted(const StageItem& item, const std::vector<std::string>& sets) {
  return item.set.empty() || std::find(sets.begin(), sets.end(), item.set) != sets.end();
}

// `{byte:e9}`
void put_bytes(std::string& text) {
  constexpr std::string_view kBegin = "{byte:";
  for (size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1)) {
    const size_t digits = at + kBegin.size();
    if (digits + 2 >= text.size() || text[digits + 2] != '}') continue;
    const auto byte = static_cast<char>(std::stoi(text.substr(digits, 2), nullptr, 16));
    text.replace(at, kBegin.size() + 3, 1, byte);
  }
}

}  // namespace

std::string Stage::random_hex() {
  std::array<unsigned char, 32> bytes{};
  if (getentropy(bytes.data(), bytes.size()) != 0) std::abort();
  std::string hex;
  for (const unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<Stage> Stage::make(const std::string& directory, const Making& making) {
  Stage stage = planned(directory, making);
  if (auto built = stage.build(making); !built) return tl::unexpected(built.error());
  return stage;
}

Stage Stage::planned(const std::string& directory, const Making& making) {
  Stage stage;
  stage.root_ = directory;
  stage.program_ = directory + "/" + making.place;
  stage.words_ = {{"home", directory + "/home"},
                  {"work", directory + "/home/work"},
                  {"outside", directory + "/outside"},
                  {"tmp", directory + "/tmp"},
                  {"stage", directory}};
  for (const StageItem& item : making.plan.items) {
    if (!is_wanted(item, making.sets)) continue;
    if (item.asked) stage.asked_.push_back(item);
    if (item.kind == StageItem::Kind::directory) continue;
    for (int n = 0; n < item.repeat; ++n) stage.new_secret(numbered(item.path, n));
  }
  return stage;
}

void Stage::mark() {
  nonce_ = random_hex().substr(0, 24);
  words_["nonce"] = nonce_;
}

Result<bool> Stage::begin_anew() {
  mark();
  const std::string adapter = root_ + "/" + kAdapter;
  if (mkdir(adapter.c_str(), 0700) == 0 && chmod(adapter.c_str(), 0755) == 0) return true;
  return tl::unexpected(system_fault(fmt::format("`{}` cannot be made", adapter), errno));
}

bool Stage::tidy() const {
  for (const std::string& part : kForOneAttempt) remove_tree(root_ + "/" + part);
  struct stat status {};
  size_t names = 0;
  DIR* directory = opendir(root_.c_str());
  if (directory == nullptr) return false;
  while (readdir(directory) != nullptr) ++names;
  closedir(directory);
  // Its parts are looked at by name; what is more than they and `.` and `..` is something else.
  return names == kParts.size() + 2 && stat(root_.c_str(), &status) == 0 &&
         (status.st_mode & 07777) == 0700 && status.st_uid == geteuid();
}

Result<bool> Stage::build(const Making& making) {
  if (mkdir(root_.c_str(), 0700) != 0) {
    return tl::unexpected(system_fault(fmt::format("`{}` cannot be made", root_), errno));
  }
  removed_at_end_ = true;
  mark();
  for (const char* part : {"/home", "/home/work", "/outside", "/tmp", "/adapter"}) {
    if (mkdir((root_ + part).c_str(), 0700) != 0 || chmod((root_ + part).c_str(), 0755) != 0) {
      return tl::unexpected(system_fault(fmt::format("`{}{}` cannot be made", root_, part), errno));
    }
  }
  if (auto made = make_directories(program_); !made) return made;
  if (auto made = write_new(program_, making.probe, 0755); !made) return made;
  const auto stands = [&](const StageItem& item) {
    return !item.asked && is_wanted(item, making.sets);
  };
  for (const StageItem& item : making.plan.items) {
    if (!stands(item)) continue;
    if (auto made = add(item); !made) return made;
  }
  for (const StageItem& item : making.plan.items) {
    if (stands(item) && item.kind == StageItem::Kind::directory) {
      chmod(path(item.path).c_str(), item.mode);
    }
  }
  return true;
}

Stage::Stage(Stage&& other) noexcept
    : root_(std::exchange(other.root_, {})),
      removed_at_end_(std::exchange(other.removed_at_end_, false)),
      nonce_(std::move(other.nonce_)),
      program_(std::move(other.program_)),
      words_(std::move(other.words_)),
      secrets_(std::move(other.secrets_)),
      asked_(std::move(other.asked_)),
      before_(std::move(other.before_)),
      remembered_at_(other.remembered_at_),
      after_(std::move(other.after_)) {}

Stage::~Stage() {
  if (removed_at_end_) remove_tree(root_);
}

Result<bool> Stage::add(const StageItem& item) {
  for (int n = 0; n < item.repeat; ++n) {
    if (auto made = add_one(item, n); !made) return made;
  }
  return true;
}

Result<bool> Stage::add_one(const StageItem& item, int n) {
  const std::string name = numbered(item.path, n);
  if (item.kind != StageItem::Kind::directory && !secrets_.contains(name)) new_secret(name);
  const std::string place = path(name);
  if (auto made = make_directories(place); !made) return made;
  const std::string content = written_out(item.content, name, n);
  bool done = true;
  switch (item.kind) {
    case StageItem::Kind::file:
      return write_new(place, content, item.mode);
    case StageItem::Kind::directory:
      done = mkdir(place.c_str(), 0755) == 0 || errno == EEXIST;
      break;
    case StageItem::Kind::link:
      done = symlink(content.c_str(), place.c_str()) == 0;
      break;
    case StageItem::Kind::hard_link:
      done = linkat(AT_FDCWD, path(item.content).c_str(), AT_FDCWD, place.c_str(), 0) == 0;
      break;
  }
  if (done) return true;
  return tl::unexpected(system_fault(fmt::format("`{}` cannot be made", place), errno));
}

std::string Stage::written_out(std::string_view text, const std::string& name, int n) const {
  std::string out = numbered(std::string(text), n);
  replace_all(out, "{secret}", secret(name));
  for (const char* word : {"home", "work", "outside", "tmp", "stage"}) {
    replace_all(out, fmt::format("{{{}}}", word), words_.at(word));
  }
  put_bytes(out);
  return out;
}

std::string Stage::path(std::string_view below) const {
  return root_ + "/" + written_out(below, std::string(below), 0);
}

std::string Stage::filled(std::string_view text) const {
  std::string out(text);
  for (const auto& [name, secret] : secrets_) {
    if (out.find("{secret:") == std::string::npos) break;
    replace_all(out, "{secret:" + name + "}", secret);
  }
  for (const auto& [key, value] : words_) replace_all(out, "{" + key + "}", value);
  return out;
}

Result<bool> Stage::add_file(const std::string& below, const std::string& content, mode_t mode) {
  StageItem item;
  item.path = below;
  item.content = content;
  item.mode = mode;
  return add_one(item, 0);
}

Result<bool> Stage::put_aside(const std::string& below, std::string_view bytes, mode_t mode) const {
  unlink((root_ + "/" + below).c_str());
  return write_new(root_ + "/" + below, bytes, mode);
}

const std::string& Stage::new_secret(const std::string& name) {
  return secrets_[name] = random_hex();
}

const std::string& Stage::secret(std::string_view name) const {
  static const std::string none;
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? none : found->second;
}

// What the host makes is no change of the attempt's: it is remembered with the rest, and with what
// had to be made above it. Whatever else has changed meanwhile is not.
Result<bool> Stage::make_asked() {
  for (const StageItem& item : std::exchange(asked_, {})) {
    if (auto made = add(item); !made) return made;
    const Snapshot now = snapshot(root_, kParts);
    std::string made = path(item.path).substr(root_.size() + 1);
    for (; !made.empty(); made.resize(made.rfind('/') == std::string::npos ? 0 : made.rfind('/'))) {
      if (const auto found = now.find(made); found != now.end()) before_.insert(*found);
    }
  }
  return true;
}

void Stage::remember() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const Snapshot known = std::exchange(before_, {});
  const Earlier earlier{known, remembered_at_ - kClockStep};
  remembered_at_ = static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
  before_ = snapshot(root_, kParts, known.empty() ? nullptr : &earlier);
  after_.reset();
}

const Snapshot& Stage::after() const {
  const Earlier earlier{before_, remembered_at_ - kClockStep};
  if (!after_) after_ = snapshot(root_, kParts, &earlier);
  return *after_;
}

}  // namespace sbxc::conform
