// `sbxc proxy` as its clients meet it: real curl, a server on the loopback.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/driver/proxy_for_test.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::Background;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read_whole;
using testing::RunResult;

class Proxy : public testing::ProxyTest {};

constexpr const char* kToken = "0123456789abcdef0123";

TEST_F(Proxy, ServesHttpConnectAndSocksToWhatThePolicyAllows) {
  file("p.sbx", policy());
  Background proxy(path(), "proxy", words({"p.sbx"}));
  const std::string at = proxy.told("ready");
  ASSERT_THAT(at, HasSubstr("127.0.0.1:")) << proxy.err();
  for (const std::vector<std::string>& by : std::vector<std::vector<std::string>>{
           {"-x", "http://" + at}, {"-p", "-x", "http://" + at}, {"-x", "socks5h://" + at}}) {
    std::vector<std::string> request = by;
    request.push_back(url());
    const RunResult got = curl(request);
    EXPECT_EQ(got.out, "served /x\n") << got.err;
  }
  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.status(), 0);
  EXPECT_THAT(proxy.err(), Not(HasSubstr("denied")));
}

TEST_F(Proxy, RefusesEverythingElseAndTellsWhatWouldAllowIt) {
  file("p.sbx", policy() + "deny connect *.bad.test because \"known bad\"\n");
  Background proxy(path(), "proxy", words({"p.sbx", "--audit", "audit.jsonl"}));
  const std::string at = proxy.told("ready");
  for (const char* host : {"a.test", "x.bad.test", "127.0.0.2"}) {
    const RunResult got = curl({"-p", "-x", "http://" + at, std::string("http://") + host + "/"});
    EXPECT_EQ(got.status, 56) << got.err;
    EXPECT_THAT(got.err, HasSubstr("403"));
    EXPECT_NE(curl({"-x", "socks5h://" + at, std::string("http://") + host + "/"}).status, 0);
  }
  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.status(), 0);
  EXPECT_THAT(proxy.err(), HasSubstr("denied: connect a.test:80, connect 127.0.0.2:80 (4 times)\n"
                                     "  no rule allows it\n"
                                     "  to allow it: allow connect a.test:80\n"
                                     "               allow connect 127.0.0.2:80\n"));
  EXPECT_THAT(proxy.err(),
              HasSubstr("denied: connect x.bad.test:80 (2 times)\n"
                        "  deny connect *.bad.test because \"known bad\"\n"
                        "    p.sbx:3:1\n"
                        "  to allow it: except x.bad.test:80   # at the end of p.sbx:3:1\n"
                        "               allow connect x.bad.test:80\n"));
  std::istringstream lines(read_whole(path() + "/audit.jsonl"));
  std::vector<std::string> events;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    events.push_back(json["event"]);
    if (json.value("target", "") == "x.bad.test:80") {
      EXPECT_EQ(json["rules"][0]["because"], "known bad");
    }
  }
  EXPECT_EQ(events.front(), "start");
  EXPECT_EQ(events.back(), "end");
  EXPECT_GE(events.size(), 5U);
}

TEST_F(Proxy, AsksItsClientsForTheirTokens) {
  file("p.sbx", policy());
  file("tokens", std::string("# two\nci:") + kToken + "\n\nlaptop:" + kToken + "4\n");
  Background proxy(path(), "proxy",
                   words({"p.sbx", "--token-file", "tokens", "--audit", "audit.jsonl"}));
  const std::string at = proxy.told("ready");
  const auto as = [&](const std::string& who, const char* kind = "http://") {
    return curl({"-p", "-x", kind + who + at, url()});
  };
  EXPECT_EQ(as(std::string("ci:") + kToken + "@").out, "served /x\n");
  EXPECT_EQ(as(std::string("laptop:") + kToken + "4@").out, "served /x\n");
  EXPECT_EQ(as(std::string("ci:") + kToken + "@", "socks5h://").out, "served /x\n");
  EXPECT_THAT(as("").err, HasSubstr("407"));
  EXPECT_THAT(as(std::string("ci:") + kToken + "4@").err, HasSubstr("407"));
  EXPECT_THAT(as(std::string("nobody:") + kToken + "@").err, HasSubstr("407"));
  EXPECT_NE(as("ci:wrong@", "socks5h://").status, 0);
  EXPECT_NE(as("", "socks5h://").status, 0);
  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.status(), 0);
  const std::string audit = read_whole(path() + "/audit.jsonl");
  EXPECT_THAT(audit, HasSubstr(R"("reason":"bad_token")"));
  EXPECT_THAT(audit + proxy.err() + proxy.out(), Not(HasSubstr(kToken)));
}

TEST_F(Proxy, TellsWhichClientWasRefused) {
  file("p.sbx", policy());
  file("tokens", std::string("ci:") + kToken + "\n");
  Background proxy(path(), "proxy",
                   words({"p.sbx", "--token-file", "tokens", "--audit", "audit.jsonl"}));
  curl({"-p", "-x", std::string("http://ci:") + kToken + "@" + proxy.told("ready"),
        "http://a.test/"});
  EXPECT_TRUE(testing::until([&] {
    return read_whole(path() + "/audit.jsonl").find(R"("client":"ci")") != std::string::npos;
  })) << read_whole(path() + "/audit.jsonl");
}

TEST_F(Proxy, ServesAUnixSocketThatOnlyItsOwnerMayUseAndRemovesIt) {
  file("p.sbx", policy());
  const std::string place = path() + "/proxy.sock";
  {
    Background killed(path(), "killed", words({"p.sbx", "--unix", place}));
    ASSERT_EQ(killed.told("ready"), place) << killed.err();
    EXPECT_EQ(fs::status(place).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    // A second one does not take it away from the first.
    Background second(path(), "second", words({"p.sbx", "--unix", place}));
    EXPECT_EQ(second.status(), 3);
    EXPECT_THAT(second.err(), HasSubstr("cannot be listened on"));
  }
  ASSERT_TRUE(fs::exists(place)) << "it was killed, so its socket is left behind";
  Background proxy(path(), "proxy", words({"p.sbx", "--unix", place}));
  ASSERT_EQ(proxy.told("ready"), place) << proxy.err();
  EXPECT_EQ(curl({"-x", "socks5h://localhost" + place, url()}).out, "served /x\n");
  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.status(), 0);
  EXPECT_FALSE(fs::exists(place));
}

TEST_F(Proxy, DoesNotTouchAFileThatIsNoSocket) {
  file("p.sbx", policy());
  file("precious", "text");
  Background proxy(path(), "proxy", words({"p.sbx", "--unix", "precious"}));
  EXPECT_EQ(proxy.status(), 3);
  EXPECT_EQ(read_whole(path() + "/precious"), "text");
}

TEST_F(Proxy, AsksAProgramAboutWhatAskRulesMatch) {
  file("p.sbx", "sbx 1\nask connect localhost:" + port_ + "\n");
  file("ask", "#!/bin/sh\ncat >>" + path() + "/asked\nexit $(cat " + path() + "/verdict)\n", 0700);
  file("verdict", "1");
  Background proxy(path(), "proxy", words({"p.sbx", "--ask-command", path() + "/ask"}));
  const std::string at = "http://" + proxy.told("ready");
  EXPECT_THAT(curl({"-p", "-x", at, url()}).err, HasSubstr("403"));
  file("verdict", "0");
  EXPECT_EQ(curl({"-p", "-x", at, url()}).out, "served /x\n");
  file("verdict", "10");
  EXPECT_EQ(curl({"-p", "-x", at, url()}).out, "served /x\n");
  file("verdict", "1");
  EXPECT_EQ(curl({"-p", "-x", at, url()}).out, "served /x\n") << "it was allowed for the run";
  const std::string asked = read_whole(path() + "/asked");
  EXPECT_EQ(std::count(asked.begin(), asked.end(), '\n'), 3);
  EXPECT_THAT(asked, HasSubstr(R"("host":"localhost","port":)" + port_));
}

TEST_F(Proxy, DeniesWhatAsksWhenNobodyIsThere) {
  file("p.sbx", "sbx 1\nask connect localhost:" + port_ + "\n");
  Background proxy(path(), "proxy", words({"p.sbx"}));
  EXPECT_THAT(curl({"-p", "-x", "http://" + proxy.told("ready"), url()}).err, HasSubstr("403"));
  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.status(), 0);
  EXPECT_THAT(proxy.err(), HasSubstr("  it had to be asked, and nobody answered: nobody to ask\n"
                                     "  ask connect localhost:"));
}

TEST_F(Proxy, ServesATableOfAHundredThousandNames) {
  std::string names;
  for (int i = 0; i < 100'000; ++i) names += "h" + std::to_string(i) + ".example.test\n";
  file("names.txt", names + "localhost\n");
  file("p.sbx", "sbx 1\nlet names = hosts \"names.txt\"\nallow connect names, 127.0.0.1, [::1]\n");
  const RunResult compiled = testing::run_sbxc(
      path(), {"compile", "-q", "--no-verify", "-t", "proxy", "-o", "out", "p.sbx"});
  ASSERT_EQ(compiled.status, 0) << compiled.err;
  Background proxy(path(), "proxy", words({"--table", "out/hosts.sbxt"}));
  const std::string at = proxy.told("ready");
  ASSERT_NE(at, "") << proxy.err();
  EXPECT_TRUE(lets_through(at, "http://localhost/"));
  EXPECT_FALSE(lets_through(at, "http://h100000.example.test/"));
}

TEST_F(Proxy, ShowsItsNumbersToPrometheus) {
  file("p.sbx", policy() + "deny connect bad.test\n");
  Background proxy(path(), "proxy", words({"p.sbx", "--metrics", "127.0.0.1:0"}));
  const std::string at = "http://" + proxy.told("ready");
  const std::string metrics = "http://" + proxy.told("metrics");
  curl({"-p", "-x", at, url()});
  curl({"-p", "-x", at, "http://bad.test/"});
  curl({"-p", "-x", at, "http://other.test/"});
  const std::string text = curl({metrics + "/metrics"}).out;
  EXPECT_THAT(text, HasSubstr("sbxc_proxy_connections_total 3\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "sbxc_proxy_requests_total{verdict=\"allowed\",reason=\"allowed\",rule=\"p.sbx:2:1\"} "
          "1\n"));
  EXPECT_THAT(text,
              HasSubstr("sbxc_proxy_requests_total{verdict=\"denied\",reason=\"rule\",rule=\"p.sbx:"
                        "3:1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sbxc_proxy_requests_total{verdict=\"denied\",reason=\"no_rule\","
                              "rule=\"\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sbxc_proxy_table_rules 2\n"));
  EXPECT_EQ(curl({"-o", "/dev/null", "-w", "%{http_code}", metrics + "/"}).out, "404");
  EXPECT_EQ(curl({"-d", "x", "-o", "/dev/null", "-w", "%{http_code}", metrics + "/metrics"}).out,
            "405");
}

}  // namespace
}  // namespace sbxc
