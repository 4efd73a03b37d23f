// A rule of a policy as answers name it: the statement, its place, the reason that it gives.
#pragma once

#include <string>
#include <string_view>

#include "backends/target/json_writer.h"
#include "compiler/policy/policy.h"

namespace sbxc::driver {

// The statement's first line, as written.
std::string statement_text(const Sources& sources, Span span);

// Two or three lines, indented; `why` is what the answer adds.
std::string rule_lines(const Policy& policy, const Sources& sources, RuleId id,
                       std::string_view why = {});

// An object: rule, effect, operation, at, because, why (docs/formats.md).
void write_rule(JsonWriter& json, const Policy& policy, const Sources& sources, RuleId id,
                std::string_view why = {});

}  // namespace sbxc::driver
