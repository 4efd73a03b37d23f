// For tests: the table as it stands in the source, and the manifest that sbxc carries.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/protections/table.h"
#include "conformance/suite/manifest.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {

inline std::string text_of_source(const std::string& path) {
  std::ifstream file(std::string(SBXC_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<ProtectionEntry> the_table() {
  const std::string name = "conformance/protections/protections.toml";
  auto entries = read_protections(name, text_of_source(name));
  if (entries) return std::move(*entries);
  ADD_FAILURE() << in_words(entries.error());
  return {};
}

inline std::vector<ManifestEntry> the_manifest() {
  std::vector<std::vector<ManifestEntry>> parts;
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage" || file.name == "expected") continue;
    auto part = read_manifest(std::string(file.name) + ".toml", file.text);
    if (!part) ADD_FAILURE() << in_words(part.error());
    if (part) parts.push_back(std::move(*part));
  }
  auto all = joined(std::move(parts), embedded_plan());
  if (all) return std::move(*all);
  ADD_FAILURE() << in_words(all.error());
  return {};
}

}  // namespace sbxc::conform
