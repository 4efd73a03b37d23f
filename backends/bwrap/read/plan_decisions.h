// What a compiled plan lets through on its own, as decisions that can be compared with those of a
// policy or of another plan: by its mounts and Landlock's list, on the files of the machine as they
// are. What the plan gives to the broker is in it by rule and not by pattern, so that is not
// counted here: a plan may let less through than this says. What the sandbox has of its own
// (devices, processes, memory) counts as let through.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "backends/bwrap/read/file_facts.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

struct PlanDecisions {  // labels by effect
  automata::Dfa read;
  automata::Dfa write;
  automata::Dfa exec;
};

// `facts`: the machine that the plan was made for; null: this one. What was not understood
// otherwise.
tl::expected<PlanDecisions, std::string> plan_decisions(
    std::string_view plan_json, const bwrap_read::FileFacts* facts = nullptr);

}  // namespace sbxc
