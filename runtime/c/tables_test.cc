// Tables through the C interface. That they decide as the policy does is for the rooms below.
#include <arpa/inet.h>
#include <gmock/gmock.h>

#include <cstring>
#include <memory>
#include <vector>

#include "runtime/c/sbxc_runtime.h"
#include "runtime/c/scratch_for_test.h"

namespace sbxc::c {
namespace {

class Tables : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch();
    scratch_->make_tables();
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }
  void SetUp() override {
    sbxc_error error{sizeof error, 0, 0, {}};
    ASSERT_EQ(sbxc_hosts_open((*scratch_ / "hosts.sbxt").c_str(), &hosts_, &error), SBXC_OK)
        << error.text;
    ASSERT_EQ(sbxc_paths_open((*scratch_ / "policy.sbxp").c_str(), &paths_, &error), SBXC_OK)
        << error.text;
  }
  void TearDown() override {
    sbxc_hosts_close(hosts_);
    sbxc_paths_close(paths_);
  }
  int host(const char* name, uint16_t port, sbxc_decision* decision = nullptr) const {
    return sbxc_hosts_decide(hosts_, name, std::strlen(name), port, decision);
  }
  int address(int family, const char* text, uint16_t port) const {
    unsigned char bytes[16];
    EXPECT_EQ(inet_pton(family, text, bytes), 1);
    return sbxc_hosts_decide_address(hosts_, bytes, family == AF_INET ? 4 : 16, port, nullptr);
  }
  unsigned path(const std::string& text) const {
    return sbxc_paths_decide(paths_, text.data(), text.size());
  }

  static Scratch* scratch_;
  sbxc_hosts* hosts_ = nullptr;
  sbxc_paths* paths_ = nullptr;
};
Scratch* Tables::scratch_ = nullptr;

TEST_F(Tables, DecideNamesWithTheRuleThatDid) {
  sbxc_decision decision{sizeof decision, -1, -1, 99};
  EXPECT_EQ(host("api.example.com", 443, &decision), SBXC_ALLOW);
  EXPECT_EQ(decision.reason, SBXC_RULE);
  sbxc_rule rule{};
  rule.size = sizeof rule;
  ASSERT_EQ(sbxc_hosts_rule(hosts_, decision.rule, &rule), SBXC_OK);
  EXPECT_THAT(std::string(rule.statement.bytes, rule.statement.length),
              ::testing::HasSubstr("api.example.com"));
  EXPECT_EQ(std::string(rule.place.bytes, rule.place.length), "policy.sbx:7:1");
  EXPECT_EQ(host("a.example.net", 443), SBXC_ASK);
  EXPECT_EQ(host("a.example.net", 22), SBXC_DENY);
  EXPECT_EQ(host("example.org", 443, &decision), SBXC_DENY);
  EXPECT_EQ(decision.reason, SBXC_NO_RULE);
  EXPECT_EQ(host("API.example.com", 443, &decision), SBXC_DENY);
  EXPECT_EQ(decision.reason, SBXC_BAD_NAME);
}

TEST_F(Tables, DecideAddressesOfBothFamilies) {
  EXPECT_EQ(address(AF_INET, "10.1.2.3", 443), SBXC_ALLOW);
  EXPECT_EQ(address(AF_INET, "10.1.2.3", 80), SBXC_DENY);
  EXPECT_EQ(address(AF_INET6, "::ffff:10.1.2.3", 443), SBXC_ALLOW);
  EXPECT_EQ(address(AF_INET6, "2001:db8::1", 443), SBXC_ALLOW);
  EXPECT_EQ(address(AF_INET6, "2001:db9::1", 443), SBXC_DENY);
  EXPECT_EQ(sbxc_hosts_decide_address(hosts_, "abc", 3, 443, nullptr), SBXC_DENY);
}

TEST_F(Tables, MakeNamesCanonicalOrSayThatTheyAreNone) {
  char out[254];
  EXPECT_EQ(sbxc_host_name("API.Example.com.", 16, out), 1);
  EXPECT_STREQ(out, "api.example.com");
  for (const std::string bad : {"", ".", "a..b", "127.0.0.1", "0x7f.1", "ex ample.com", "a.b..",
                                "b\xc3\xbc\x63her.de", "a%2eb", "[::1]"}) {
    EXPECT_EQ(sbxc_host_name(bad.data(), bad.size(), out), 0) << bad;
    EXPECT_STREQ(out, "");
  }
  EXPECT_EQ(sbxc_host_name("a\0b.com", 7, out), 0);
  EXPECT_EQ(sbxc_host_name(std::string(254, 'a').c_str(), 254, out), 0);
}

TEST_F(Tables, DecidePathsAsBits) {
  EXPECT_EQ(path(*scratch_ / "x"), SBXC_CANONICAL | SBXC_READ | SBXC_WRITE | SBXC_EXEC);
  EXPECT_EQ(path(*scratch_ / "x.lock") & SBXC_WRITE, 0U);
  EXPECT_EQ(path("/etc/shadow"), SBXC_CANONICAL);
  EXPECT_EQ(path(*scratch_ / "../x"), 0U);
  EXPECT_EQ(path("x"), 0U);
}

TEST_F(Tables, AreCopiedFromMemoryWhereverItLies) {
  const std::string hosts = scratch_->read("hosts.sbxt");
  const std::string paths = "x" + scratch_->read("policy.sbxp");
  sbxc_hosts* from_memory = nullptr;
  sbxc_paths* paths_from_memory = nullptr;
  ASSERT_EQ(sbxc_hosts_copy(hosts.data(), hosts.size(), &from_memory, nullptr), SBXC_OK);
  ASSERT_EQ(sbxc_paths_copy(paths.data() + 1, paths.size() - 1, &paths_from_memory, nullptr),
            SBXC_OK);
  EXPECT_EQ(sbxc_hosts_decide(from_memory, "api.example.com", 15, 443, nullptr), SBXC_ALLOW);
  EXPECT_EQ(sbxc_paths_decide(paths_from_memory, "/etc/shadow", 11), unsigned{SBXC_CANONICAL});
  sbxc_hosts_close(from_memory);
  sbxc_paths_close(paths_from_memory);
}

TEST_F(Tables, AreRefusedWhenDamagedAndThenDenyEverything) {
  std::string bytes = scratch_->read("hosts.sbxt");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  sbxc_hosts* hosts = hosts_;
  sbxc_error error{sizeof error, 0, 0, {}};
  EXPECT_EQ(sbxc_hosts_copy(bytes.data(), bytes.size(), &hosts, &error), SBXC_DAMAGED);
  EXPECT_EQ(hosts, nullptr);
  EXPECT_STREQ(error.text, "the file is damaged: its checksum differs");
  EXPECT_EQ(sbxc_hosts_decide(hosts, "api.example.com", 15, 443, nullptr), SBXC_DENY);
  sbxc_paths* paths = nullptr;
  EXPECT_EQ(sbxc_paths_open((*scratch_ / "hosts.sbxt").c_str(), &paths, &error), SBXC_NOT_A_TABLE);
  EXPECT_EQ(sbxc_paths_decide(paths, "/usr", 4), 0U);
  EXPECT_EQ(sbxc_paths_open((*scratch_ / "none").c_str(), &paths, &error), SBXC_CANNOT_OPEN);
  EXPECT_EQ(error.system_error, ENOENT);
  EXPECT_STREQ(error.text, "the file cannot be opened: No such file or directory");
  EXPECT_EQ(sbxc_paths_copy("", 0, &paths, &error), SBXC_DAMAGED);
}

TEST_F(Tables, FillInNoMoreThanAnOlderCallerKnows) {
  struct Older {
    size_t size;
    int verdict;
    int untouched;
  } older{sizeof(size_t) + sizeof(int), -1, 42};
  sbxc_hosts_decide(hosts_, "api.example.com", 15, 443, reinterpret_cast<sbxc_decision*>(&older));
  EXPECT_EQ(older.verdict, SBXC_ALLOW);
  EXPECT_EQ(older.untouched, 42);
  struct ShortError {
    size_t size;
    int result;
    int system_error;
    char text[8];
    char untouched[8];
  } error{offsetof(ShortError, untouched), 0, 0, {}, "intact"};
  sbxc_hosts* none = nullptr;
  sbxc_hosts_open("/nowhere", &none, reinterpret_cast<sbxc_error*>(&error));
  EXPECT_STREQ(error.text, "the fil");
  EXPECT_STREQ(error.untouched, "intact");
}

}  // namespace
}  // namespace sbxc::c
