// How a host is understood by somebody who believes everything: what follows a NUL or a `#` is not
// there, what stands before an `@` is a password, addresses may be written in octal. Each is how
// some program has read it; a sandbox's proxy that judged by another reading was gone around.
#pragma once

#include <string>

#include "conformance/suite/network/names.h"

namespace sbxc::conform {

struct Authority {
  std::string host;
  uint16_t port = 0;
};

// `host:port` in any shape; `port` where there is none.
Authority believed_authority(std::string text, uint16_t port);
std::vector<Address> believed_addresses(const std::string& host, Names* names);

}  // namespace sbxc::conform
