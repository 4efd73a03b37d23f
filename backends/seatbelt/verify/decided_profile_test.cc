// What is said of a profile in the terms of the policy language is what the profile says of single
// requests, and two profiles can be compared by it.
#include "backends/seatbelt/verify/decided_profile.h"

#include <gtest/gtest.h>

#include "compiler/decisions/compare.h"

namespace sbxc::sbpl {
namespace {

Profile profile_of(const std::string& text) {
  auto profile = Profile::compile("(version 1)\n(deny default)\n" + text, {});
  if (!profile) throw std::runtime_error(profile.error().message);
  return std::move(*profile);
}

const DecidedOperation& find(const std::vector<DecidedOperation>& all, std::string_view name,
                             Operation operation) {
  for (const DecidedOperation& one : all) {
    if (one.seatbelt == name && one.operation == operation) return one;
  }
  throw std::runtime_error(std::string(name));
}

TEST(DecidedProfile, SaysOfEveryRequestWhatTheProfileSays) {
  const Profile profile = profile_of(R"(
(allow file-read* (subpath "/usr") (regex #"^/w/[^/]*\.py$"))
(deny file-read-data (literal "/usr/secret"))
(allow file-read* (require-all (subpath "/ext") (extension "x")))
(allow file-write-data (subpath "/tmp"))
(allow network-outbound (literal "/private/var/run/syslog"))
(allow network-outbound (remote ip "localhost:3128"))
(allow mach-lookup (global-name "com.apple.logd"))
)");
  const auto decided = decided_profile(profile);
  ASSERT_TRUE(decided);
  for (const char* path : {"/", "/usr", "/usr/a/b", "/usr/secret", "/usr/secret/a", "/w/a.py",
                           "/w/.py", "/w/a.pyc", "/w/b/a.py", "/ext/a", "/usrx"}) {
    for (const DecidedOperation& one : *decided) {
      if (one.operation == Operation::mach || one.operation == Operation::connect) continue;
      const sbxc::Request request{one.operation, path};
      const Explanation says = explain(profile, one, request);
      const Effect expected = says.verdict == Verdict::allow     ? Effect::allow
                              : says.verdict == Verdict::depends ? Effect::ask
                                                                 : Effect::deny;
      EXPECT_EQ(effect_of(label_of(one.decided, request)), expected) << one.seatbelt << ' ' << path;
    }
  }
  const auto& mach = find(*decided, "mach-lookup", Operation::mach);
  EXPECT_EQ(effect_of(label_of(mach.decided, {Operation::mach, "com.apple.logd"})), Effect::allow);
  EXPECT_EQ(effect_of(label_of(mach.decided, {Operation::mach, "com.apple.log"})), Effect::deny);
  const auto& connect = find(*decided, "network-outbound", Operation::connect);
  const auto reaches = [&](const Host& host, uint16_t port) {
    return effect_of(label_of(connect.decided, {Operation::connect, HostRequest{host, port}}));
  };
  EXPECT_EQ(reaches("localhost", 3128), Effect::allow);
  EXPECT_EQ(reaches(IpAddress::v4(127, 0, 0, 1), 3128), Effect::allow);
  EXPECT_EQ(reaches(IpAddress::v4(127, 0, 0, 1), 3129), Effect::deny);
  EXPECT_EQ(reaches("example.com", 3128), Effect::deny);
  const auto& socket = find(*decided, "network-outbound", Operation::socket);
  EXPECT_EQ(effect_of(label_of(socket.decided, {Operation::socket, "/private/var/run/syslog"})),
            Effect::allow);
  EXPECT_EQ(effect_of(label_of(socket.decided, {Operation::socket, "@syslog"})), Effect::deny);
  // Nobody is asked about a path below a link.
  const auto& write = find(*decided, "file-write-data", Operation::write);
  EXPECT_EQ(effect_of(label_of(write.decided, {Operation::write, "/tmp/a"})), Effect::deny);
}

TEST(DecidedProfile, TwoProfilesAreComparedByIt) {
  const Profile before = profile_of("(allow file-read* (subpath \"/usr\"))\n");
  const Profile after =
      profile_of("(allow file-read* (subpath \"/usr\"))\n(allow file-read* (subpath \"/opt\"))\n");
  const auto a = decided_profile(before);
  const auto b = decided_profile(after);
  ASSERT_TRUE(a && b);
  const auto& reads_before = find(*a, "file-read-data", Operation::read);
  const auto& reads_after = find(*b, "file-read-data", Operation::read);
  const auto compared = compare(Operation::read, reads_before.decided, reads_after.decided);
  ASSERT_TRUE(compared);
  EXPECT_EQ(compared->relation, Relation::wider);
  const Witness& witness = compared->gained.witnesses.at(0);
  EXPECT_EQ(witness.request.text(), "/opt");
  const Explanation why = explain(after, reads_after, witness.request);
  EXPECT_EQ(why.rules.back().place.line, 4U);
}

}  // namespace
}  // namespace sbxc::sbpl
