#include "conformance/scenario.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace sbxc::conformance {

namespace fs = std::filesystem;

namespace {

std::string fresh_token() {
  std::random_device random;
  return "token-" + std::to_string(random()) + std::to_string(random());
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Scenario::Scenario(Account account) : account_(std::move(account)), token_(fresh_token()) {
  chmod(root().c_str(), 0755);
  for (const std::string& directory :
       {home(), work(), work() + "/.git", work() + "/.git/hooks", home() + "/tmp"}) {
    fs::create_directory(directory);
    give(directory);
  }
  make_file(work() + "/.git/config", "[core]\n\trepositoryformatversion = 0\n", false);
  make_file(work() + "/.git/HEAD", "ref: refs/heads/main\n", false);
  // The account must be able to execute the program: a build folder may be closed to it.
  fs::copy_file(SBXC_PROGRAM, root() + "/sbxc");
  chmod((root() + "/sbxc").c_str(), 0755);
}

Scenario::~Scenario() {
  for (const int fd : listeners_) close(fd);
}

std::string Scenario::filled(std::string text) const {
  replace_all(text, "$work", work());
  replace_all(text, "$home", home());
  replace_all(text, "$tmp", home() + "/tmp");
  return text;
}

void Scenario::give(const std::string& path) const {
  if (account_.change_to && chown(path.c_str(), *account_.change_to, *account_.change_to) != 0) {
    std::abort();
  }
}

void Scenario::make_file(const std::string& path, const std::string& text, bool executable) {
  std::vector<fs::path> missing;
  for (fs::path parent = fs::path(path).parent_path(); !fs::exists(parent);
       parent = parent.parent_path()) {
    missing.push_back(parent);
  }
  for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
    fs::create_directory(*it);
    give(it->string());
  }
  if (fs::exists(path)) return;
  testing::write_whole(path, text);
  chmod(path.c_str(), executable ? 0755 : 0644);
  give(path);
}

void Scenario::place_probe(const std::string& path, bool directly) {
  make_file(path, testing::read_whole(directly ? SBXC_STATIC_PROBE : SBXC_PROBE), true);
#if defined(__aarch64__)
  const std::string loader = fs::canonical("/lib/ld-linux-aarch64.so.1").string();
#else
  const std::string loader = fs::canonical("/lib64/ld-linux-x86-64.so.2").string();
#endif
  probe_ = directly ? std::vector{path} : std::vector{loader, path};
}

void Scenario::listen_unix(const std::string& path) {
  make_file(path + ".beside", "", false);  // makes the directories
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) std::abort();
  std::memcpy(address.sun_path, path.data(), path.size());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 8) != 0) {
    std::abort();
  }
  chmod(path.c_str(), 0777);
  give(path);
  listeners_.push_back(fd);
}

int Scenario::listen_tcp() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 8) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::abort();
  }
  listeners_.push_back(fd);
  return ntohs(address.sin_port);
}

int Scenario::connections() const {
  for (const int listener : listeners_) {
    for (int fd = accept(listener, nullptr, nullptr); fd >= 0;
         fd = accept(listener, nullptr, nullptr)) {
      ++accepted_;
      close(fd);
    }
  }
  return accepted_;
}

void Scenario::forget_connections() {
  connections();
  accepted_ = 0;
}

testing::RunResult Scenario::run(const std::vector<std::string>& argv,
                                 const std::map<std::string, std::string>& extra) const {
  std::map<std::string, std::string> environment = {{"PATH", "/usr/bin:/bin"},
                                                    {"HOME", home()},
                                                    {"TMPDIR", home() + "/tmp"},
                                                    {"SSH_AUTH_SOCK", home() + "/agent.sock"},
                                                    {"TERM", "dumb"},
                                                    {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : extra) environment[name] = value;
  return testing::run_program({.argv = as_account(account_, work(), argv),
                               .directory = work(),
                               .environment = environment});
}

testing::RunResult Scenario::compile(const std::string& policy,
                                     const std::vector<std::string>& options) const {
  std::vector<std::string> argv = {root() + "/sbxc", "compile", policy};
  argv.insert(argv.end(), options.begin(), options.end());
  return run(argv);
}

}  // namespace sbxc::conformance
