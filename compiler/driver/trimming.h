// `sbxc trim`: the policy's text without what changes nothing, why each cut changes nothing, what
// stays although it changes nothing either, and the proof.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/cut_reasons.h"
#include "compiler/driver/load.h"

namespace sbxc::driver {

struct ExplainedCut {
  Cut cut;
  CutReason reason;
  bool explained = true;  // false: that would take too long
};

// A statement that could go and stays.
struct Kept {
  enum class Why : uint8_t { names_a_reason, accepted, depends_on_variables, used_file };
  Why why{};
  Span span;         // the statement: a rule, or a `use`
  std::string what;  // the test that names its reason, or the comment's reason, or the file
};

struct Trimming {
  std::string text;                 // of the policy's own file
  std::vector<ExplainedCut> cuts;   // in the order of the file
  std::vector<Kept> kept;           // likewise
  bool everywhere = true;           // false: with other directories the policy is bad
  std::vector<std::string> unused;  // sets and params that nothing uses any more, in words
};

struct TrimRequest {
  PolicyOptions policy;
  bool keep_denies = false;
};

// The text was read again and proved to decide every request as the policy does, here and where
// `$cwd`, `$home`, `$tmp` and `$user` are other places; and every test that passed passes.
Budgeted<Trimming> trimming_of(const TrimRequest& request, const Loaded& loaded);

}  // namespace sbxc::driver
