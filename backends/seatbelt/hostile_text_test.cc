// Names come from people and file systems: quotes, backslashes, parentheses, newlines,
// metacharacters of regular expressions, bytes that are no text. None may leave its string or
// change its meaning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/path_regex.h"
#include "backends/seatbelt/read/sbpl_regex.h"
#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/sbpl_text.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::seatbelt {
namespace {

const char* const kHostileNames[] = {
    "a\"b",
    "a\\b",
    "a\\",
    "\")(allow default)(\"",
    "a\n(allow default)\nb",
    ")",
    "(",
    ";x",
    "#|x|#",
    "a;b",
    "[1]",
    "a.b",
    "a*b",
    "a+b",
    "a?b",
    "a{2}",
    "a|b",
    "^a",
    "a$",
    "\\d",
    "a'b",
    "`a",
    "a,b",
    "\x01\x7f",
    "\xff\xfe",
    "caf\xc3\xa9",
    "cafe\xcc\x81",
    " lead",
    "trail ",
    "]",
    "a]b",
    "-",
    "^",
};

PathGlob path_of(const std::vector<std::string>& names) {
  PathGlob glob;
  for (const std::string& name : names) glob.components.push_back(NameGlob{{Literal{name}}});
  return glob;
}
Rule rule_of(Effect effect, Operation operation, std::vector<PathGlob> globs) {
  Rule rule;
  rule.effect = effect;
  rule.operation = operation;
  rule.patterns.push_back(PathPattern{.span = {}, .written = "x", .globs = std::move(globs)});
  return rule;
}
PathGlob below(PathGlob glob) {
  glob.components.emplace_back(AnyComponents{});
  return glob;
}

TEST(HostileNames, AreAllowedAloneAndOpenNothingElse) {
  for (const std::string name : kHostileNames) {
    Policy policy;
    add_rule(policy, rule_of(Effect::allow, Operation::read, {path_of({"srv", name})}));
    const EvaluatedProfile profile = EvaluatedProfile::of(policy);
    EXPECT_TRUE(profile.allows("file-read-data", "/srv/" + name)) << name;
    EXPECT_TRUE(profile.denies("file-read-data", "/srv/x")) << name;
    EXPECT_TRUE(profile.denies("file-read-data", "/srv/" + name + "x")) << name;
    EXPECT_EQ(profile.decide("mach-lookup", {}).verdict, sbpl::Verdict::deny) << name;
  }
}

TEST(HostileNames, AreDeniedInsideAWritablePlaceLiterallyAndByExpression) {
  for (const std::string name : kHostileNames) {
    Policy policy;
    add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
    PathGlob anywhere = path_of({"srv"});
    anywhere.components.emplace_back(AnyComponents{});
    anywhere.components.emplace_back(NameGlob{{Literal{name}}});
    add_rule(policy, rule_of(Effect::deny, Operation::write, {anywhere}));
    add_rule(policy, rule_of(Effect::deny, Operation::read, {path_of({"srv", "d", name})}));
    const EvaluatedProfile profile = EvaluatedProfile::of(policy);
    EXPECT_TRUE(profile.denies("file-write-data", "/srv/e/" + name)) << name;
    EXPECT_TRUE(profile.denies("file-read-data", "/srv/d/" + name)) << name;
    // Bytes that are no text are no name on these volumes: any name is denied in their place.
    if (find_invalid_utf8(name) == std::string_view::npos) {
      EXPECT_TRUE(profile.allows("file-write-data", "/srv/e/other")) << name;
    }
    // A directory with a newline in its name hides nothing from an expression.
    EXPECT_TRUE(profile.denies("file-write-data", "/srv/e\nf/" + name)) << name;
  }
}

TEST(HostileNames, OfOneUnicodeFormAreDeniedInTheOther) {
  Policy policy;
  add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
  add_rule(policy, rule_of(Effect::deny, Operation::write, {path_of({"srv", "caf\xc3\xa9.key"})}));
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  for (const char* spelling : {"caf\xc3\xa9.key", "cafe\xcc\x81.key", "CAF\xc3\x89.KEY"}) {
    EXPECT_TRUE(profile.denies("file-write-create", std::string("/srv/") + spelling)) << spelling;
  }
  EXPECT_TRUE(profile.allows("file-write-create", "/srv/cafe.txt"));
}

TEST(HostileNames, OutsideAsciiAltogetherDenyNoAsciiName) {
  Policy policy;
  add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
  add_rule(policy,
           rule_of(Effect::deny, Operation::write, {path_of({"srv", "\xe5\xaf\x86\xe7\xa0\x81"})}));
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  EXPECT_TRUE(profile.denies("file-write-data", "/srv/\xe5\xaf\x86\xe7\xa0\x81"));
  EXPECT_TRUE(profile.allows("file-write-data", "/srv/readme.txt"));
}

TEST(HostileNames, WithADoubledSAreDeniedWithTheLetterThatFoldsToIt) {
  Policy policy;
  add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
  add_rule(policy, rule_of(Effect::deny, Operation::write, {below(path_of({"srv", ".ssh"}))}));
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  for (const char* spelling : {".ssh", ".SSH", ".\xc3\x9fh", ".\xe1\xba\x9eH"}) {
    EXPECT_TRUE(profile.denies("file-write-create", std::string("/srv/") + spelling + "/key"));
  }
  // One letter, or three, is another name.
  EXPECT_TRUE(profile.allows("file-write-create", "/srv/.sh/key"));
  EXPECT_TRUE(profile.allows("file-write-create", "/srv/.sssh/key"));
}

TEST(HostileNames, WithSeveralLettersSAreDeniedInEveryFoldingAndNoOtherLength) {
  Policy policy;
  add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
  add_rule(policy, rule_of(Effect::deny, Operation::write, {path_of({"srv", "ssss"})}));
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  const std::string sharp = "\xc3\x9f";
  for (const std::string& name :
       {std::string("ssss"), "s" + sharp + "s", sharp + sharp, sharp + "sS", "sS" + sharp}) {
    EXPECT_TRUE(profile.denies("file-write-create", "/srv/" + name)) << name;
  }
  for (const std::string& name : {std::string("sss"), std::string("sssss"), sharp + "s"}) {
    EXPECT_TRUE(profile.allows("file-write-create", "/srv/" + name)) << name;
  }
}

TEST(Comments, HoldOneLineOfPrintableTextWhateverTheStatementSays) {
  const ResolvedPolicy resolved = ResolvedPolicy::of(
      "sbx 1\n"
      "policy odd \"x\"\n"
      "allow read /srv/a,   # (allow default)\n"
      "           \"/srv/b c\",\n"
      "           \"/srv/) (allow default)\"\n"
      "           because \"a \\\"quoted\\\" reason\"\n");
  const EvaluatedProfile profile = EvaluatedProfile::of(resolved.policy, resolved.sources);
  EXPECT_TRUE(profile.allows("file-read-data", "/srv/) (allow default)"));
  EXPECT_EQ(profile.decide("mach-lookup", {}).verdict, sbpl::Verdict::deny);
  EXPECT_THAT(profile.text(),
              ::testing::HasSubstr("; policy.sbx:3  allow read /srv/a, \"/srv/b c\""));
  std::istringstream lines(profile.text());
  for (std::string line; std::getline(lines, line);) {
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << line;
  }
}

TEST(LongNames, AreSplitSoThatNoLiteralIsTooLong) {
  Policy policy;
  add_rule(policy, rule_of(Effect::allow, Operation::write, {below(path_of({"srv"}))}));
  const std::string name(255, 'k');
  add_rule(policy, rule_of(Effect::deny, Operation::write,
                           {path_of({"srv", name, name, name, name, name})}));
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);  // the reader refuses over 1025
  const std::string path = "/srv/" + name + "/" + name + "/" + name + "/" + name + "/" + name;
  EXPECT_TRUE(profile.denies("file-write-data", path));
  EXPECT_TRUE(profile.allows("file-write-data", path + "x"));
}

// Globs of odd bytes against the expression that stands for them.
rc::Gen<std::string> odd_name() {
  return rc::gen::nonEmpty(
      rc::gen::resize(4, rc::gen::container<std::string>(rc::gen::element(
                             'a', 'B', 's', '.', '*', '[', ']', '(', ')', '|', '\\', '^', '$', '{',
                             '}', '-', '+', '?', '"', '\n', '\xc3', '\xa9', '\x80', ' '))));
}
rc::Gen<NameAtom> odd_atom() {
  return rc::gen::oneOf(
      rc::gen::map(odd_name(),
                   [](std::string bytes) { return NameAtom(Literal{std::move(bytes)}); }),
      rc::gen::just(NameAtom(AnyRun{})), rc::gen::map(odd_name(), [](const std::string& members) {
        ByteSet set;
        for (const char c : members) {
          if (static_cast<unsigned char>(c) < 0x80) set.set(static_cast<unsigned char>(c));
        }
        if (members.size() % 2 == 0 || set.none()) set = ~set;
        return NameAtom(set.reset('/').reset(0));
      }));
}
PathGlob glob_of(const std::vector<std::vector<NameAtom>>& names) {
  PathGlob glob;
  for (const auto& atoms : names) {
    NameGlob name;
    for (const NameAtom& atom : atoms) {
      const bool run = std::holds_alternative<AnyRun>(atom);
      if (!name.atoms.empty() && run && std::holds_alternative<AnyRun>(name.atoms.back())) continue;
      auto* last = name.atoms.empty() ? nullptr : std::get_if<Literal>(&name.atoms.back());
      const auto* literal = std::get_if<Literal>(&atom);
      if (last != nullptr && literal != nullptr) {
        last->bytes += literal->bytes;
      } else {
        name.atoms.push_back(atom);
      }
    }
    const bool any = name.atoms.empty();
    if (any && !glob.components.empty() &&
        std::holds_alternative<AnyComponents>(glob.components.back())) {
      continue;
    }
    glob.components.push_back(any ? Component(AnyComponents{}) : Component(std::move(name)));
  }
  return glob;
}

RC_GTEST_PROP(PathRegexes, MatchWhatTheGlobsMatch, ()) {
  std::vector<SpelledGlob> globs;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const auto atoms = rc::gen::resize(3, rc::gen::container<std::vector<NameAtom>>(odd_atom()));
    globs.push_back({.glob = glob_of(*rc::gen::resize(
                         4, rc::gen::container<std::vector<std::vector<NameAtom>>>(atoms)))});
  }
  std::vector<sbpl::Regex> regexes;
  for (const std::string& text : path_regexes(globs)) {
    auto regex = sbpl::Regex::compile(text);
    RC_ASSERT(regex.has_value());
    regexes.push_back(std::move(*regex));
  }
  for (int i = 0; i < 20; ++i) {
    std::string path;
    for (const std::string& name :
         *rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(odd_name()))) {
      path += "/" + name;
    }
    if (path.empty()) path = "/";
    if (!is_canonical_path(path)) continue;
    const bool matched = std::any_of(globs.begin(), globs.end(),
                                     [&](const SpelledGlob& g) { return g.glob.matches(path); });
    const bool found = std::any_of(regexes.begin(), regexes.end(),
                                   [&](const sbpl::Regex& r) { return r.search(path); });
    RC_ASSERT(matched == found);
  }
}

TEST(PathRegexes, ShareWhatTheyBeginWith) {
  const auto glob = [](std::string_view text) {
    return SpelledGlob{.glob = parse_path_pattern(PatternText::plain(text)).value().globs.at(0)};
  };
  EXPECT_THAT(path_regexes({glob("/w/**/.git/config"), glob("/w/**/.git/hooks/**")}),
              ::testing::ElementsAre("^/w(/[^/]+)*/\\.git(/config$|/hooks($|/))"));
}

}  // namespace
}  // namespace sbxc::seatbelt
