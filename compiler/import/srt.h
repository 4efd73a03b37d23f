// Settings of srt (npm @anthropic-ai/sandbox-runtime, as of 0.0.83).
#pragma once

#include "compiler/import/importer.h"

namespace sbxc::import {

std::optional<std::string> import_srt(const Sources& sources, FileId settings,
                                      const ImportContext& context, Diagnostics& diagnostics);

}  // namespace sbxc::import
