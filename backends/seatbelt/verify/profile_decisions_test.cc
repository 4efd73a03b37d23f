// The automata of a profile say of each word what Profile::decide says of that request: the one
// over bytes and the one over the names of paths.
#include "backends/seatbelt/verify/profile_decisions.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/seatbelt/verify/profile_paths.h"
#include "compiler/automata/domains.h"

namespace sbxc::sbpl {
namespace {

const std::vector<std::string> kFilters = {
    "(literal \"/a\")",
    "(literal \"/\")",
    "(subpath \"/a\")",
    "(subpath \"/\")",
    "(subpath \"/a/b\")",
    "(prefix \"/a\")",
    "(prefix \"/b/\")",
    "(regex #\"^/a\")",
    "(regex #\"b$\")",
    "(regex #\"^/[ab]+$\")",
    "(regex #\"^(/[^/]+)*/b$\")",
    "(regex #\"/a($|/)\")",
    "(regex #\"a.*b\")",
    "(regex #\"(^|a)/b\")",
    "(regex #\"^/a$|b/\")",
    "(regex #\"[^\\.ab]\")",
    "(regex #\"\")",
    "(regex #\"$\")",
    "(literal \"/b\" \"/a/b\")",
    "(vnode-type DIRECTORY)",
    "(extension \"x\")",
    "(require-entitlement \"y\")",
};

rc::Gen<std::string> filter_text(int depth) {
  auto leaf = rc::gen::elementOf(kFilters);
  if (depth == 0) return leaf;
  const auto joined = [depth](const char* name) {
    return rc::gen::map(rc::gen::pair(filter_text(depth - 1), filter_text(depth - 1)),
                        [name](const std::pair<std::string, std::string>& two) {
                          return std::string("(") + name + " " + two.first + " " + two.second + ")";
                        });
  };
  const auto negated = rc::gen::map(filter_text(depth - 1), [](const std::string& inner) {
    return "(require-not " + inner + ")";
  });
  return rc::gen::oneOf(leaf, leaf, joined("require-all"), joined("require-any"), negated);
}

rc::Gen<std::string> rule_text() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::string>("allow", "deny"),
                     rc::gen::element<std::string>("file*", "file-read*", "file-read-data"),
                     rc::gen::container<std::vector<std::string>>(filter_text(2))),
      [](const auto& parts) {
        std::string text = "(" + std::get<0>(parts) + " " + std::get<1>(parts);
        const auto& filters = std::get<2>(parts);
        for (size_t i = 0; i < std::min<size_t>(filters.size(), 3); ++i) text += " " + filters[i];
        return text + ")\n";
      });
}

// Every canonical path over three bytes, up to a length.
std::vector<std::string> all_paths(size_t length) {
  std::vector<std::string> out;
  std::vector<std::string> of_length{""};
  for (size_t size = 1; size <= length; ++size) {
    std::vector<std::string> longer;
    for (const std::string& word : of_length) {
      for (const char c : {'/', 'a', 'b', '.', '\\'}) longer.push_back(word + c);
    }
    of_length = std::move(longer);
    for (const std::string& word : of_length) {
      if (automata::canonical_paths().decide(word) != automata::kOutside) out.push_back(word);
    }
  }
  return out;
}

void expect_same(const Profile& profile, const WordRequests& requests,
                 const std::vector<std::string>& words, const std::string& text) {
  const auto automaton = decisions_of(profile, requests);
  RC_ASSERT(automaton.has_value());
  paths::Languages languages;
  ProfilePaths held(profile, {requests.operation}, languages);
  const auto space = paths::PathSpace::of(languages.nfa, {});
  RC_ASSERT(space.has_value());
  const auto by_name = held.decide(*space, requests, {});
  RC_ASSERT(by_name.has_value());
  for (const std::string& word : words) {
    const Verdict verdict = profile.decide(requests.operation, requests.with(word)).verdict;
    const automata::Label expected = verdict == Verdict::allow  ? kAllows
                                     : verdict == Verdict::deny ? kDenies
                                                                : kDepends;
    const automata::Label named = (*by_name)->decide(space->classes_of(word));
    if (automaton->decide(word) == expected && named == expected) continue;
    RC_LOG() << word << "\n" << text;
    RC_FAIL("the automaton and the profile differ");
  }
}

RC_GTEST_PROP(ProfileDecisions, AreThoseOfSingleRequests, ()) {
  static const std::vector<std::string> kPaths = all_paths(5);
  const auto rules = *rc::gen::container<std::vector<std::string>>(rule_text());
  std::string text = "(version 1)\n(deny default)\n";
  for (size_t i = 0; i < std::min<size_t>(rules.size(), 6); ++i) text += rules[i];
  const auto profile = Profile::compile(text, {});
  RC_ASSERT(profile.has_value());
  for (const char* type : {"DIRECTORY", "REGULAR-FILE"}) {
    const bool complete = *rc::gen::arbitrary<bool>();
    expect_same(*profile,
                {.operation = find_operation("file-read-data").value(),
                 .subject = "path",
                 .rest = {.complete = complete, .vnode_type = type},
                 .domain = &automata::canonical_paths()},
                kPaths, text);
  }
}

TEST(ProfileDecisions, NamesAreWordsToo) {
  const auto profile = Profile::compile(
      "(version 1)(deny default)(allow mach-lookup (global-name-prefix \"com.\") "
      "(global-name \"b\"))(deny mach-lookup (global-name-regex #\"x$\"))",
      {});
  const auto automaton = decisions_of(*profile, {.operation = find_operation("mach-lookup").value(),
                                                 .subject = "global-name",
                                                 .domain = &automata::plain_names()});
  ASSERT_TRUE(automaton);
  EXPECT_EQ(automaton->decide("com.a"), kAllows);
  EXPECT_EQ(automaton->decide("com.x"), kDenies);
  EXPECT_EQ(automaton->decide("b"), kAllows);
  EXPECT_EQ(automaton->decide("a"), kDenies);
}

TEST(ProfileDecisions, SayWhichLineMadeThemTooLarge) {
  std::string text = "(version 1)\n(deny default)\n";
  for (char c = 'a'; c < 'q'; ++c) {
    text += std::string("(allow file-read* (require-all (regex #\"") + c +
            "\") (require-not (regex #\"" + c + "..$\"))))\n";
  }
  const auto profile = Profile::compile(text, {});
  const auto automaton = decisions_of(*profile,
                                      {.operation = find_operation("file-read-data").value(),
                                       .subject = "path",
                                       .domain = &automata::canonical_paths()},
                                      {.states = 2000});
  ASSERT_FALSE(automaton);
  EXPECT_GT(static_cast<uint32_t>(automaton.error().first), 2U);
}

}  // namespace
}  // namespace sbxc::sbpl
