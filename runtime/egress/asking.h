// The sessions that wait for a person, or a program, to say whether they may go on.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "runtime/ask/ask.h"
#include "runtime/egress/loop.h"

namespace sbxc::egress {

class Session;

class Asking final : private Watcher {
 public:
  // False: errno. `asker` may be null: then nobody answers, and ask() says so.
  bool open(Loop& loop, ask::Asker* asker);
  void close() { watch_.close(); }

  // A ticket that is not 0, or 0: nobody to ask.
  uint64_t ask(Session& session, ask::Question question);
  void forget(uint64_t ticket);

 private:
  void ready(Watch& watch, Wait what) override;

  ask::Asker* asker_ = nullptr;
  Watch watch_;
  std::unordered_map<uint64_t, Session*> waiting_;
};

}  // namespace sbxc::egress
