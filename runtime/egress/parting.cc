// When the sandbox has ended. A program that writes to a socket and exits leaves the rest to the
// kernel, which sends it; here some of it is still in this process, or before it. So whoever
// connected before the end is accepted, and every connection goes on until what the one inside said
// was handed over to the kernel outside. Nobody inside hears answers any more.
//
// That has an end (`parting`), and a sooner one for a connection that does not get on. What is left
// then is cut off with a reset, so that nobody takes half of it for the whole, and it is said.
#include <algorithm>
#include <string>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"

namespace sbxc::egress {

void Engine::begin_to_part() {
  parting_ = true;
  draining_ = true;
  forwards_.close();
  dns_.close();
  for (const auto& acceptor : acceptors_) acceptor->take_last();
  part_until_ = now_ + options.timeouts.parting.count();
  for (List* list : {&brisk_, &tunnels_}) {
    for (Session* session = list->first; session != nullptr;) {
      Session* next = session->next;
      session->part();
      session = next;
    }
  }
  if (brisk_.count + tunnels_.count == 0) return loop.stop();
  tick_within(brisk_interval_);
}

void Engine::say_what_is_cut() {
  for (const List* list : {&brisk_, &tunnels_}) {
    for (const Session* session = list->first; session != nullptr; session = session->next) {
      if (session->owes()) note_cut();
    }
  }
  if (cut_ == 0) return;
  say(std::to_string(cut_) + (cut_ == 1 ? " connection was" : " connections were") +
      " cut off after the command had ended; what was sent last may not have arrived");
}

void Session::part() {
  // Nobody is there to be let through.
  if (setup_ && setup_->question != 0) end();
  set_deadline(engine_.options.timeouts.parting);
  settle();
}

std::chrono::milliseconds Session::parting_time(std::chrono::milliseconds time) const {
  const Timeouts& times = engine_.options.timeouts;
  const bool opens = stage_ != Stage::tunnel && stage_ != Stage::relay;
  return std::min(time, opens ? times.parting_open : times.parting_still);
}

void Session::cut() {
  engine_.note_cut();
  end_with_reset();
}

bool Session::owes() const {
  if (ended_) return false;
  switch (stage_) {
    case Stage::greeting:
    case Stage::waiting:
    case Stage::chaining:
      return true;
    case Stage::tunnel:
      return !(from_outside_ ? in_ : out_).is_ended();
    case Stage::relay:
      return !relay_->has_sent_request() || out_.has_rest();
    case Stage::refusing:
      return false;
  }
  return false;
}

}  // namespace sbxc::egress
