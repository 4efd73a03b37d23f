// The egress proxy beside a command on macOS: a process of its own, on a port of 127.0.0.1 that the
// system chose. The profile lets the command reach that port and nothing else; the token in the
// command's environment keeps everybody else out.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/driver/run_options.h"
#include "compiler/policy/policy.h"
#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

class EgressBeside {
 public:
  static launch::Result<EgressBeside> start(const Policy& policy, const Sources& sources,
                                            const EgressOptions& options);
  EgressBeside(EgressBeside&& other) noexcept;
  EgressBeside& operator=(EgressBeside&&) = delete;
  ~EgressBeside();

  uint16_t port() const { return port_; }
  int reports() const { return reports_.get(); }
  // The command has ended: until what it sent last was passed on, or cannot be. Records that come
  // meanwhile go to `on_reports`, until it says no; what a person should know, to `on_note`.
  void finish(const std::function<bool(std::string_view bytes)>& on_reports,
              const std::function<void(const std::string& note)>& on_note);
  // What programs that know of proxies look at; the policy's own values stay.
  std::vector<std::pair<std::string, std::string>> variables() const;

 private:
  EgressBeside() = default;
  void wait_for_the_last(const std::function<bool(std::string_view)>& on_reports) const;

  pid_t process_ = -1;
  uint16_t port_ = 0;
  std::string token_;
  Descriptor alive_;  // the proxy ends when this is closed
  Descriptor reports_;
  Descriptor notes_;  // lines
};

// Letters and digits that nobody can guess.
std::string random_word();

}  // namespace sbxc::driver
