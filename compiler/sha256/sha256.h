// SHA-256 (FIPS 180-4) as lower-case hex, for manifests. The work is nettle's.
#pragma once

#include <string>
#include <string_view>

namespace sbxc {

std::string sha256_hex(std::string_view bytes);

}  // namespace sbxc
