// Lines of the system's log, as they are printed, as they are forged, and as they are damaged.
#include "runtime/violations/violation.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace sbxc::violations {
namespace {

constexpr std::string_view kMessage = "sbxc-k3y";

std::string line_of(const std::string& event, int process = 0,
                    const std::string& image = "/kernel") {
  return nlohmann::json{{"eventMessage", event},
                        {"processID", process},
                        {"processImagePath", image},
                        {"subsystem", ""}}
      .dump();
}

std::optional<Violation> told(const std::string& event) {
  return violation_of(line_of(event + "\nsbxc-k3y"), kMessage);
}

TEST(Violation, TellsWhoTriedWhatOnWhat) {
  const auto found = told("Sandbox: touch(4711) deny(1) file-write-create /private/tmp/x");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->process, "touch");
  EXPECT_EQ(found->pid, 4711);
  EXPECT_EQ(found->operation, "file-write-create");
  EXPECT_EQ(found->target, "/private/tmp/x");
  EXPECT_EQ(found->more, 0U);
}

TEST(Violation, KeepsSpacesBreaksAndParenthesesOfNames) {
  const auto found = told("Sandbox: My (tool)(7) deny(1) file-read-data /a b/(8) deny(1) x\ny");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->process, "My (tool)");
  EXPECT_EQ(found->pid, 7);
  EXPECT_EQ(found->target, "/a b/(8) deny(1) x\ny");
}

TEST(Violation, CountsWhatTheSystemHasPutTogether) {
  const auto found = told("3 duplicate reports for Sandbox: ls(9) deny(1) file-read-data /x");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->more, 2U);
  EXPECT_EQ(told("1 duplicate report for Sandbox: ls(9) deny(1) file-read-data /x")->more, 0U);
}

TEST(Violation, MayHaveNoTarget) {
  const auto found = told("Sandbox: ps(3) deny(1) process-info-listpids");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operation, "process-info-listpids");
  EXPECT_EQ(found->target, "");
}

TEST(Violation, BelievesTheSystemAlone) {
  const std::string event = "Sandbox: touch(1) deny(1) file-write-create /x\nsbxc-k3y";
  EXPECT_TRUE(violation_of(line_of(event, 88, "/usr/libexec/sandboxd"), kMessage));
  EXPECT_FALSE(violation_of(line_of(event, 88, "/usr/bin/logger"), kMessage));
  EXPECT_FALSE(violation_of(line_of(event, 88, "/Users/a/usr/libexec/sandboxd"), kMessage));
}

TEST(Violation, IsNotThatOfAnotherRun) {
  EXPECT_FALSE(violation_of(line_of("Sandbox: touch(1) deny(1) file-write-create /x\nsbxc-other"),
                            kMessage));
  EXPECT_FALSE(violation_of(line_of("Sandbox: touch(1) deny(1) file-write-create /x"), kMessage));
  EXPECT_FALSE(
      violation_of(line_of("Sandbox: touch(1) deny(1) file-write-create /x\nsbxc-k3y"), ""));
}

TEST(Violation, IsNothingThatAnAllowSays) {
  EXPECT_FALSE(told("Sandbox: touch(1) allow(1) file-write-create /x"));
  EXPECT_FALSE(told("Sandbox: touch deny(1) file-write-create /x"));
  EXPECT_FALSE(told("Sandbox: (1) deny(1"));
  EXPECT_FALSE(told("something else"));
}

TEST(Violation, IsNoLineThatIsDamaged) {
  const std::string whole = line_of("Sandbox: touch(1) deny(1) file-write-create /x\nsbxc-k3y");
  ASSERT_TRUE(violation_of(whole, kMessage));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(violation_of(whole.substr(0, size), kMessage)) << whole.substr(0, size);
  }
  EXPECT_FALSE(violation_of("Filtering the log data using \"…\"", kMessage));
  EXPECT_FALSE(violation_of(R"({"eventMessage":7,"processID":"0"})", kMessage));
  EXPECT_FALSE(violation_of("{" + std::string(100'000, ' ') + "}", kMessage));
  EXPECT_FALSE(told("Sandbox: touch(99999999999999999999) deny(1) file-write-create /x"));
}

RC_GTEST_PROP(ViolationOf, TakesAnyBytesWithoutHarm, (const std::string& text)) {
  violation_of(text, kMessage);
  violation_of("{\"processID\":0,\"eventMessage\":\"" + text + "sbxc-k3y\"}", kMessage);
}

RC_GTEST_PROP(ViolationOf, FindsAgainWhatTheKernelSaid, ()) {
  const auto words = rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
  const std::string target = "/" + *words;
  const int pid = *rc::gen::inRange(1, 99999);
  const auto found =
      told("Sandbox: node(" + std::to_string(pid) + ") deny(1) file-read-data " + target);
  RC_ASSERT(found.has_value());
  RC_ASSERT(found->pid == pid);
  // Spaces at a name's end are not told from those around the message.
  RC_ASSERT(target.starts_with(found->target));
  RC_ASSERT(target.find_last_not_of(' ') + 1 == found->target.size());
}

TEST(Meaning, IsInTheWordsOfAPolicy) {
  const auto meaning = [](std::string operation, std::string target = "/x") {
    return meaning_of(
        {.process = "p", .operation = std::move(operation), .target = std::move(target)});
  };
  EXPECT_EQ(meaning("file-read-metadata"), Meaning::read);
  EXPECT_EQ(meaning("file-clone"), Meaning::read);
  EXPECT_EQ(meaning("file-write-unlink"), Meaning::write);
  EXPECT_EQ(meaning("file-link"), Meaning::write);
  EXPECT_EQ(meaning("process-exec*"), Meaning::exec);
  EXPECT_EQ(meaning("process-exec-interpreter"), Meaning::exec);
  EXPECT_EQ(meaning("network-outbound", "/private/var/run/mDNSResponder"), Meaning::socket);
  EXPECT_EQ(meaning("network-outbound", "93.184.216.34:443"), Meaning::connect);
  EXPECT_EQ(meaning("network-bind", "*:8080"), Meaning::listen);
  EXPECT_EQ(meaning("mach-lookup", "com.apple.pasteboard.1"), Meaning::service);
  EXPECT_EQ(meaning("sysctl-write", "kern.x"), Meaning::other);
}

TEST(Predicate, AsksForTheRunsMessage) {
  EXPECT_EQ(predicate_for(kMessage), "eventMessage ENDSWITH \"sbxc-k3y\"");
}

}  // namespace
}  // namespace sbxc::violations
