// One policy with a rule of every kind: the profile to the byte, what it decides, and what becomes
// of it when one deny is lost. SBXC_UPDATE=1 rewrites the golden file, to be read before it is
// committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/resolved_policy.h"
#include "compiler/policy/decide.h"

namespace sbxc::seatbelt {
namespace {

using sbpl::Verdict;
using ::testing::Contains;
using ::testing::Field;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string kTestdata = SBXC_TESTDATA;

class WorkspaceProfile : public ::testing::Test {
 protected:
  ResolvedPolicy resolved_ = ResolvedPolicy::of(read_whole(kTestdata + "/workspace.sbx"));
  EvaluatedProfile profile_ = EvaluatedProfile::of(resolved_.policy, resolved_.sources);
};

TEST_F(WorkspaceProfile, IsTheGoldenOne) {
  const std::string path = kTestdata + "/workspace.sb";
  const char* update = std::getenv("SBXC_UPDATE");
  if (update != nullptr && *update == '1') std::ofstream(path, std::ios::binary) << profile_.text();
  EXPECT_EQ(profile_.text(), read_whole(path));
}

TEST_F(WorkspaceProfile, ReadsWhatIsAllowedAndNoCredentials) {
  EXPECT_TRUE(profile_.allows("file-read-data", "/etc/hosts"));
  EXPECT_TRUE(profile_.allows("file-read-data", "/Users/alice/.ssh/known_hosts"));
  for (const char* operation : {"file-read-data", "file-read-xattr", "file-clone", "file-link",
                                "file-write-data", "file-write-unlink", "process-exec*"}) {
    EXPECT_TRUE(profile_.denies(operation, "/Users/alice/.ssh/id_ed25519")) << operation;
    EXPECT_TRUE(profile_.denies(operation, "/Users/alice/.aws/credentials")) << operation;
  }
  EXPECT_TRUE(profile_.denies("file-read-metadata", "/Users/alice/.ssh/id_ed25519"));
  EXPECT_TRUE(profile_.denies("file-test-existence", "/Users/alice/.ssh/id_ed25519"));
}

TEST_F(WorkspaceProfile, LetsTheWayToAnExceptionBeLookedUpAndNotListed) {
  EXPECT_TRUE(profile_.allows("file-read-metadata", "/Users/alice/.ssh", "DIRECTORY"));
  EXPECT_TRUE(profile_.denies("file-read-data", "/Users/alice/.ssh", "DIRECTORY"));
}

TEST_F(WorkspaceProfile, WritesTheWorkspaceAndThePlaceBehindALink) {
  EXPECT_TRUE(profile_.allows("file-write-data", "/Users/alice/work/src/main.c"));
  EXPECT_TRUE(profile_.allows("file-write-unlink", "/Users/alice/work/src", "DIRECTORY"));
  EXPECT_TRUE(profile_.allows("file-write-create", "/Users/alice/work/new", "DIRECTORY"));
  EXPECT_TRUE(profile_.allows("file-write-create", "/private/tmp/build/out.o"));
  EXPECT_TRUE(profile_.denies("file-write-create", "/private/tmp/other"));
  EXPECT_TRUE(profile_.denies("file-write-setugid", "/Users/alice/work/src/main.c"));
  EXPECT_TRUE(profile_.allows("file-read-metadata", "/tmp", "SYMLINK"));
}

TEST_F(WorkspaceProfile, KeepsWhatRunsLaterInPlaceWhateverMoves) {
  const std::string work = "/Users/alice/work";
  for (const char* protected_path : {"/.git/hooks", "/.git/hooks/pre-commit", "/.git/config",
                                     "/sub/.envrc", "/.GIT/hooks/pre-commit", "/.Git/Config"}) {
    for (const char* operation :
         {"file-write-data", "file-write-create", "file-write-unlink", "file-link"}) {
      EXPECT_TRUE(profile_.denies(operation, work + protected_path)) << operation << protected_path;
    }
  }
  for (const char* above : {"/.git", "/.GIT", ""}) {
    EXPECT_TRUE(profile_.denies("file-write-unlink", work + above, "DIRECTORY")) << above;
    EXPECT_TRUE(profile_.denies("file-write-create", work + above, "DIRECTORY")) << above;
    EXPECT_TRUE(profile_.denies("file-write-create", work + above, "SYMLINK")) << above;
  }
  EXPECT_TRUE(profile_.allows("file-write-data", work + "/.git/index"));
  // A long s or a ligature is another spelling to a case-insensitive volume.
  EXPECT_TRUE(profile_.denies("file-write-create", work + "/.git/hook\xc5\xbf/pre-commit"));
  EXPECT_TRUE(profile_.denies("file-write-create", work + "/.git/con\xef\xac\x81g"));
}

TEST_F(WorkspaceProfile, RunsWhatIsAllowedAndReadable) {
  EXPECT_TRUE(profile_.allows("process-exec*", "/usr/bin/git"));
  EXPECT_TRUE(profile_.allows("process-exec-interpreter", "/usr/bin/env"));
  EXPECT_TRUE(profile_.allows("process-exec*", "/Users/alice/work/node_modules/.bin/tsc"));
  EXPECT_TRUE(profile_.denies("process-exec*", "/usr/bin/osascript"));
  EXPECT_TRUE(profile_.denies("process-exec*", "/Users/alice/work/a.out"));
}

TEST_F(WorkspaceProfile, ReachesTheProxyAlone) {
  const auto to = [](std::string host, uint16_t port, std::string proto = "tcp") {
    return sbpl::Request{.remote = sbpl::Endpoint{std::move(proto), std::move(host), port}};
  };
  const auto outbound = [&](const sbpl::Request& request) {
    return profile_.decide("network-outbound", request).verdict;
  };
  EXPECT_EQ(outbound(to("127.0.0.1", 3128)), Verdict::allow);
  EXPECT_EQ(outbound(to("::1", 3128)), Verdict::allow);
  EXPECT_EQ(outbound(to("127.0.0.1", 5432)), Verdict::deny);
  EXPECT_EQ(outbound(to("203.0.113.7", 3128)), Verdict::deny);
  EXPECT_EQ(outbound(to("203.0.113.7", 443)), Verdict::deny);
  EXPECT_EQ(outbound(to("8.8.8.8", 53, "udp")), Verdict::deny);
  EXPECT_TRUE(profile_.denies("network-outbound", "/private/var/run/mDNSResponder", "SOCKET"));
}

TEST_F(WorkspaceProfile, ConnectsToItsSocketsOnly) {
  for (const char* operation : {"network-outbound", "network-bind"}) {
    EXPECT_TRUE(profile_.allows(operation, "/private/var/run/syslog", "SOCKET"));
    EXPECT_TRUE(profile_.allows(operation, "/Users/alice/work/tmp/dev.sock", "SOCKET"));
    EXPECT_TRUE(profile_.denies(operation, "/Users/alice/work/.docker/docker.sock", "SOCKET"));
    EXPECT_TRUE(profile_.denies(operation, "/private/var/run/docker.sock", "SOCKET"));
  }
  // Moved to an allowed name, or linked there, the denied socket would be reached.
  const std::string denied = "/Users/alice/work/.docker/docker.sock";
  EXPECT_TRUE(profile_.denies("file-write-unlink", denied, "SOCKET"));
  EXPECT_TRUE(profile_.denies("file-link", denied, "SOCKET"));
}

TEST_F(WorkspaceProfile, ClosesWhatTheDefaultDoesNotReach) {
  const sbpl::Request others{.target = {"others"}};
  EXPECT_EQ(profile_.decide("process-info-pidinfo", others).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("signal", others).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("nvram-get", {}).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("iokit-get-properties", {}).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("job-creation", {}).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("lsopen", {}).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("appleevent-send", {}).verdict, Verdict::deny);
  sbpl::Request procargs;
  procargs.names["sysctl-name"] = "kern.procargs2";
  EXPECT_EQ(profile_.decide("sysctl-read", procargs).verdict, Verdict::deny);
  EXPECT_EQ(profile_.decide("dynamic-code-generation", {}).verdict, Verdict::allow);
}

TEST_F(WorkspaceProfile, GivesEveryRuleAVerdict) {
  ASSERT_EQ(profile_.lowered.verdicts.size(), resolved_.policy.rules.size());
  const auto of = [&](Operation operation, Effect effect) {
    for (const Rule& rule : resolved_.policy.rules) {
      if (rule.operation == operation && rule.effect == effect) {
        return profile_.fidelity(static_cast<size_t>(rule.id));
      }
    }
    return Fidelity::impossible;
  };
  EXPECT_EQ(of(Operation::read, Effect::deny), Fidelity::exact);
  EXPECT_EQ(of(Operation::write, Effect::allow), Fidelity::exact);
  EXPECT_EQ(of(Operation::write, Effect::deny), Fidelity::narrowed);  // mkdir .git
  EXPECT_EQ(of(Operation::connect, Effect::allow), Fidelity::elsewhere);
  EXPECT_EQ(of(Operation::listen, Effect::allow), Fidelity::exact);
  EXPECT_EQ(of(Operation::env, Effect::allow), Fidelity::elsewhere);
  EXPECT_EQ(of(Operation::syscall, Effect::allow), Fidelity::absent);
  EXPECT_EQ(of(Operation::mach, Effect::allow), Fidelity::exact);
}

TEST_F(WorkspaceProfile, MapsItsLinesToRules) {
  std::vector<std::string> lines;
  std::istringstream text(profile_.text());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_FALSE(profile_.lowered.map.empty());
  for (const MapEntry& entry : profile_.lowered.map) {
    EXPECT_EQ(entry.file, "profile.sb");
    ASSERT_GE(entry.where, 1U);
    ASSERT_LE(entry.where, lines.size());
    EXPECT_THAT(lines[entry.where - 1], ::testing::StartsWith("("));
    EXPECT_FALSE(entry.rules.empty());
  }
  for (const Rule& rule : resolved_.policy.rules) {
    const Fidelity fidelity = profile_.fidelity(static_cast<size_t>(rule.id));
    if (fidelity == Fidelity::absent || rule.operation == Operation::env) continue;
    EXPECT_THAT(profile_.lowered.map, Contains(Field(&MapEntry::rules, Contains(rule.id))))
        << resolved_.sources.text(rule.span);
  }
}

TEST_F(WorkspaceProfile, DoesNotStartWithoutThePortOfTheProxy) {
  EXPECT_FALSE(sbpl::Profile::compile(profile_.text(), {}));
}

// Every decision that the tests above and the laws speak of, as one text.
std::string decisions(const sbpl::Profile& profile) {
  std::string out;
  const auto ask = [&](std::string_view operation, const sbpl::Request& request) {
    const auto id = sbpl::find_operation(operation).value();
    out += static_cast<char>('0' + static_cast<int>(profile.decide(id, request).verdict));
  };
  for (const char* path :
       {"/Users/alice/.ssh/id", "/Users/alice/.aws/credentials", "/Users/alice/work",
        "/Users/alice/work/.git", "/Users/alice/work/.git/config", "/Users/alice/work/a/.envrc",
        "/Users/alice/work/.docker/docker.sock", "/usr/bin/open",
        "/Users/alice/work/\xef\xac\x81"}) {
    for (const char* operation : {"file-read-data", "file-clone", "file-write-data",
                                  "file-write-create", "file-write-unlink", "file-link",
                                  "file-test-existence", "process-exec*", "network-outbound"}) {
      for (const char* type : {"REGULAR-FILE", "DIRECTORY", "SOCKET"}) {
        ask(operation, {.path = path, .vnode_type = type});
      }
    }
  }
  const sbpl::Request others{.target = {"others"}};
  for (const char* operation : {"process-info-pidinfo", "nvram-get", "iokit-get-properties",
                                "mach-cross-domain-lookup", "darwin-notification-post", "lsopen"}) {
    ask(operation, others);
  }
  for (const char* name : {"kern.procargs2", "kern.proc.all"}) {
    sbpl::Request request;
    request.names["sysctl-name"] = name;
    ask("sysctl-read", request);
  }
  ask("file-link", {.path = "/elsewhere", .vnode_type = "REGULAR-FILE"});
  ask("file-clone", {.path = "/Users/alice/.ssh/k", .vnode_type = "REGULAR-FILE"});
  return out;
}

// Positions of top-level and guarded deny forms.
std::vector<std::pair<size_t, size_t>> deny_forms(const std::string& text) {
  std::vector<std::pair<size_t, size_t>> forms;
  for (size_t at = text.find("(deny "); at != std::string::npos; at = text.find("(deny ", at + 1)) {
    if (text.rfind(';', at) != std::string::npos && text.rfind(';', at) > text.rfind('\n', at)) {
      continue;  // in a comment
    }
    size_t depth = 0;
    size_t end = at;
    bool in_string = false;
    do {
      const char c = text[end++];
      if (c == '"') in_string = !in_string;  // no escaped quote in this profile
      if (!in_string && c == '(') ++depth;
      if (!in_string && c == ')') --depth;
    } while (depth > 0);
    forms.emplace_back(at, end - at);
  }
  return forms;
}

TEST_F(WorkspaceProfile, WouldDecideOtherwiseWithoutAnyOneOfItsDenies) {
  const std::string whole = decisions(profile_.profile);
  size_t tried = 0;
  for (const auto& [at, size] : deny_forms(profile_.text())) {
    const std::string form = profile_.text().substr(at, size);
    // The default denies by itself, and these repeat what a list above them ends in.
    if (form == "(deny default)" || form == "(deny file-link)" || form == "(deny file-clone)" ||
        form == "(deny file-test-existence)") {
      continue;
    }
    std::string without = profile_.text();
    without.replace(at, size, "#t");
    const sbpl::Profile mutated = EvaluatedProfile::read(without, EvaluatedProfile::at_launch());
    EXPECT_NE(decisions(mutated), whole) << "nothing noticed the loss of\n" << form;
    ++tried;
  }
  EXPECT_GE(tried, 10U);
}

TEST(Profiles, OfAnEmptyPolicyAllowNoFileAndNoNetwork) {
  const EvaluatedProfile profile = EvaluatedProfile::of(Policy());
  for (const char* operation : {"file-read-data", "file-write-data", "file-write-create",
                                "process-exec*", "network-outbound", "file-link", "file-clone"}) {
    EXPECT_TRUE(profile.denies(operation, "/Users/alice/x")) << operation;
  }
  const sbpl::Request anywhere{.remote = sbpl::Endpoint{"tcp", "127.0.0.1", 3128}};
  EXPECT_EQ(profile.decide("network-outbound", anywhere).verdict, Verdict::deny);
}

TEST(Profiles, ThatAreTooLargeNameTheRuleThatTipsTheScale) {
  std::string text = "sbx 1\nallow read /usr/**\n";
  for (int i = 0; i < 40; ++i) {
    text += "allow read /srv/" + std::to_string(i) +
            "/{0,1,2,3,4,5,6,7,8,9}{0,1,2,3,4,5,6,7,8,9}/data\n";
  }
  const ResolvedPolicy resolved = ResolvedPolicy::of(text);
  const Lowered lowered = lower_seatbelt(resolved.policy, resolved.sources, {});
  ASSERT_EQ(lowered.diagnostics.size(), 1U);
  EXPECT_EQ(lowered.diagnostics[0].kind, Kind::profile_too_large);
  const uint32_t line =
      resolved.sources.locate(lowered.diagnostics[0].span->file, lowered.diagnostics[0].span->begin)
          .line;
  EXPECT_GT(line, 3U);
  EXPECT_LT(line, 40U);
  const Lowered roomy =
      lower_seatbelt(resolved.policy, resolved.sources, {.max_compiled_bytes = 1U << 30});
  EXPECT_TRUE(roomy.diagnostics.empty());
  EXPECT_EQ(roomy.artifacts[0].bytes, lowered.artifacts[0].bytes);
}

}  // namespace
}  // namespace sbxc::seatbelt
