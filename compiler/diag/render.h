// A diagnostic as a person sees it in a terminal:
//
//   error[SBX2003]: rule never decides any path
//     --> dev.sbx:14:3
//   14 |   allow write /home/*/project/**
//      |   ^^^^^^^^^^^ every path is already decided by:
//    9 |   deny  write /home/**
//      |   ---- this rule
//   witness: /home/a/project/x
//   help: to carve it out, use `except`
#pragma once

#include <string>

#include "compiler/diag/diagnostic.h"

namespace sbxc {

struct RenderOptions {
  bool color = false;
};

std::string render(const Diagnostic& diagnostic, const Sources& sources, RenderOptions options);
std::string render(const Diagnostics& diagnostics, const Sources& sources, RenderOptions options);

// The one word within two edits of `word`, for "did you mean"; empty when none is near enough.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace sbxc
