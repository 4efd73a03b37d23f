// Reading whole profiles: what is refused, what is not understood, and what stands where.
#include "backends/seatbelt/read/profile.h"

#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

CompileError error_of(const std::string& text, const CompileOptions& options = {}) {
  const auto profile = Profile::compile(text, options);
  return profile ? CompileError{.message = "none"} : profile.error();
}
Verdict verdict_of(const std::string& text, std::string_view operation, const Request& request) {
  return Profile::compile("(version 1)\n" + text, {})
      .value()
      .decide(find_operation(operation).value(), request)
      .verdict;
}

TEST(Profile, NothingIsKnownBeforeItsVersion) {
  EXPECT_EQ(error_of("(allow default)").message, "unbound variable: allow");
  EXPECT_EQ(error_of("").message, "no version specified");
  EXPECT_EQ(error_of("(version 4)").message, "unsupported version");
}

TEST(Profile, AMissingParamRefusesTheProfileAtItsLine) {
  const CompileError error = error_of("(version 1)\n\n(allow file-read* (subpath (param \"X\")))");
  EXPECT_EQ(error.refusal, Refusal::by_system);
  EXPECT_EQ(error.line, 3U);
  EXPECT_EQ(error.message, "invalid data type of path filter; expected pattern, got boolean");
}

TEST(Profile, AnImportThatIsNotHereIsSaid) {
  const CompileError error = error_of("(version 1)\n(import \"system.sb\")");
  EXPECT_EQ(error.refusal, Refusal::missing_import);
  EXPECT_EQ(error.message, "the import `system.sb` is not here");
}

TEST(Profile, AnErrorInAnImportHasItsName) {
  CompileOptions options;
  options.import = [](const std::string&) { return std::optional<std::string>("\n(oops)"); };
  const CompileError error = error_of("(version 1)\n(import \"a.sb\")", options);
  EXPECT_EQ(error.import, "a.sb");
  EXPECT_EQ(error.line, 2U);
}

TEST(Profile, AFilterOfAnotherCategoryRefusesTheProfile) {
  EXPECT_EQ(error_of("(version 1)(allow file-read* (global-name \"x\"))").message,
            "global-name filter does not apply to file-read* operation");
}

TEST(Profile, UnknownRegexIsNotUnderstoodRatherThanRefused) {
  EXPECT_EQ(error_of("(version 1)(allow file-read* (regex #\"a{2}\"))").refusal,
            Refusal::not_understood);
}

TEST(Profile, FormsAddTheirArgumentToEveryRuleInside) {
  const std::string rules =
      "(deny default)(with-filter (subpath \"/a\") (allow file-read*) (allow file-write* "
      "(literal \"/b\")))";
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/a/x"}), Verdict::allow);
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/b"}), Verdict::deny);
  EXPECT_EQ(verdict_of(rules, "file-write-data", {.path = "/b"}), Verdict::deny);
  const std::string operations =
      "(deny default)(with-operations (list file-read*) (allow process-fork))";
  EXPECT_EQ(verdict_of(operations, "file-read-data", {.path = "/a"}), Verdict::allow);
}

TEST(Profile, AnAmbiguousRegexIsUnknownWhereItsReadingsDiffer) {
  const std::string rules = "(deny default)(allow file-read* (regex #\"^/a[^\\.]$\"))";
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/ab"}), Verdict::allow);
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/a."}), Verdict::deny);
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/a\\"}), Verdict::depends);
}

TEST(Profile, UnknownTypesOfFilesAreRefused) {
  EXPECT_EQ(error_of("(version 1)(allow file-read* (vnode-type PIPE))").message,
            "unbound variable: PIPE");
}

TEST(Profile, ALocalFilterOnWhatGoesOutLetsEverythingOut) {
  const Request out{.remote = Endpoint{"tcp", "1.2.3.4", 443}};
  for (const char* filter : {"(local ip)", "(local ip \"localhost:*\")", "(local tcp \"*:*\")"}) {
    const std::string rules = std::string("(deny default)(allow network-outbound ") + filter + ")";
    EXPECT_EQ(verdict_of(rules, "network-outbound", out), Verdict::allow) << filter;
  }
  EXPECT_EQ(verdict_of("(deny default)(allow network-outbound (local ip \"*:80\"))",
                       "network-outbound", out),
            Verdict::deny);
}

TEST(Profile, NamesOfLaterSystemsAreRead) {
  const std::string rules =
      "(deny default)(allow fs-quota* fs-snapshot-mount mach-bootstrap mach-kernel-endpoint)"
      "(deny system-kas-info system-memorystatus-control system-necp-client-action)"
      "(allow iokit-open* (iokit-connection \"IOGPU\"))"
      "(allow system-fcntl (fcntl-command F_GETPATH F_SETFD))"
      "(deny syscall-mig (require-not (state-flag \"launched\")))"
      "(allow socket-option-get (socket-option-level SOL_SOCKET))"
      "(allow socket-ioctl (ioctl-command SIOCGIFFLAGS))";
  EXPECT_EQ(verdict_of(rules, "file-read-data", {.path = "/a"}), Verdict::deny);
  EXPECT_EQ(verdict_of(rules, "syscall-mig", {}), Verdict::depends);
  EXPECT_FALSE(find_operation("fs-quota*").has_value());
}

}  // namespace
}  // namespace sbxc::sbpl
