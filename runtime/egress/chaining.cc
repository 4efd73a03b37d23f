#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"

namespace sbxc::egress {
bool Session::goes_upstream() const { return false; }
void Session::chain() {}
void Session::read_chained() {}
void Session::start_relay() { refuse(Reason::bad_request, "plain HTTP is not served yet"); }
}  // namespace sbxc::egress
