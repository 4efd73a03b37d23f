// Another run, read from its report, and what this one does worse: set inclusion, probe by probe.
// What held there has to hold here; that it was not tried here is no comfort.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"
#include "conformance/suite/outcome.h"

namespace sbxc::conform {

struct BaselineVerdict {
  std::string id;
  VerdictKind verdict{};
};

struct Baseline {
  std::string name;  // of the file, as the user named it
  std::string system;
  std::string sandbox;
  std::string account;                    // `root`, `user`
  std::vector<BaselineVerdict> verdicts;  // sorted by id, none twice
};

// Of what `--format json` wrote. Fails on anything else.
Result<Baseline> read_baseline(std::string_view json, std::string name);

struct VerdictChange {
  std::string id;
  VerdictKind before{};
  VerdictKind now{};
};

struct Comparison {
  std::string baseline;
  std::vector<VerdictChange> worse;   // held, and does not
  std::vector<std::string> missing;   // held, and this run does not know it
  std::vector<VerdictChange> better;  // did not hold, and does
  std::vector<std::string> added;     // unknown to the baseline
  size_t not_asked = 0;               // held, and this run was asked for a part without it
  std::vector<std::string> notes;     // what else differs: "the baseline was made on macos"

  bool no_worse() const { return worse.empty() && missing.empty(); }
};
Comparison compare(const Baseline& baseline, const Run& run);

const VerdictChange* worse_than_before(const Comparison* compared, std::string_view id);

}  // namespace sbxc::conform
