#include "backends/seatbelt/verify/port_decisions.h"

#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

PortVerdicts ask(const std::string& rules, std::string_view operation, const char* host,
                 bool remote) {
  const auto profile = Profile::compile("(version 1)(deny default)" + rules, {});
  return decisions_of(*profile, {.operation = find_operation(operation).value(),
                                 .remote = remote,
                                 .endpoint = {.proto = "tcp", .host = host, .port = 0}});
}

TEST(PortDecisions, AreThoseOfSingleRequests) {
  const std::string rules =
      "(allow network-bind (local tcp \"*:80\" \"*:8080\" \"localhost:3000\"))"
      "(deny network-bind (require-all (local ip \"*:8080\") (require-not (local ip6))))"
      "(allow network-inbound (local udp \"*:53\"))";
  const auto profile = Profile::compile("(version 1)(deny default)" + rules, {});
  for (const char* host : {"127.0.0.1", "::1", "0.0.0.0", "10.0.0.1"}) {
    const AddressRequests requests{.operation = find_operation("network-bind").value(),
                                   .endpoint = {.proto = "tcp", .host = host, .port = 0}};
    const PortVerdicts all = decisions_of(*profile, requests);
    for (const uint16_t port : std::initializer_list<uint16_t>{1, 53, 80, 81, 3000, 8080, 65535}) {
      const Verdict one = profile->decide(requests.operation, requests.at(port)).verdict;
      EXPECT_EQ(all.allow.test(port), one == Verdict::allow) << host << ':' << port;
      EXPECT_EQ(all.depends.test(port), one == Verdict::depends) << host << ':' << port;
    }
  }
}

TEST(PortDecisions, AFilterWithoutAPortIsEveryPort) {
  EXPECT_EQ(ask("(allow network-outbound (remote ip \"localhost:*\"))", "network-outbound",
                "127.0.0.1", true)
                .allow.count(),
            65536U);
  EXPECT_TRUE(ask("(allow network-outbound (remote ip \"localhost:*\"))", "network-outbound",
                  "10.0.0.1", true)
                  .allow.none());
}

}  // namespace
}  // namespace sbxc::sbpl
