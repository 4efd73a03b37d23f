// Findings for a person, a program or a pull request.
#pragma once

#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/console.h"

namespace sbxc::driver {

// `format` is text, json (docs/formats.md) or github (workflow commands).
std::string render_findings(const Diagnostics& diagnostics, const Sources& sources,
                            std::string_view format, RenderOptions options);

// `2 errors, 1 warning`; empty when there is nothing.
std::string count_findings(const Diagnostics& diagnostics);

}  // namespace sbxc::driver
