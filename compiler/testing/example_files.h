// For tests: the policies of docs/examples as files, how a test of one is named, and reading files
// from the disk for a resolver. What surrounds a policy (home, workspace) is for each test to say.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace sbxc::testing {

// Never none: tests of each would be none as well, and pass.
inline std::vector<std::string> example_files() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SBXC_SOURCE_DIR "/docs/examples")) {
    if (entry.path().extension() == ".sbx") files.push_back(entry.path().string());
  }
  if (files.empty()) throw std::runtime_error("there are no examples");
  std::sort(files.begin(), files.end());
  return files;
}

// The name of a test whose parameter is a file. Two files of one name make GoogleTest complain.
inline std::string named_after_file(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

// For ResolveOptions::read_file.
inline Result<std::string> read_from_disk(const std::string& path, size_t) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return text.str();
  return tl::unexpected(Diagnostic{.kind = Kind::cannot_read, .span = {}, .message = path});
}

}  // namespace sbxc::testing
