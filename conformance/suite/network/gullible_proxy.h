// A proxy that believes everything it is told and refuses nothing: HTTP with CONNECT, SOCKS4, 4a
// and 5 on one port. The control goes through it, so that an attempt that is about a proxy shows
// outside what it would do to one that can be fooled: every line that looks like a request is
// taken for one, wherever it stands, each Host is dialled besides the target, redirects are
// followed, and hosts are read as belief.h has it.
#pragma once

#include "conformance/suite/network/server.h"

namespace sbxc::conform {

void serve_gullibly(const Servers& servers, int listener);

}  // namespace sbxc::conform
