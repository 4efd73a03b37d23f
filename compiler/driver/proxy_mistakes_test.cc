// `sbxc proxy` refuses to start where it would serve strangers, or show a secret.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "compiler/driver/proxy_for_test.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunResult;

constexpr const char* kToken = "0123456789abcdef0123";

class ProxyMistakes : public testing::ProxyTest {
 protected:
  ProxyMistakes() { file("p.sbx", policy()); }
  void refuses(std::vector<std::string> more, const std::string& why) const {
    more.insert(more.begin(), "proxy");
    const RunResult got = testing::run_sbxc(path(), std::move(more));
    EXPECT_EQ(got.status, 3) << got.err;
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr(why));
    EXPECT_THAT(got.err, Not(HasSubstr(kToken)));
  }
};

TEST_F(ProxyMistakes, WithoutAPolicyOrWithTwoSources) {
  refuses({}, "error: there is no policy and no table\n");
  refuses({"--table", "t", "p.sbx"}, "error: there are a policy and a table: one is enough\n");
}

TEST_F(ProxyMistakes, WithATableThatIsNone) {
  file("t.sbxt", "text");
  refuses({"--table", "t.sbxt"},
          "error: `t.sbxt` is not to be used: the file is no table of this kind\n");
  refuses({"--table", "missing"}, "error: ");
  file("bad.sbx", "sbx 1\nallow conect a.test\n");
  refuses({"bad.sbx"}, "error: the policy `bad.sbx` has errors\n");
}

TEST_F(ProxyMistakes, WhereOthersReachIt) {
  refuses({"--listen", "0.0.0.0:0", "p.sbx"},
          "error: `0.0.0.0:0` can be reached from other machines, and no token is asked\n");
  refuses({"--listen", "[::]:0", "p.sbx"}, "can be reached from other machines");
  refuses({"--metrics", "0.0.0.0:0", "p.sbx"},
          "error: `0.0.0.0:0` would show the numbers to other machines\n");
}

TEST_F(ProxyMistakes, WithPlacesThatAreNone) {
  for (const char* place : {"localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                            "127.1:80", "::1:80", "[::1]", "127.0.0.1:8a"}) {
    refuses({"--listen", place, "p.sbx"}, "is not an address and a port");
  }
}

TEST_F(ProxyMistakes, WithTokensThatOthersMayRead) {
  const std::string tokens = file("tokens", std::string("ci:") + kToken + "\n", 0644);
  refuses({"--token-file", "tokens", "p.sbx"},
          "error: `tokens` holds secrets, and others may use it (mode 0644)\n"
          "help: chmod 600 tokens\n");
  for (const mode_t mode : {mode_t{0620}, mode_t{0604}, mode_t{0660}}) {
    chmod(tokens.c_str(), mode);
    refuses({"--token-file", "tokens", "p.sbx"}, "holds secrets");
  }
}

TEST_F(ProxyMistakes, WithTokensThatAreNone) {
  const std::pair<std::string, const char*> kFiles[] = {
      {"ci\n", "tokens:1: there is no `name:token`"},
      {"\n# x\nci:short\n", "tokens:3: a token has 16 characters or more"},
      {std::string("c i:") + kToken, "tokens:1: a name has 1 to 64 letters"},
      {std::string(":") + kToken, "tokens:1: a name has 1 to 64 letters"},
      {std::string("ci:") + kToken + " x", "tokens:1: a token has no spaces"},
      {"ci:" + std::string(300, 'a'), "tokens:1: a token has 255 characters or less"},
      {std::string("ci:") + kToken + "\nci:" + kToken + "\n", "tokens:2: `ci` has a token already"},
      {"# nothing\n", "`tokens` holds no token"},
  };
  for (const auto& [text, why] : kFiles) {
    file("tokens", text);
    refuses({"--token-file", "tokens", "p.sbx"}, why);
  }
  refuses({"--token-file", ".", "p.sbx"}, "is a directory");
  refuses({"--token-file", "missing", "p.sbx"}, "cannot be read");
}

TEST_F(ProxyMistakes, WithAPasswordOnTheCommandLine) {
  refuses({"--upstream", std::string("http://me:") + kToken + "@proxy.test:3128", "p.sbx"},
          "error: a password on the command line can be read by every user of this machine\n");
  refuses({"--upstream", "https://proxy.test:1", "p.sbx"}, "is not an `http://` address");
  refuses({"--upstream", "http://proxy.test", "p.sbx"}, "does not name a host and a port");
  refuses({"--upstream-auth-file", "x", "p.sbx"}, "is for a proxy that is not named");
}

TEST_F(ProxyMistakes, WithAProgramToAskThatIsNone) {
  file("text", "x");
  for (const char* program : {"./text", "./missing", ".", "no-such-program-anywhere"}) {
    refuses({"--ask-command", program, "p.sbx"}, "is no program to ask");
  }
}

}  // namespace
}  // namespace sbxc
