// `pty`: two terminals. The command's standard input and controlling terminal is the first; in the
// second somebody else works. Words: pty_own= pty_other= their names. Secret: `typed`, what was
// typed in the second and not read yet. Evidence: `input:own`, `input:other`: something of the
// attempt's waits to be read there, as if it had been typed; `modes`: the first is not in the modes
// that it was in; `contact:pty_other`: something was written to it.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

class Terminal {
 public:
  ~Terminal() {
    for (const int fd : {master_, slave_}) {
      if (fd >= 0) close(fd);
    }
  }

  Result<bool> open_both() {
    master_ = posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) {
      return tl::unexpected(system_fault("there is no terminal to be had", errno));
    }
    name_ = ptsname(master_);
    slave_ = open(name_.c_str(), O_RDWR | O_NOCTTY);
    if (slave_ < 0) return tl::unexpected(system_fault("the terminal cannot be opened", errno));
    for (const int fd : {master_, slave_}) fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(master_, F_SETFL, O_NONBLOCK);
    give_every_byte();
    return true;
  }

  int slave() const { return slave_; }
  const std::string& name() const { return name_; }
  void type(const std::string& text) { (void)!write(master_, text.data(), text.size()); }
  std::string shown() { return take(master_); }
  // Whatever modes somebody has set meanwhile, which are gone then.
  std::string waiting() {
    fcntl(slave_, F_SETFL, O_NONBLOCK);
    give_every_byte();
    return take(slave_);
  }
  tcflag_t modes() const {
    termios modes{};
    tcgetattr(slave_, &modes);
    return modes.c_lflag & static_cast<tcflag_t>(ECHO | ISIG | ICANON);
  }

 private:
  // At once; a line need not have ended.
  void give_every_byte() const {
    termios modes{};
    tcgetattr(slave_, &modes);
    modes.c_lflag &= ~static_cast<tcflag_t>(ICANON);
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    tcsetattr(slave_, TCSANOW, &modes);
  }

  static std::string take(int fd) {
    std::array<char, 4096> bytes{};
    std::string all;
    for (ssize_t n = 0; all.size() < 65'536 && (n = read(fd, bytes.data(), bytes.size())) > 0;) {
      all.append(bytes.data(), static_cast<size_t>(n));
    }
    return all;
  }

  int master_ = -1;
  int slave_ = -1;
  std::string name_;
};

class Terminals : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    for (Terminal* each : {&own_, &other_}) {
      if (auto opened = each->open_both(); !opened) return opened;
    }
    stage.add_word("pty_own", own_.name());
    stage.add_word("pty_other", other_.name());
    other_.type(stage.new_secret("typed"));
    other_.shown();
    modes_ = own_.modes();
    return true;
  }

  void before_start(Start& start) override {
    start.descriptors[0] = own_.slave();
    start.terminal = own_.slave();
  }

  void after_end(Conduct& conduct) override {
    modes_after_ = own_.modes();
    own_waiting_ += own_.waiting();
    other_waiting_ += other_.waiting();
    other_shown_ += other_.shown();
    conduct.elsewhere += own_.shown();
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    const auto holds = [&](const std::string& text) {
      return text.find(nonce_) != std::string::npos;
    };
    if (evidence.text == "input:own" && holds(own_waiting_)) {
      return "the attempt's text waits in the terminal to be read";
    }
    if (evidence.text == "input:other" && holds(other_waiting_)) {
      return "the attempt's text waits in another terminal to be read";
    }
    if (evidence.text == "contact:pty_other" && holds(other_shown_)) {
      return "another terminal shows the attempt's text";
    }
    if (evidence.kind == "modes" && modes_after_ != modes_) {
      return "the terminal is left in other modes";
    }
    return std::nullopt;
  }

 private:
  std::string nonce_;
  Terminal own_;
  Terminal other_;
  tcflag_t modes_ = 0;
  tcflag_t modes_after_ = 0;
  std::string own_waiting_;
  std::string other_waiting_;
  std::string other_shown_;
};

}  // namespace

std::unique_ptr<Prop> make_pty() { return std::make_unique<Terminals>(); }

}  // namespace sbxc::conform
