// For tests of the network: a policy, commands under it, and an internet of the test's own around
// both. What programs need to trust that internet's certificates is in every policy here.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"
#include "conformance/test_network.h"

namespace sbxc::conformance {

// Before scripts: `bare` runs a program that knows of no proxy; `both` runs one with and without.
inline const std::string kBareAndBoth =
    "bare() { env -u http_proxy -u https_proxy -u all_proxy -u HTTP_PROXY -u HTTPS_PROXY -u "
    "ALL_PROXY -u no_proxy -u NO_PROXY \"$@\"; }\nboth() { \"$@\"; bare \"$@\"; }\n";

class NetworkStage {
 public:
  NetworkStage(const Account& account, const std::string& rules)
      : network_(account), stage_(network_.account(), head() + rules) {
    EXPECT_EQ(network_.why_not(), "");
  }

  TestNetwork& network() { return network_; }
  RunStage& stage() { return stage_; }
  std::string place(const std::string& name) const { return stage_.work() + "/" + name; }

  // A program's text in the project, and a script of bash run there under the policy.
  void write(const std::string& name, const std::string& text) const {
    testing::write_whole(place(name), text);
  }
  testing::RunResult script(const std::string& text,
                            const std::vector<std::string>& options = {}) const {
    return stage_.run({"/bin/bash", "-c", kBareAndBoth + text}, options);
  }

 private:
  std::string head() const {
    const std::string authority = network_.authority();
    std::string text = "sbx 1\n\nuse std/base, std/git, std/node\nallow write $cwd/**, $tmp/**\n";
    text += "allow exec $cwd/**\nallow read " + authority + ", " + network_.directory();
    text += "/npm/**\n";
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
                             "NODE_EXTRA_CA_CERTS", "npm_config_cafile"}) {
      text += std::string("set env ") + name + " = \"" + authority + "\"\n";
    }
    return text;
  }

  TestNetwork network_;
  RunStage stage_;
};

// A test of the network, as each account there is.
class NetworkTest : public ::testing::TestWithParam<Account> {};

using Places = std::set<std::string>;

}  // namespace sbxc::conformance
