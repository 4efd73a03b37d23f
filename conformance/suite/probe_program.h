// What sbxc carries of the suite: the program that makes the attempts, and the files that describe
// them, and those that tell other sandboxes the scenario.
#pragma once

#include <span>
#include <string_view>

#include "compiler/source/embedded_file.h"

namespace sbxc::conform {

std::string_view probe_program();
// conformance/probes/*.toml, by name without the ending: `stage` and `expected` are two of them.
std::span<const EmbeddedFile> manifest_files();
// conformance/adapters/*.toml, by the name that `--sandbox` knows them by.
std::span<const EmbeddedFile> adapter_files();

}  // namespace sbxc::conform
