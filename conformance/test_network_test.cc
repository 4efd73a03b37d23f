// The tests' own network does what it is trusted for: what is reached there is seen, and told.
#include "conformance/test_network.h"

#include <gmock/gmock.h>

#include "conformance/account_for_test.h"
#include "conformance/scenario.h"

namespace sbxc::conformance {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TestNetworks : public ::testing::TestWithParam<Account> {
 protected:
  TestNetworks() : network_(GetParam()), scenario_(network_.account()) {}
  testing::RunResult shell(const std::string& script) const {
    return scenario_.run({"/bin/bash", "-c", script}, {{"SSL_CERT_FILE", network_.authority()}});
  }
  TestNetwork network_;
  Scenario scenario_;
};
INSTANTIATE_TEST_SUITE_P(As, TestNetworks, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(TestNetworks, SeeEveryWayOut) {
  ASSERT_EQ(network_.why_not(), "");
  EXPECT_THAT(network_.log(), IsEmpty());
  const auto result = shell(
      "id -u; curl -sS http://six.test/a; curl -sS https://allowed.test/b; curl -s "
      "http://203.0.113.7:4444/; ping -c1 198.51.100.20 >/dev/null; getent hosts no.test; echo x "
      ">/dev/udp/203.0.113.7/443");
  const std::string user = std::to_string(GetParam().change_to.value_or(geteuid()));
  EXPECT_EQ(result.out, user +
                            "\nSBX-SERVER-OK port=80 path=/a\nSBX-SERVER-OK port=443 "
                            "path=/b\n")
      << result.err;
  EXPECT_EQ(network_.sent(), (std::set<std::string>{"tcp [2001:db8::10]:80",
                                                    "tcp 198.51.100.10:443", "tcp 203.0.113.7:4444",
                                                    "ping 198.51.100.20", "udp 203.0.113.7:443"}));
  EXPECT_EQ(network_.asked(), (std::set<std::string>{"allowed.test", "no.test", "six.test"}));
  EXPECT_THAT(network_.log(), Contains("http [2001:db8::10]:80 GET /a host=six.test bytes=0"));
  EXPECT_THAT(network_.log(), Contains("tls 198.51.100.10:443 name=allowed.test"));
  network_.forget();
  EXPECT_THAT(network_.log(), IsEmpty());
}

TEST_P(TestNetworks, AnswerNamesAsTheyAreTold) {
  network_.set_names(R"("turns.test": {"turns": [["198.51.100.10"], ["127.0.0.1"]]})");
  const auto result = shell(
      "for name in alias turns turns turns loop; do getent ahostsv4 $name.test | head -n1 | cut "
      "-d' ' -f1; done");
  EXPECT_EQ(result.out, "198.51.100.20\n198.51.100.10\n127.0.0.1\n127.0.0.1\n127.0.0.1\n");
}

TEST_P(TestNetworks, HaveServersThatSpeakFirst) {
  const auto result = shell(
      "exec 3<>/dev/tcp/db.test/5432; head -n1 <&3; echo select >&3; head -n1 <&3; exec "
      "4<>/dev/tcp/git.test/22; head -c7 <&4");
  EXPECT_EQ(result.out, "220 database ready\nrow select\nSSH-2.0") << result.err;
  EXPECT_THAT(network_.log(), Contains(HasSubstr("talk 198.51.100.10:5432 select")));
}

}  // namespace
}  // namespace sbxc::conformance
