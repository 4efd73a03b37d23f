// What a compilation was made of and what came out: `manifest.json` names the compiler, the
// options, every input with its hash, every artifact with its hash, and each rule's verdict per
// target; `sourcemap.json` leads from an emitted line, instruction, step or entry back to policy
// lines. Formats: docs/formats.md. Nothing in them depends on time or machine, so equal input gives
// equal bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/target/target.h"

namespace sbxc {

struct CompileFacts {
  std::string compiler_version;
  std::map<std::string, std::string> options;
};

std::string render_manifest(const Policy& policy, const Sources& sources,
                            const std::vector<Lowered>& lowered, const CompileFacts& facts);
std::string render_source_map(const Policy& policy, const Sources& sources,
                              const std::vector<Lowered>& lowered);

}  // namespace sbxc
