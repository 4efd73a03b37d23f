#include "runtime/dns/files.h"

#include <gmock/gmock.h>

namespace sbxc::dns {
namespace {

TEST(Files, HostsHasTheLoopbackAndThisHost) {
  EXPECT_EQ(hosts("sandbox", true),
            "127.0.0.1 localhost sandbox\n"
            "::1 localhost sandbox ip6-localhost ip6-loopback\n");
  EXPECT_EQ(hosts("sandbox", false), "127.0.0.1 localhost sandbox\n");
}

TEST(Files, HostsHasNoNameThatIsNoneOrThatHidesAnother) {
  for (const char* name : {"", "localhost", "two words", "line\nbreak", "api.example.com", "7"}) {
    EXPECT_EQ(hosts(name, false), "127.0.0.1 localhost\n") << name;
  }
}

TEST(Files, NamesAreLookedUpInFilesAndByDnsAlone) {
  EXPECT_THAT(std::string(nsswitch_conf()), testing::HasSubstr("\nhosts: files dns\n"));
  EXPECT_THAT(std::string(resolv_conf()), testing::HasSubstr("\nnameserver 127.0.0.1\n"));
}

}  // namespace
}  // namespace sbxc::dns
