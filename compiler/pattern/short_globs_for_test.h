// For tests: every glob of a few atoms, every canonical path of a few bytes, and whether another
// form of a glob (an automaton, a table, a profile) says of each path what the reference matcher
// says. Hundreds of globs share what is built, each below a directory of its own; a form that is
// cheap to build glob by glob needs no more than the lists.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "compiler/pattern/path_glob.h"
#include "compiler/pattern/reference_matcher.h"

namespace sbxc::short_globs {

inline const std::vector<std::string> kAtoms = {"a", "b", "/", "*", "**", "?", "[ab]", "{a,b}"};
// What a glob of at least one atom begins with, for tests that are split by it.
inline const std::vector<std::string> kFirstAtoms = {"a", "*", "**", "?", "[ab]", "{a,b}"};
constexpr size_t kMostAtoms = 5;
constexpr size_t kMostBytes = 6;  // of a path
constexpr size_t kGlobsInABatch = 250;

// Every string of up to `most` atoms.
inline std::vector<std::string> strings(const std::vector<std::string>& atoms, size_t most) {
  std::vector<std::string> all{""};
  for (size_t begin = 0, n = 0; n < most; ++n) {
    for (const size_t end = all.size(); begin < end; ++begin) {
      for (const std::string& atom : atoms) all.push_back(all[begin] + atom);
    }
  }
  return all;
}

inline std::vector<std::string> paths() {
  std::vector<std::string> all;
  for (const std::string& text : strings({"a", "b", "/"}, kMostBytes - 1)) {
    if (is_canonical_path("/" + text)) all.push_back("/" + text);
  }
  return all;
}

// The globs that begin with this atom, or all; what the parser refuses is none.
inline std::vector<std::string> globs(const std::string& first_atom = {}) {
  std::vector<std::string> all;
  for (const std::string& tail : strings(kAtoms, kMostAtoms - (first_atom.empty() ? 0 : 1))) {
    std::string glob = "/";
    glob.append(first_atom).append(tail);
    if (parse_path_pattern(PatternText::plain(glob))) all.push_back(std::move(glob));
  }
  return all;
}

// A form of a batch of globs: whether it holds a path. Every so manieth question is asked of it.
struct Form {
  std::string name;
  std::function<bool(const std::string&)> holds;
  size_t every = 1;
};
using Build = std::function<std::vector<Form>(const std::vector<PathPattern>&)>;

// A glob or a path, below directory number `n`.
inline std::string below(size_t n, const std::string& text) {
  return "/g" + std::to_string(n) + (text == "/" ? "" : text);
}

inline void hold_batch(const std::vector<std::string>& batch, const Build& build, size_t& matched) {
  std::vector<PathPattern> patterns;
  patterns.reserve(batch.size());
  for (size_t n = 0; n < batch.size(); ++n) {
    auto pattern = parse_path_pattern(PatternText::plain(below(n, batch[n])));
    ASSERT_TRUE(pattern.has_value()) << batch[n];
    patterns.push_back(std::move(*pattern));
  }
  const std::vector<Form> forms = build(patterns);
  ASSERT_FALSE(forms.empty()) << "nothing was built";
  const std::vector<std::string> asked = paths();
  size_t question = 0;
  for (size_t n = 0; n < batch.size(); ++n) {
    const auto reference = reference::compile(batch[n]);
    for (const std::string& path : asked) {
      const bool expected = reference::matches(reference, path);
      matched += expected ? 1 : 0;
      ++question;
      for (const Form& form : forms) {
        if (question % form.every != 0) continue;
        ASSERT_EQ(form.holds(below(n, path)), expected)
            << form.name << ": " << batch[n] << " on " << path;
      }
    }
  }
}

// Holds what `build` makes of the globs that begin with this atom to the reference.
inline void hold_to_reference(const std::string& first_atom, const Build& build) {
  const std::vector<std::string> all = globs(first_atom);
  EXPECT_GT(all.size(), first_atom == "**" ? 100U : 1000U);
  size_t matched = 0;
  for (size_t begin = 0; begin < all.size(); begin += kGlobsInABatch) {
    const size_t end = std::min(begin + kGlobsInABatch, all.size());
    hold_batch({all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(end)},
               build, matched);
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(matched, 1000U);
}

}  // namespace sbxc::short_globs
