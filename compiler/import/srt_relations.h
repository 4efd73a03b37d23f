// The rules of srt's schema that tie several keys together.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/import/json_tree.h"

namespace sbxc::import {

// Every value has passed its own check.
void check_srt_relations(const JsonValue& root, Diagnostics& diagnostics);

}  // namespace sbxc::import
