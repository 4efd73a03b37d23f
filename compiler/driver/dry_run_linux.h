// `sbxc run --dry-run`: what would be mounted, filtered, granted and asked, for a person to read.
#pragma once

#include <string>

#include "compiler/driver/running_linux.h"

namespace sbxc::driver {

std::string dry_run_text(const Loaded& loaded, const Planning& planning);

}  // namespace sbxc::driver
