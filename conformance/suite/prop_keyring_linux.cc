// `keyring`: keys that processes inherit (keyrings(7)): one in a session keyring that this process
// joins, so that whoever starts the sandbox is in it; one in the user's own. Words: session_key=
// user_key= their names, session_key_id=. Secrets: `session-key`, `user-key`, and `key-name`, which
// is the name of the first. Evidence: `keyring:changed`, of the first; `keyring:new`, a key of the
// attempt's in the session keyring.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

constexpr long kSession = KEY_SPEC_SESSION_KEYRING;

long control(int operation, long a, const void* b = nullptr, const void* c = nullptr, long d = 0) {
  return syscall(SYS_keyctl, operation, a, b, c, d);
}

long add_key(const std::string& name, const std::string& text, long keyring) {
  return syscall(SYS_add_key, "user", name.c_str(), text.data(), text.size(), keyring);
}

class Keyring : public Prop {
 public:
  ~Keyring() override {
    if (user_key_ > 0) control(KEYCTL_INVALIDATE, user_key_);
    if (session_key_ > 0) control(KEYCTL_INVALIDATE, session_key_);
  }

  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    secret_ = stage.new_secret("session-key");
    const std::string name = stage.new_secret("key-name");
    const std::string user_name = "sbxc-" + Stage::random_hex().substr(0, 16);
    if (control(KEYCTL_JOIN_SESSION_KEYRING, 0) < 0) {
      return tl::unexpected(system_fault("there is no session keyring to be had", errno));
    }
    session_key_ = add_key(name, secret_, KEY_SPEC_SESSION_KEYRING);
    user_key_ = add_key(user_name, stage.new_secret("user-key"), KEY_SPEC_USER_KEYRING);
    if (session_key_ < 0 || user_key_ < 0) {
      return tl::unexpected(system_fault("there is no key to be had", errno));
    }
    // As after a login, the session leads to the user's keys; and whoever has the user's number may
    // read this one.
    control(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, reinterpret_cast<const void*>(kSession));
    constexpr long kAllForTheUser = 0x3f3f0000;
    control(KEYCTL_SETPERM, user_key_, reinterpret_cast<const void*>(kAllForTheUser));
    stage.add_word("session_key", name);
    stage.add_word("session_key_id", std::to_string(session_key_));
    stage.add_word("user_key", user_name);
    return true;
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.what == "changed") {
      std::array<char, 256> text{};
      const long n = control(KEYCTL_READ, session_key_, text.data(),
                             reinterpret_cast<const void*>(text.size()));
      if (n < 0) return "the key was revoked";
      // Its whole length, also where that is more than fits.
      const auto size = std::min(static_cast<size_t>(n), text.size());
      if (std::string_view(text.data(), size) != secret_) return "the key was changed";
    }
    if (evidence.what == "new" &&
        control(KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", nonce_.c_str()) > 0) {
      return "there is a new key in the session keyring";
    }
    return std::nullopt;
  }

 private:
  std::string nonce_;
  std::string secret_;
  long session_key_ = -1;
  long user_key_ = -1;
};

}  // namespace

std::unique_ptr<Prop> make_keyring() { return std::make_unique<Keyring>(); }

}  // namespace sbxc::conform
