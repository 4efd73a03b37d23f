// Globs as policies write them, for the tests of this room: text to automata by way of the pattern
// parser, and the reference matcher as a second opinion.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/automata/globs_of.h"
#include "compiler/automata/word_set.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/pattern/reference_matcher.h"

namespace sbxc::automata::testing {

using Texts = std::vector<std::string>;

inline NameGlob name_of(const sbxc::NameGlob& parsed) {
  NameGlob name;
  for (const NameAtom& atom : parsed.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      name.atoms.emplace_back(literal->bytes);
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      name.atoms.emplace_back(*set);
    } else {
      name.atoms.emplace_back(AnyRun{});
    }
  }
  return name;
}

inline std::vector<Glob> parsed(const Texts& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    const Result<PathPattern> pattern = parse_path_pattern(PatternText::plain(text));
    EXPECT_TRUE(pattern) << text << ": " << (pattern ? "" : pattern.error().message);
    if (!pattern) continue;
    for (const PathGlob& parsed_glob : pattern->globs) {
      Glob glob;
      for (const Component& component : parsed_glob.components) {
        const auto* name = std::get_if<sbxc::NameGlob>(&component);
        glob.components.push_back(name ? std::optional(name_of(*name)) : std::nullopt);
      }
      globs.push_back(std::move(glob));
    }
  }
  return globs;
}

// `/a/**` without `/a/b`, in a way that a test can list.
struct Written {
  Texts globs;
  Texts except{};
};

inline WordSet set_of(const std::vector<Written>& parts) {
  std::vector<GlobRule> rules;
  rules.reserve(parts.size());
  for (const Written& part : parts) rules.push_back({parsed(part.globs), parsed(part.except)});
  return words_of(rules, GlobKind::path).value();
}

inline WordSet set_of(const GlobSet& globs) {
  std::vector<Written> parts{{globs.globs, globs.except}};
  for (const GlobPart& part : globs.also) parts.push_back({part.globs, part.except});
  return set_of(parts);
}

inline bool matches(const Texts& patterns, const std::string& path) {
  for (const std::string& pattern : patterns) {
    if (reference::matches(reference::compile(pattern), path)) return true;
  }
  return false;
}

inline bool matches(const std::vector<Written>& parts, const std::string& path) {
  for (const Written& part : parts) {
    if (matches(part.globs, path) && !matches(part.except, path)) return true;
  }
  return false;
}

}  // namespace sbxc::automata::testing
