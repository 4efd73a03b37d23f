// Tickets of the asker begin wherever it likes; here they are one more, so that 0 is none.
#include "runtime/egress/asking.h"

#include <fcntl.h>
#include <unistd.h>

#include "runtime/egress/session.h"

namespace sbxc::egress {

bool Asking::open(Loop& loop, ask::Asker* asker) {
  if (asker == nullptr || asker->descriptor() < 0) return true;
  // A watch closes what it waits for, and this one is the asker's.
  const int own = fcntl(asker->descriptor(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return false;
  if (!watch_.open(loop, own, *this)) {
    ::close(own);
    return false;
  }
  asker_ = asker;
  watch_.wait(Wait::read);
  return true;
}

uint64_t Asking::ask(Session& session, ask::Question question) {
  if (asker_ == nullptr) return 0;
  const auto ticket = static_cast<uint64_t>(asker_->ask(std::move(question))) + 1;
  waiting_[ticket] = &session;
  return ticket;
}

void Asking::forget(uint64_t ticket) {
  if (waiting_.erase(ticket) != 0) asker_->forget(ask::Ticket{ticket - 1});
}

void Asking::ready(Watch&, Wait) {
  for (const ask::Answer& answer : asker_->answers()) {
    const auto it = waiting_.find(static_cast<uint64_t>(answer.ticket) + 1);
    if (it == waiting_.end()) continue;
    Session* session = it->second;
    waiting_.erase(it);
    session->answered(answer);
  }
  watch_.wait(Wait::read);
}

}  // namespace sbxc::egress
