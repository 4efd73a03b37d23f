// The names in a TLS ClientHello (RFC 8446 4.1.2, RFC 6066 3), read as the most lenient server
// would: every name of every extension that there is, in whatever records it comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::conform {

// None: it is not there whole yet. Empty: a hello without a name, or something else.
std::optional<std::vector<std::string>> hello_names(std::string_view bytes);

}  // namespace sbxc::conform
