// Leaving by another proxy (`--upstream`): what is allowed goes there by CONNECT and by name, what
// is denied does not get as far, and the command learns nothing of it.
#include <sys/stat.h>

#include "conformance/network_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using NetworkUpstream = NetworkTest;
INSTANTIATE_TEST_SUITE_P(As, NetworkUpstream, ::testing::ValuesIn(accounts_here()),
                         name_of_account);

const std::string kAllowed = "allow connect allowed.test, db.test:5432\n";
constexpr const char* kProxy = "http://198.51.100.1:3128";
constexpr const char* kProxyWithLogin = "http://198.51.100.1:3129";

// What the other proxy was asked for, each once.
std::set<std::string> asked_of_proxy(TestNetwork& network) {
  std::set<std::string> requests;
  for (const std::string& line : network.log()) {
    if (line.starts_with("proxy ")) requests.insert(line);
  }
  return requests;
}

// Outside of what the command may read.
std::string login_file(NetworkStage& on, const std::string& text) {
  const std::string path = on.stage().scenario().root() + "/login";
  on.stage().scenario().make_file(path, text, false);
  chmod(path.c_str(), 0600);
  return path;
}

constexpr const char* kTalk =
    "both curl -sS -m8 http://allowed.test/one; both curl -sS -m8 https://allowed.test/two\n"
    "for url in http://other.test/ https://other.test/; do both curl -sSf -m8 $url; done\n"
    "both /usr/bin/python3 -c 'import socket\n"
    "with socket.create_connection((\"db.test\", 5432), 8) as s: "
    "print(s.makefile().readline().strip())'\n"
    "env | grep 3128";

const std::string kSaid =
    "SBX-SERVER-OK port=80 path=/one\nSBX-SERVER-OK port=80 path=/one\n"
    "SBX-SERVER-OK port=443 path=/two\nSBX-SERVER-OK port=443 path=/two\n"
    "220 database ready\n220 database ready\n";

TEST_P(NetworkUpstream, WhatIsAllowedGoesThereByNameAndNothingElseDoes) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(kTalk, {"--upstream", kProxy});
  EXPECT_EQ(result.out, kSaid) << result.err;
  EXPECT_THAT(asked_of_proxy(on.network()),
              ElementsAre("proxy 3128 allowed.test:443 200", "proxy 3128 allowed.test:80 200",
                          "proxy 3128 db.test:5432 200"));
  EXPECT_THAT(on.network().asked(), IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("denied: connect other.test:80"));
}

TEST_P(NetworkUpstream, TheLoginIsReadFromAFileAndStaysOutside) {
  NetworkStage on(GetParam(), kAllowed);
  const std::string login = login_file(on, "user:secret\n");
  const auto result = on.script(std::string(kTalk) + "; env | grep -i secret; cat " + login,
                                {"--upstream", kProxyWithLogin, "--upstream-auth-file", login});
  EXPECT_EQ(result.out, kSaid) << result.err;
  EXPECT_THAT(asked_of_proxy(on.network()),
              ElementsAre("proxy 3129 allowed.test:443 200", "proxy 3129 allowed.test:80 200",
                          "proxy 3129 db.test:5432 200"));
}

TEST_P(NetworkUpstream, ItsRefusalIsToldAndNothingGoesAroundIt) {
  NetworkStage on(GetParam(), kAllowed);
  const auto without = on.script(
      "curl -sS -m8 http://allowed.test/; both curl -sSf -m8 "
      "https://allowed.test/",
      {"--upstream", kProxyWithLogin});
  EXPECT_THAT(without.out, HasSubstr("the next proxy answered 407"));
  EXPECT_THAT(without.err, HasSubstr("failed: connect allowed.test:80, connect allowed.test:443"));
  EXPECT_THAT(without.err, HasSubstr("the next proxy answered 407"));
  const std::string login = login_file(on, "user:wrong\n");
  on.script("both curl -sSf -m8 https://allowed.test/",
            {"--upstream", kProxyWithLogin, "--upstream-auth-file", login});
  // And one that is not there.
  const auto gone = on.script("both curl -sSf -m8 https://allowed.test/",
                              {"--upstream", "http://198.51.100.1:3130"});
  EXPECT_EQ(gone.out, "");
  EXPECT_THAT(gone.err, HasSubstr("failed: connect allowed.test:443"));
  EXPECT_THAT(asked_of_proxy(on.network()), Each(HasSubstr(" 407")));
  EXPECT_EQ(on.network().sent(), (Places{"tcp 198.51.100.1:3129", "tcp 198.51.100.1:3130"}));
}

}  // namespace
}  // namespace sbxc::conformance
