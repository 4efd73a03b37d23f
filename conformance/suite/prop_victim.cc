// `victim`: a process of the same user, outside every sandbox, that keeps secrets where processes
// keep them. It is the probe program in another part (attempts/victim_main.c). Words: victim= its
// number, victim_memory= the address of a secret, victim_fd= a file that it has open, victim_root=
// the home directory as below its `root` link. Secrets: `victim-memory`, `victim-arguments`,
// `victim-environment`, and the files in outside/desk. Evidence: `victim`, anything that befell it.
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "conformance/suite/prop_list.h"
#include "conformance/suite/victim_state.h"

namespace sbxc::conform {

namespace {

constexpr int kPatience = 5000;  // milliseconds, for a loaded machine

class Victim : public Prop {
 public:
  ~Victim() override {
    // With the rest of this process's it has been ended: the number may be another's by now.
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == 0) kill(pid_, SIGKILL);
    for (const int fd : {to_, from_}) {
      if (fd >= 0) close(fd);
    }
  }

  Result<bool> set_up(Stage& stage) override {
    if (auto made = stage.add_file("outside/desk/victim-notes", "{secret}\n"); !made) return made;
    if (auto made = stage.add_file("outside/desk/victim-file", "{secret}\n"); !made) return made;
    memory_ = stage.new_secret("victim-memory");
    if (auto started = start(stage); !started) return started;
    const std::string said = fmt::format("{}\n", memory_);
    (void)!write(to_, said.data(), said.size());
    long address = 0;
    int file = -1;
    const std::string line = first_line();
    if (std::sscanf(line.c_str(), "victim %ld %d", &address, &file) != 2) {
      return fault("the process that attempts act on did not start");
    }
    address_ = static_cast<unsigned long>(address);
    stage.add_word("victim", std::to_string(pid_));
    stage.add_word("victim_memory", std::to_string(address));
    stage.add_word("victim_fd", std::to_string(file));
    stage.add_word("victim_root", "root" + stage.path("home"));
    before_ = state_of(pid_, address_, memory_.size());
    return true;
  }

  void asked(std::string_view /*word*/, const Running& /*running*/) override {
    take_signals(20);
    compare(state_of(pid_, address_, memory_.size()));
  }

  // It has been ended by now, like all that came from this process. What it said before is there.
  void after_end(Conduct& /*conduct*/) override { take_signals(0); }

  std::optional<std::string> seen(const Evidence& /*evidence*/) override {
    if (sight_.empty()) return std::nullopt;
    return sight_;
  }

 private:
  Result<bool> start(Stage& stage) {
    const std::string program = stage.program();
    const std::string directory = stage.path("outside/desk");
    const std::string file = "file=" + stage.path("outside/desk/victim-file");
    const std::string argument = "argument=" + stage.new_secret("victim-arguments");
    const std::string variable = "VICTIM=" + stage.new_secret("victim-environment");
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) {
      return tl::unexpected(system_fault("there is no pipe to be had", errno));
    }
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (int fd = 3; fd < 1024; ++fd) close(fd);
      setsid();
      const std::array<const char*, 5> words = {program.c_str(), "victim", file.c_str(),
                                                argument.c_str(), nullptr};
      const std::array<const char*, 2> environment = {variable.c_str(), nullptr};
      if (chdir(directory.c_str()) == 0) {
        execve(program.c_str(), const_cast<char* const*>(words.data()),
               const_cast<char* const*>(environment.data()));
      }
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
    for (const int fd : {to_, from_}) fcntl(fd, F_SETFD, FD_CLOEXEC);
    return pid_ > 0 ? Result<bool>(true)
                    : tl::unexpected(system_fault("no process can be made", errno));
  }

  // The line that begins with `victim`; before it stands what every attempt says.
  std::string first_line() {
    std::string line;
    char byte = 0;
    for (pollfd ready = {from_, POLLIN, 0}; poll(&ready, 1, kPatience) == 1;) {
      if (read(from_, &byte, 1) != 1) break;
      if (byte != '\n') {
        line += byte;
      } else if (line.starts_with("victim")) {
        return line;
      } else {
        line.clear();
      }
    }
    return {};
  }

  void take_signals(int patience) {
    std::array<char, 512> bytes{};
    for (pollfd ready = {from_, POLLIN, 0}; poll(&ready, 1, patience) == 1;) {
      const ssize_t n = read(from_, bytes.data(), bytes.size());
      if (n <= 0) return;
      const std::string_view text(bytes.data(), static_cast<size_t>(n));
      const size_t at = text.find("signal ");
      if (at != std::string_view::npos && sight_.empty()) {
        sight_ = fmt::format("the process outside got signal {}", text.substr(at + 7, 2));
      }
    }
  }

  void compare(const std::map<std::string, std::string>& now) {
    for (const auto& [name, value] : now) {
      const auto before = before_.find(name);
      if (before == before_.end() || before->second == value || !sight_.empty()) continue;
      sight_ = name == "state" ? fmt::format("the process outside is {}", value)
                               : fmt::format("the {} of the process outside is another", name);
    }
  }

  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string memory_;
  unsigned long address_ = 0;
  std::map<std::string, std::string> before_;
  std::string sight_;
};

}  // namespace

std::unique_ptr<Prop> make_victim() { return std::make_unique<Victim>(); }

}  // namespace sbxc::conform
