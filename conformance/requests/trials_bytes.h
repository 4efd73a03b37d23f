// What came of trials, for the process that started the one which tried them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/requests/trial.h"

namespace sbxc::conform {

std::string trials_bytes(const Trials& trials);
// Nothing where they are not whole.
std::optional<Trials> trials_of_bytes(std::string_view bytes);

}  // namespace sbxc::conform
