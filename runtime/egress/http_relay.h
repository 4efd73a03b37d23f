// Plain HTTP, one request at a time.
#pragma once

#include "runtime/egress/loop.h"

namespace sbxc::egress {

class Session;

class HttpRelay {
 public:
  explicit HttpRelay(Session& session) : session_(session) {}
  void connected() {}
  void ready(Watch&, Wait) {}
  void too_late() {}

 private:
  [[maybe_unused]] Session& session_;
};

}  // namespace sbxc::egress
