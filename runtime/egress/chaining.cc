#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"

namespace sbxc::egress {
bool Session::goes_upstream() const { return false; }
void Session::chain() {}
void Session::read_chained() {}
}  // namespace sbxc::egress
