#include "compiler/driver/conform_manifest.h"

#include "conformance/suite/probe_program.h"

namespace sbxc::driver {

conform::Result<Manifest> embedded_manifest() {
  Manifest manifest;
  std::vector<std::vector<conform::ManifestEntry>> parts;
  for (const EmbeddedFile& file : conform::manifest_files()) {
    const std::string name = std::string(file.name) + ".toml";
    if (file.name == "stage") {
      auto plan = conform::read_stage_plan(name, file.text);
      if (!plan) return tl::unexpected(plan.error());
      manifest.plan = std::move(*plan);
    } else if (file.name == "expected") {
      auto expected = conform::read_expected(name, file.text);
      if (!expected) return tl::unexpected(expected.error());
      manifest.expected = std::move(*expected);
    } else {
      auto entries = conform::read_manifest(name, file.text);
      if (!entries) return tl::unexpected(entries.error());
      parts.push_back(std::move(*entries));
    }
  }
  auto entries = conform::joined(std::move(parts), manifest.plan);
  if (!entries) return tl::unexpected(entries.error());
  manifest.entries = std::move(*entries);
  return manifest;
}

}  // namespace sbxc::driver
