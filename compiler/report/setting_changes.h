// `set env` and `limit` of two policies compared.
#pragma once

#include <vector>

#include "compiler/report/difference.h"

namespace sbxc::report {

std::vector<SettingChange> setting_changes(const Policy& before, const Policy& after);

}  // namespace sbxc::report
