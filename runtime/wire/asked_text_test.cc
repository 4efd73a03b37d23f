#include "runtime/wire/asked_text.h"

#include <gtest/gtest.h>

namespace sbxc::wire {
namespace {

using namespace std::literals;

TEST(AskedText, IsTheTargetsHostAsItWasWritten) {
  struct Case {
    std::string request;
    std::string_view asked;
  };
  for (const auto& [request, asked] : {
           Case{"CONNECT ex%61mple.test:443 HTTP/1.1\r\n\r\n", "ex%61mple.test:443"},
           Case{"CONNECT a b.test:443 HTTP/1.1\r\n\r\n", "a b.test:443"},
           Case{"CONNECT a\0b:443 HTTP/1.1\r\n\r\n"s, "a\0b:443"sv},
           Case{"connect 0x7f.1:80 HTTP/1.1\r\n\r\n", "0x7f.1:80"},
           Case{"GET http://127.1/secret?key=1 HTTP/1.1\r\n\r\n", "127.1"},
           Case{"GET http://me:word@evil.test:8080/ HTTP/1.1\r\n", "@evil.test:8080"},
           Case{"GET /secret HTTP/1.1\r\nAccept: x\r\nhost:  b_.test. \r\n\r\n", "b_.test."},
           Case{"GET / HTTP/1.1\r\nHost: me:word@b.test\r\n\r\n", "@b.test"},
           Case{"GET /secret HTTP/1.1\r\nAccept: x\r\n\r\n", ""},
           Case{"GET /secret HTTP/1.1", ""},
           Case{"GET", ""},
           Case{"\x16\x03\x01 secret", ""},
           Case{"", ""},
       }) {
    EXPECT_EQ(asked_over_http(request), asked) << request;
  }
}

TEST(AskedText, OfSocksIsWhatEachKindOfAddressSays) {
  EXPECT_EQ(asked_over_socks("\5\1\0\3\4a b\xFF\1\xBB"s), "a b\xFF:443");
  EXPECT_EQ(asked_over_socks("\5\1\0\1\x7F\0\0\1\0\0"s), "127.0.0.1:0");
  EXPECT_EQ(asked_over_socks("\5\1\0\4"s + std::string(15, '\0') + "\1\0\0"s), "[::1]:0");
  EXPECT_EQ(asked_over_socks("\5\1\0\3\0\0\x50"s), ":80");
  EXPECT_EQ(asked_over_socks("\5\1\0\2\0\0\x50"s), "");
  EXPECT_EQ(asked_over_socks("\5\1\0\3\4a"s), "");
  EXPECT_EQ(asked_over_socks("\5\1\0\x09name\0\x50"s), "");
  EXPECT_EQ(asked_over_socks(""), "");
}

}  // namespace
}  // namespace sbxc::wire
