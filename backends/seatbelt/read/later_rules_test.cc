// Rules of later systems: about single messages, and held back to the end of a profile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/seatbelt/read/explain.h"

namespace sbxc::sbpl {
namespace {

using ::testing::ElementsAre;

Profile profile_of(const std::string& rules) {
  auto profile = Profile::compile("(version 1)\n(deny default)\n" + rules, {});
  EXPECT_TRUE(profile) << profile.error().message;
  return std::move(*profile);
}
CompileError error_of(const std::string& rules) {
  const auto profile = Profile::compile("(version 1)\n" + rules, {});
  return profile ? CompileError{.message = "none"} : profile.error();
}
Explanation ask(const Profile& profile, std::string_view operation, const std::string& target) {
  return explain(profile, *question_of(operation, target, {}));
}

constexpr const char* kMessages =
    "(allow iokit-open-user-client (iokit-user-client-class \"Surface\")\n"
    "  (apply-message-filter\n"
    "    (deny (with telemetry) iokit-external-method iokit-external-trap)\n"
    "    (allow iokit-external-method (iokit-method-number 1 2))))\n";

TEST(MessageFilter, LeavesTheVerdictOfItsRule) {
  const Profile profile = profile_of(kMessages);
  EXPECT_EQ(ask(profile, "iokit-open-user-client", "Surface").verdict, Verdict::allow);
  EXPECT_EQ(ask(profile, "iokit-open-user-client", "Other").verdict, Verdict::deny);
}

TEST(MessageFilter, MakesWhatIsSaidOfMessagesDepend) {
  const Explanation why = ask(profile_of(kMessages), "iokit-external-method", "-");
  EXPECT_EQ(why.verdict, Verdict::depends);
  EXPECT_THAT(why.unknown,
              ElementsAre("apply-message-filter of line 4", "iokit-method-number 1 2"));
}

TEST(MessageFilter, IsOutsideOfTheFormsThatEncloseIt) {
  const Profile profile =
      profile_of("(with-operations (list iokit-set-properties)\n" + std::string(kMessages) +
                 ")\n(with-filter (subpath \"/a\")" + "(allow file-read* (apply-message-filter " +
                 "(allow mach-message-send (message-number 3)))))\n");
  EXPECT_EQ(ask(profile, "iokit-set-properties", "x").verdict, Verdict::deny);
  EXPECT_EQ(ask(profile, "iokit-external-method", "-").verdict, Verdict::depends);
  ASSERT_EQ(profile.unplaced_rules().size(), 2U);
  EXPECT_EQ(profile.unplaced_rules()[0].operation, "iokit-external-trap");
  EXPECT_EQ(profile.unplaced_rules()[1].operation, "mach-message-send");
  EXPECT_EQ(ask(profile, "file-read-data", "/a/b").verdict, Verdict::allow);
}

TEST(MessageFilter, IsReadToItsEnd) {
  EXPECT_EQ(error_of("(allow mach-lookup (apply-message-filter (deny no-such-thing)))").message,
            "unbound variable: no-such-thing");
  EXPECT_EQ(error_of("(allow mach-lookup (apply-message-filter))").message, "a form is incomplete");
}

// As WebKit's profiles for iOS define it.
constexpr const char* kHook =
    "(define (%elevated-precedence-finalize) (lambda () #f))\n"
    "(macro (with-elevated-precedence form)\n"
    "  `(%hold-back (lambda () ,@(cdr form))))\n"
    "(define (%hold-back rules)\n"
    "  (let ((before %elevated-precedence-finalize))\n"
    "    (set! %elevated-precedence-finalize (lambda () (before) (rules)))))\n";

TEST(HeldBackRules, AreNamedWhereTheyWouldDecide) {
  const Profile profile =
      profile_of(kHook + std::string("(with-elevated-precedence\n"
                                     "  (allow file-read* (subpath \"/usr\")))\n"
                                     "(allow file-read* (subpath \"/opt\"))\n"));
  const Explanation why = ask(profile, "file-read-data", "/usr/lib");
  EXPECT_EQ(why.verdict, Verdict::depends);
  EXPECT_THAT(why.unknown, ElementsAre("with-elevated-precedence"));
  EXPECT_EQ(why.rules.front().place.line, 10U);
  EXPECT_EQ(ask(profile, "file-read-data", "/opt/a").verdict, Verdict::allow);
  EXPECT_EQ(ask(profile, "file-read-data", "/etc").verdict, Verdict::deny);
}

TEST(HeldBackRules, ComeLastWhereverTheyStand) {
  const Profile profile =
      profile_of(kHook + std::string("(with-elevated-precedence\n"
                                     "  (deny file-read* (subpath \"/a\"))\n"
                                     "  (allow file-read* (subpath \"/b\")))\n"
                                     "(allow file-read*)\n"
                                     "(allow file-read* (subpath \"/a/b\"))\n"));
  EXPECT_EQ(ask(profile, "file-read-data", "/a/b").verdict, Verdict::depends);
  EXPECT_EQ(ask(profile, "file-read-data", "/b").verdict, Verdict::allow) << "either way";
}

TEST(HeldBackRules, HaveErrorsWithTheirLine) {
  const CompileError error =
      error_of(kHook + std::string("(with-elevated-precedence\n  (allow file-raed*))\n"));
  EXPECT_EQ(error.message, "unbound variable: file-raed*");
  EXPECT_EQ(error.line, 9U);
}

TEST(LaterLanguage, IsNotUnderstoodRatherThanRefused) {
  for (const char* text :
       {"(set! %finalize (lambda () #f))", "(%at-the-end 1)",
        "(allow file-read* (when (defined? 'no-such-filter) (no-such-filter 1)))"}) {
    EXPECT_EQ(error_of(text).refusal, Refusal::not_understood) << text;
  }
}

}  // namespace
}  // namespace sbxc::sbpl
