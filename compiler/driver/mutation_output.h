// What `sbxc test --mutate` says: how many faults the tests notice, the others each with a line
// that would, and a test of those lines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "compiler/driver/mutation.h"
#include "compiler/source/source.h"

namespace sbxc::driver {

std::string mutation_text(const Mutation& mutation, const Sources& sources);
nlohmann::ordered_json mutation_json(const Mutation& mutation, const Sources& sources);

}  // namespace sbxc::driver
