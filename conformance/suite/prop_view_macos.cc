// What can be seen of another process there without rights: its session. See prop_view_linux.cc.
#include <unistd.h>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

class View : public Prop {
 public:
  Result<bool> set_up(Stage& /*stage*/) override { return true; }

  void asked(std::string_view /*word*/, const Running& running) override {
    for (const pid_t pid : running.attempt) {
      if (getsid(pid) == getsid(running.launcher)) same_session_ = true;
    }
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.kind != "session" || !same_session_) return std::nullopt;
    return "the command is in the session of whoever started it";
  }

 private:
  bool same_session_ = false;
};

}  // namespace

std::unique_ptr<Prop> make_view() { return std::make_unique<View>(); }

}  // namespace sbxc::conform
