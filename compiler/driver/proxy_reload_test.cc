// `sbxc proxy` while the world changes under it: a new table, a bad one, a full disk, its end.
#include <gmock/gmock.h>

#include <filesystem>

#include "compiler/driver/proxy_for_test.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::Background;
using ::testing::HasSubstr;
using testing::read_whole;
using testing::until;

class ProxyReload : public testing::ProxyTest {
 protected:
  // Compiles to `name`, whole or not at all.
  void table(const std::string& name, const std::string& text) const {
    file("t.sbx", text);
    const auto got = testing::run_sbxc(path(), {"compile", "-q", "--no-verify", "-t", "proxy", "-o",
                                                "-", "--emit", "hosts.sbxt", "t.sbx"});
    ASSERT_EQ(got.status, 0) << got.err;
    file(name, got.out);
  }
  bool allows(const std::string& at) const {
    return curl({"-p", "-x", "http://" + at, url()}).out == "served /x\n";
  }
  std::unique_ptr<Background> tunnel(const std::string& at, const std::string& client = {}) const {
    return std::make_unique<Background>(
        path(), "tunnel" + std::to_string(++tunnels_),
        std::vector<std::string>{"/usr/bin/python3", "-c", testing::kTunnel, at,
                                 "localhost:" + port_, client});
  }
  mutable int tunnels_ = 0;
  static size_t echoes(const Background& tunnel) {
    const std::string out = tunnel.out();
    return static_cast<size_t>(std::count(out.begin(), out.end(), '\n'));
  }
  static bool goes_on(const Background& tunnel) {
    const size_t before = echoes(tunnel);
    return until([&] { return echoes(tunnel) > before + 2; });
  }
};

TEST_F(ProxyReload, TakesANewTableAndLeavesOpenTunnelsAlone) {
  table("hosts.sbxt", policy());
  Background proxy(path(), "proxy", words({"--table", "hosts.sbxt"}));
  const std::string at = proxy.told("ready");
  const auto open = tunnel(at);
  ASSERT_EQ(open->told("answer").substr(0, 12), "HTTP/1.1 200") << open->out();
  table("hosts.sbxt", "sbx 1\nallow connect other.test\n");
  EXPECT_TRUE(proxy.says("note: a new table is in force: hosts.sbxt, for it has changed\n"));
  EXPECT_TRUE(until([&] { return !allows(at); }));
  EXPECT_TRUE(goes_on(*open));
  table("hosts.sbxt", policy());
  proxy.signal(SIGHUP);
  EXPECT_TRUE(until([&] { return allows(at); }));
  EXPECT_TRUE(goes_on(*open));
}

TEST_F(ProxyReload, KeepsTheOldTableWhenTheNewOneIsBadAndSaysSo) {
  table("hosts.sbxt", policy());
  Background proxy(path(), "proxy", words({"--table", "hosts.sbxt", "--audit", "audit.jsonl"}));
  const std::string at = proxy.told("ready");
  const std::string good = read_whole(path() + "/hosts.sbxt");
  std::string damaged = good;
  damaged[good.size() / 2] = static_cast<char>(damaged[good.size() / 2] ^ 1);
  for (const std::string& bad : {good.substr(0, good.size() / 2), damaged, std::string()}) {
    // In place, as `cp` does it: what is in force must not change under the proxy's feet.
    testing::write_whole(path() + "/hosts.sbxt", bad);
    const size_t before = proxy.err().size();
    EXPECT_TRUE(until([&] {
      return proxy.err().find("the old table stays in force\n", before) != std::string::npos;
    })) << proxy.err();
    EXPECT_TRUE(allows(at));
  }
  EXPECT_THAT(read_whole(path() + "/audit.jsonl"), HasSubstr(R"("event":"reload_refused")"));
}

TEST_F(ProxyReload, FollowsAPolicyAndTheFilesThatItUses) {
  file("list.txt", "other.test\n");
  file("p.sbx", "sbx 1\nlet ours = hosts \"list.txt\"\nallow connect ours, 127.0.0.1, [::1]\n");
  Background proxy(path(), "proxy", words({"p.sbx"}));
  const std::string at = proxy.told("ready");
  const auto allowed = [&] { return lets_through(at, "http://localhost/"); };
  EXPECT_FALSE(allowed());
  file("list.txt", "localhost\n");
  EXPECT_TRUE(until(allowed)) << proxy.err();
  file("p.sbx", "sbx 1\nallow conect x\n");
  EXPECT_TRUE(proxy.says("warning: the policy `p.sbx` has errors; the old table stays in force\n"));
  EXPECT_THAT(proxy.err(), HasSubstr("p.sbx:2:7"));
  EXPECT_TRUE(allowed());
}

TEST_F(ProxyReload, TakesNewTokensAndLeavesOpenTunnelsAlone) {
  const auto token = [](char letter) { return std::string(32, letter); };
  file("p.sbx", policy());
  file("tokens", "one:" + token('a') + "\n");
  Background proxy(path(), "proxy", words({"p.sbx", "--token-file", "tokens"}));
  const std::string at = proxy.told("ready");
  const auto lets_in = [&](const std::string& client) { return allows(client + "@" + at); };
  const auto open = tunnel(at, "one:" + token('a'));
  ASSERT_EQ(open->told("answer").substr(0, 12), "HTTP/1.1 200") << open->out();
  file("tokens", "two:" + token('b') + "\n");
  EXPECT_TRUE(proxy.says("note: a new table is in force: p.sbx, for it has changed\n"));
  EXPECT_TRUE(until([&] { return lets_in("two:" + token('b')); }));
  EXPECT_FALSE(lets_in("one:" + token('a')));
  EXPECT_TRUE(goes_on(*open));
  // Others may read it.
  file("tokens", "three:" + token('c') + "\n", 0644);
  EXPECT_TRUE(proxy.says("; the old tokens and the old table stay in force\n"));
  EXPECT_TRUE(lets_in("two:" + token('b')));
  EXPECT_FALSE(lets_in("three:" + token('c')));
  file("tokens", "");
  EXPECT_TRUE(proxy.says("warning: `tokens` holds no token; the old tokens"));
  EXPECT_FALSE(allows(at)) << "without a token";
}

TEST_F(ProxyReload, EndsAtOnceWhenARecordCannotBeWritten) {
  file("p.sbx", policy());
  Background full(path(), "full", words({"p.sbx", "--audit", "/dev/full"}));
  EXPECT_EQ(full.status(), 125);
  EXPECT_THAT(full.err(),
              HasSubstr("error: `/dev/full` cannot be written: No space left on device\n"));
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Background later(path(), "later",
                   words({"p.sbx", "--audit", "/dev/fd/" + std::to_string(ends[1])}), ends[1]);
  close(ends[1]);
  const std::string at = later.told("ready");
  ASSERT_NE(at, "") << later.err();
  const auto open = tunnel(at);
  ASSERT_TRUE(goes_on(*open));
  close(ends[0]);
  curl({"-p", "-x", "http://" + at, "http://a.test/"});
  EXPECT_EQ(later.status(), 125);
  EXPECT_THAT(later.err(), HasSubstr("cannot be written: Broken pipe\n"));
  EXPECT_NE(open->status(), -1) << "its tunnel is open still";
}

TEST_F(ProxyReload, DrainsOpenTunnelsAfterSigterm) {
  file("p.sbx", policy());
  Background proxy(path(), "proxy", words({"p.sbx", "--drain", "60"}));
  const std::string at = proxy.told("ready");
  auto open = tunnel(at);
  ASSERT_TRUE(goes_on(*open));
  proxy.signal(SIGTERM);
  EXPECT_TRUE(until([&] { return !allows(at); }));
  EXPECT_TRUE(goes_on(*open));
  open.reset();
  EXPECT_EQ(proxy.status(), 0);
}

TEST_F(ProxyReload, EndsOpenTunnelsWhenTheDrainTimeIsOverOrAtTheSecondSignal) {
  file("p.sbx", policy());
  for (const bool twice : {false, true}) {
    Background proxy(path(), "proxy", words({"p.sbx", "--drain", twice ? "60" : "1"}));
    const auto open = tunnel(proxy.told("ready"));
    ASSERT_TRUE(goes_on(*open));
    proxy.signal(SIGTERM);
    if (twice) {
      ASSERT_TRUE(goes_on(*open));
      proxy.signal(SIGINT);
    }
    EXPECT_EQ(proxy.status(), 0);
    EXPECT_NE(open->status(), -1);
  }
}

}  // namespace
}  // namespace sbxc
