#include "runtime/egress/dialler.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sbxc::egress {

Dialler::Dialler(Loop& loop, std::vector<Place> places, DialOwner& owner,
                 const std::function<int(bool v6)>* make)
    : loop_(loop), places_(std::move(places)), owner_(owner), make_(make) {}

bool Dialler::is_dialling() const {
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [](const Watch& watch) { return watch.is_open(); });
}

bool Dialler::is_busy() const {
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [](const Watch& watch) { return watch.busy(); });
}

Dialler::Outcome Dialler::start() { return dial_next(); }

// Finished: connected, or nothing is left to try and nothing under way.
Dialler::Outcome Dialler::dial_next() {
  while (next_ < places_.size()) {
    const auto free = std::find_if(attempts_.begin(), attempts_.end(),
                                   [](const Watch& watch) { return !watch.is_open(); });
    if (free == attempts_.end()) return {};
    const Place& place = places_[next_++];
    const int socket =
        make_ != nullptr && *make_ ? (*make_)(place.address.v6) : new_socket(place.address.v6);
    if (socket < 0) {
      error_ = errno;
      continue;
    }
    const Dialled outcome = dial(socket, place);
    if (outcome == Dialled::connected) return {true, socket, 0};
    if (outcome == Dialled::failed) {
      error_ = errno;
      ::close(socket);
      continue;
    }
    if (!free->open(loop_, socket, *this)) {
      error_ = errno;
      ::close(socket);
      continue;
    }
    free->wait(Wait::write);
    return {};
  }
  return {!is_dialling(), -1, error_};
}

Dialler::Outcome Dialler::hurry() { return dial_next(); }

void Dialler::ready(Watch& watch, Wait) {
  Outcome outcome{true, -1, dial_error(watch.descriptor())};
  if (outcome.error == 0) {
    outcome.socket = watch.release();
  } else {
    error_ = outcome.error;
    watch.close();
    outcome = dial_next();
  }
  if (outcome.finished) owner_.dialled(outcome.socket, outcome.error);
}

void Dialler::gone(Watch&) {
  if (abandoned_ && !is_busy()) delete this;
}

void Dialler::abandon(std::unique_ptr<Dialler> dialler) {
  if (!dialler) return;
  for (Watch& watch : dialler->attempts_) watch.close();
  if (!dialler->is_busy()) return;
  dialler->abandoned_ = true;
  static_cast<void>(dialler.release());
}

}  // namespace sbxc::egress
