// What `sbxc trim` says of its cuts.
#pragma once

#include <string>

#include "compiler/driver/trimming.h"

namespace sbxc::driver {

// Each cut with its reason, what stays, and what is proved.
std::string trim_text(const Trimming& trimming, const Loaded& loaded);
// docs/schemas/trim.schema.json
std::string trim_json(const Trimming& trimming, const Loaded& loaded);

}  // namespace sbxc::driver
