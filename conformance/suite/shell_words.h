// Words as a shell splits and joins them. Quotes and backslashes only: nothing is expanded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

Result<std::vector<std::string>> shell_words(std::string_view text);
std::string shell_quoted(std::string_view word);

}  // namespace sbxc::conform
