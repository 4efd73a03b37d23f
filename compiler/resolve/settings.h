// `set env` and `limit`: values, not verdicts. Order-free like everything else (law 1): two values
// of one variable are an error, and of several limits of one kind the smallest counts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/resolve/variables.h"

namespace sbxc {

std::vector<SetEnv> environment_of(const Units& units, const Variables& variables,
                                   Session& session);
std::vector<Limit> limits_of(const Units& units, const Variables& variables, Session& session);

// `512`, `8GiB`, `30m`; the error's message says what is wrong with the text.
tl::expected<uint64_t, std::string> parse_limit_value(LimitKind kind, std::string_view text);

}  // namespace sbxc
