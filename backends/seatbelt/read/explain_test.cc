#include "backends/seatbelt/read/explain.h"

#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

constexpr const char* kProfile = R"((version 1)
(deny default)
(allow file-read* (subpath "/usr")
                  (require-all (subpath "/opt") (extension "com.apple.x")))
(deny file-read-data (literal "/usr/secret"))
(allow network-outbound (remote tcp "localhost:3128"))
(allow mach-lookup (global-name "com.apple.logd"))
(allow file-ioctl (vnode-type TTY))
(import "more.sb")
)";

Profile read(const char* text) {
  CompileOptions options;
  options.import = [](const std::string& name) -> std::optional<std::string> {
    if (name != "more.sb") return std::nullopt;
    return "; more\n(allow sysctl-read (sysctl-name \"kern.ostype\"))\n";
  };
  auto profile = Profile::compile(text, options);
  if (!profile) throw std::runtime_error(profile.error().message);
  return std::move(*profile);
}

Explanation ask(const char* operation, const char* target, const QuestionOptions& options = {}) {
  return explain(read(kProfile), question_of(operation, target, options).value());
}

TEST(Explain, NamesTheLineThatDecides) {
  const Explanation answer = ask("file-read-data", "/usr/secret");
  EXPECT_EQ(answer.verdict, Verdict::deny);
  ASSERT_EQ(answer.rules.size(), 1U);
  EXPECT_EQ(answer.rules[0].place.line, 5U);
  EXPECT_EQ(answer.rules[0].text, "(deny file-read-data (literal \"/usr/secret\"))");
}

TEST(Explain, FollowsTheParentsOfAnOperation) {
  const Explanation answer = ask("file-read-data", "/usr/lib/x");
  EXPECT_EQ(answer.verdict, Verdict::allow);
  ASSERT_EQ(answer.asked.size(), 2U);
  EXPECT_EQ(facts_of(answer.asked[1]).name, "file-read*");
  EXPECT_EQ(answer.rules[0].text,
            "(allow file-read* (subpath \"/usr\") (require-all (subpath \"/opt\") (extension "
            "\"com.apple.x\")))");
}

TEST(Explain, SaysWhenNoFilterHeld) {
  const Explanation answer = ask("file-read-data", "/x");
  EXPECT_EQ(answer.verdict, Verdict::deny);
  EXPECT_TRUE(answer.rules.back().is_tail);
  EXPECT_EQ(answer.rules.back().place.line, 2U);
  EXPECT_EQ(answer.asked.size(), 4U);
}

TEST(Explain, NamesWhatTheAnswerDependsOn) {
  const Explanation answer = ask("file-read-data", "/opt/x");
  EXPECT_EQ(answer.verdict, Verdict::depends);
  EXPECT_EQ(answer.unknown, std::vector<std::string>{"extension \"com.apple.x\""});
  ASSERT_EQ(answer.rules.size(), 2U);
  EXPECT_EQ(answer.rules[0].action, Action::allow);
  EXPECT_EQ(answer.rules[1].action, Action::deny);
}

TEST(Explain, WhatIsSaidIsNoLongerUnknown) {
  EXPECT_EQ(ask("file-read-data", "/opt/x", {.extensions = {"com.apple.x"}}).verdict,
            Verdict::allow);
  EXPECT_EQ(ask("file-read-data", "/opt/x", {.nothing_else = true}).verdict, Verdict::deny);
  EXPECT_EQ(ask("file-ioctl", "/dev/ttys1").unknown, std::vector<std::string>{"vnode-type"});
  EXPECT_EQ(ask("file-ioctl", "/dev/ttys1", {.vnode_type = "TTY"}).verdict, Verdict::allow);
}

TEST(Explain, TakesTargetsInEachFamilysForm) {
  EXPECT_EQ(ask("network-outbound", "tcp:127.0.0.1:3128").verdict, Verdict::allow);
  EXPECT_EQ(ask("network-outbound", "tcp:[::1]:3128").verdict, Verdict::allow);
  EXPECT_EQ(ask("network-outbound", "tcp:example.com:443").verdict, Verdict::deny);
  EXPECT_EQ(ask("network-outbound", "127.0.0.1:3128").verdict, Verdict::allow);
  EXPECT_EQ(ask("network-outbound", "udp:127.0.0.1:3128").verdict, Verdict::deny);
  EXPECT_EQ(ask("network-outbound", "[::1]:3128").verdict, Verdict::allow);
  EXPECT_EQ(ask("network-bind", "*:80").verdict, Verdict::deny);
  EXPECT_EQ(ask("network-outbound", "/private/var/run/x").verdict, Verdict::deny);
  EXPECT_EQ(ask("mach-lookup", "com.apple.logd").verdict, Verdict::allow);
  EXPECT_EQ(ask("mach-lookup", "xpc:com.apple.logd").verdict, Verdict::deny);
  EXPECT_EQ(ask("signal", "self").verdict, Verdict::allow);
  EXPECT_EQ(ask("process-fork", "-").verdict, Verdict::deny);
}

TEST(Explain, ATargetThatIsNotSaidIsUnknown) {
  EXPECT_EQ(ask("file-read-data", "-").verdict, Verdict::depends);
  EXPECT_EQ(ask("process-info-pidinfo", "-").verdict, Verdict::allow);
}

TEST(Explain, NamesTheImportThatARuleStandsIn) {
  const Explanation answer = ask("sysctl-read", "kern.ostype");
  EXPECT_EQ(answer.verdict, Verdict::allow);
  EXPECT_EQ(answer.rules[0].place.import, "more.sb");
  EXPECT_EQ(answer.rules[0].place.line, 2U);
}

TEST(Question, SaysWhatIsNoQuestion) {
  EXPECT_EQ(question_of("file-read-dta", "/x", {}).error().message,
            "Seatbelt has no operation `file-read-dta`; did you mean `file-read-data`?");
  EXPECT_EQ(question_of("file-read-data", "x/../y", {}).error().message,
            "`x/../y` is no target of `file-read-data`");
  EXPECT_EQ(question_of("network-outbound", "example.com", {}).error().help,
            "it takes HOST:PORT, udp:HOST:PORT or the path of a socket; `-` where it is not known");
  EXPECT_FALSE(question_of("process-fork", "/x", {}));
}

TEST(Question, EveryOperationHasAFormOfTarget) {
  for (size_t i = 0; i < operations().size(); ++i) {
    EXPECT_FALSE(target_form(static_cast<OperationId>(i)).empty());
  }
}

}  // namespace
}  // namespace sbxc::sbpl
