// `launcher`: what befalls whoever started the sandbox while its command runs. An attempt asks for
// it: hold_for("kill the launcher") is SIGKILL, hold_for("end the launcher") is SIGTERM. No words,
// and no evidence of its own: `alive` tells.
#include <csignal>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

class Launcher : public Prop {
 public:
  Result<bool> set_up(Stage& /*stage*/) override { return true; }

  void asked(std::string_view word, const Running& running) override {
    if (running.launcher <= 1) return;
    if (word == "kill the launcher") kill(running.launcher, SIGKILL);
    if (word == "end the launcher") kill(running.launcher, SIGTERM);
  }
};

}  // namespace

std::unique_ptr<Prop> make_launcher() { return std::make_unique<Launcher>(); }

}  // namespace sbxc::conform
