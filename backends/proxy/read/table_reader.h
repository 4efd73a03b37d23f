// hosts.sbxt from its bytes, by docs/formats.md alone: what the table says to whoever asks it as
// the page describes.
#pragma once

#include <string>
#include <string_view>

#include "backends/proxy/read/host_claims.h"

namespace sbxc::hosts {

// A file that the page says is refused is refused, with the reason. `bytes` have to outlive the
// result, whose names are views into them.
Result<Claims> read_table(std::string_view bytes, std::string_view file);

}  // namespace sbxc::hosts
