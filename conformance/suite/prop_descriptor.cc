// `descriptor`: what whoever starts the sandbox has open, by mistake or not. Words: fd_file= (a
// denied file, for reading and writing), fd_directory= and fd_root= (directories), fd_socket= (one
// end of a pair, with a descriptor of another file on its way in it); on Linux fd_memory= (a
// memfd), fd_path= (the file, by O_PATH) and, with a `victim` before it, fd_process=. Secrets: of
// the files in outside/shelf, and `memory`. Evidence: `contact:descriptor`.
//
// `error_file`: standard error is a file, open for reading and appending. Evidence: `emptied`.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "conformance/suite/prop_list.h"

#ifdef __linux__
#include <sys/syscall.h>
#endif

namespace sbxc::conform {

namespace {

// Numbers that nothing else takes, and that a program which closes a few misses.
constexpr int kFirst = 57;

class Descriptors : public Prop {
 public:
  ~Descriptors() override {
    for (const auto& [number, fd] : given_) close(fd);
    if (end_ >= 0) close(end_);
  }

  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    for (const char* name : {"descriptor-file", "descriptor-notes", "sent-file"}) {
      auto made = stage.add_file(std::string("outside/shelf/") + name, "{secret}\n");
      if (!made) return made;
    }
    const std::string file = stage.path("outside/shelf/descriptor-file");
    give(stage, "fd_file", open(file.c_str(), O_RDWR | O_CLOEXEC));
    give(stage, "fd_directory", open(stage.path("outside/shelf").c_str(), O_RDONLY | O_CLOEXEC));
    give(stage, "fd_root", open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::array<int, 2> pair{};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) {
      return tl::unexpected(system_fault("socketpair", errno));
    }
    end_ = pair[0];
    fcntl(end_, F_SETFL, O_NONBLOCK);
    fcntl(end_, F_SETFD, FD_CLOEXEC);
    give(stage, "fd_socket", pair[1]);
    send_descriptor(stage.path("outside/shelf/sent-file"));
    give_of_linux(stage, file);
    return true;
  }

  void before_start(Start& start) override {
    for (const auto& [number, fd] : given_) start.descriptors[number] = fd;
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.what != "descriptor") return std::nullopt;
    std::array<char, 4096> bytes{};
    for (ssize_t n = 0; (n = read(end_, bytes.data(), bytes.size())) > 0;) {
      received_.append(bytes.data(), static_cast<size_t>(n));
    }
    if (received_.find(nonce_) == std::string::npos) return std::nullopt;
    return "something was sent over the inherited socket";
  }

 private:
  void give(Stage& stage, const char* word, int fd) {
    if (fd < 0) return;
    const int number = kFirst + static_cast<int>(given_.size());
    given_[number] = fd;
    stage.add_word(word, std::to_string(number));
  }

#ifdef __linux__
  void give_of_linux(Stage& stage, const std::string& file) {
    const std::string& secret = stage.new_secret("memory");
    const int memory = memfd_create("sbxc", MFD_CLOEXEC);
    if (memory >= 0) (void)!write(memory, secret.data(), secret.size());
    give(stage, "fd_memory", memory);
    give(stage, "fd_path", open(file.c_str(), O_PATH | O_CLOEXEC));
    const auto victim = stage.words().find("victim");
    if (victim == stage.words().end()) return;
    give(stage, "fd_process",
         static_cast<int>(syscall(SYS_pidfd_open, std::stoi(victim->second), 0)));
  }
#else
  void give_of_linux(Stage& /*stage*/, const std::string& /*file*/) {}
#endif

  void send_descriptor(const std::string& path) const {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    char byte = 'x';
    iovec data = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    (void)!sendmsg(end_, &message, 0);
    close(fd);
  }

  std::string nonce_;
  std::string received_;
  std::map<int, int> given_;  // number for the command -> descriptor here
  int end_ = -1;
};

class ErrorFile : public Prop {
 public:
  ~ErrorFile() override {
    if (fd_ >= 0) close(fd_);
  }

  Result<bool> set_up(Stage& stage) override {
    if (auto made = stage.add_file("outside/errors.log", "{secret}\n"); !made) return made;
    const std::string path = stage.path("outside/errors.log");
    secret_ = stage.secret("outside/errors.log");
    fd_ = open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
    if (fd_ < 0) return tl::unexpected(system_fault("a file cannot be opened", errno));
    return true;
  }

  void before_start(Start& start) override { start.descriptors[2] = fd_; }

  // What is said on standard error comes after what was there, or at the beginning.
  std::optional<std::string> seen(const Evidence& /*evidence*/) override {
    std::string first(secret_.size(), '\0');
    const ssize_t n = pread(fd_, first.data(), first.size(), 0);
    if (n == static_cast<ssize_t>(first.size()) && first == secret_) return std::nullopt;
    return "the file behind standard error was emptied";
  }

 private:
  std::string secret_;
  int fd_ = -1;
};

}  // namespace

std::unique_ptr<Prop> make_descriptor() { return std::make_unique<Descriptors>(); }
std::unique_ptr<Prop> make_error_file() { return std::make_unique<ErrorFile>(); }

}  // namespace sbxc::conform
