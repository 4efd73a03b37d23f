// What stands on every stage, as data: conformance/probes/stage.toml, which says what its keys
// mean.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

struct StageItem {
  enum class Kind : uint8_t { file, directory, link, hard_link };
  Kind kind = Kind::file;
  std::string path;
  std::string content;  // of files; where links lead
  mode_t mode = 0644;
  std::string set;     // empty: on every stage
  bool asked = false;  // made while the command runs
  int repeat = 1;
};

struct StagePlan {
  std::vector<StageItem> items;
  // The names by which probes ask for more.
  std::set<std::string, std::less<>> sets() const;
};

Result<StagePlan> read_stage_plan(const std::string& name, std::string_view text);

}  // namespace sbxc::conform
