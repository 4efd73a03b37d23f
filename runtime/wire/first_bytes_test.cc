#include "runtime/wire/first_bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace sbxc::wire {
namespace {

using namespace std::string_literals;
using enum FirstBytes;

TEST(FirstBytes, TellsProtocolsWhoseClientSpeaksFirst) {
  const std::pair<std::string, FirstBytes> table[] = {
      {"", incomplete},
      {"\x16\x03\x01\x02\x00"s, tls},
      {"\x16", incomplete},
      {"\x16\x02"s, other},
      {"\xff\xfb\x1f"s, other},  // telnet
      {"GET / HTTP/1.1\r\n", http},
      {"GET / HTTP/1.1", http},
      {"OPTIONS * HTTP/1.1\r\n", http},
      {"CONNECT x:1 HTTP/1.0\r\n", http},
      {"GET", incomplete},
      {"GET / HT", incomplete},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", http2},
      {"PRI * HTTP/2", incomplete},
      {"SSH-2.0-OpenSSH_9.2\r\n", other},
      {"\x00\x00\x00\x08\x04\xd2\x16\x2f"s, other},  // PostgreSQL asks for TLS
      {"EHLO example.com\r\n", other},
      {"*1\r\n$4\r\nPING\r\n", other},  // Redis
      {"USER anonymous\r\n", other},
      {"0032git-upload-pack /x.git\0host=example.com\0"s, other},
      {"\x05\x01\x00"s, other},
      {"{\"a\": 1}\n", other},
      {"\xff\xfe\x00"s, other},
      {"\xff", incomplete},
  };
  for (const auto& [bytes, what] : table) EXPECT_EQ(tell_captured(bytes), what) << bytes;
}

TEST(FirstBytes, TakesForHttpWhateverSomeServerMight) {
  for (const char* bytes :
       {"\r\nGET / HTTP/1.1\r\nHost: x\r\n", "\nGET / HTTP/1.1\r\n", " GET / HTTP/1.1\r\n",
        "\t GET / HTTP/1.1\r\n", "get / http/1.1\r\n", "GET\t/\tHTTP/1.1\r\n",
        "GET\v/ HTTP/1.1\r\n", "GET  /  HTTP/1.1\n", "GET / HTTP/1.1\n", "GET /\xff HTTP/1.1\r\n",
        "G!T / HTTP/1.1\r\n", "GET /\rHTTP/1.1\r\n", "GET / HTTP/3.7\r\n"}) {
    EXPECT_EQ(tell_captured(bytes), http) << bytes;
  }
  EXPECT_EQ(tell_captured("GET /" + std::string(kMaxFirstLine, 'a')), http);
  EXPECT_EQ(tell_captured(std::string(kMaxFirstLine, '\n')), http);
  EXPECT_EQ(tell_captured("GET /\r\n"), other) << "without a version there is no Host";
  EXPECT_EQ(tell_captured(std::string(kMaxFirstLine, 'A')), other);
}

// The reader of ClientHellos then refuses what is none.
TEST(FirstBytes, TakesForTlsWhateverSomeServerMight) {
  EXPECT_EQ(tell_captured("\x15\x03\x01\x00\x02\x01\x5a\x16\x03\x01"s), tls) << "an alert first";
  EXPECT_EQ(tell_captured("\x14\x03\x03\x00\x01\x01"s), tls);
  EXPECT_EQ(tell_captured("\x17\x03\x03"s), tls);
  EXPECT_EQ(tell_captured("\x18\x03\x01"s), tls);
  EXPECT_EQ(tell_captured("\x80\x2e\x01\x03\x01\x00"s), tls) << "a hello in the form of SSLv2";
  EXPECT_EQ(tell_captured("\x80\x2e\x01\x00\x02"s), tls) << "and one of SSLv2 itself";
  EXPECT_EQ(tell_captured("\x80\x2e"s), incomplete);
  EXPECT_EQ(tell_captured("\x13\x03"s), other);
  EXPECT_EQ(tell_captured("\x19\x03"s), other);
}

TEST(FirstBytes, TellsTheClientsOfTheProxyByOneByte) {
  EXPECT_EQ(tell_proxy_client(""), ProxyClient::incomplete);
  EXPECT_EQ(tell_proxy_client("\x05"), ProxyClient::socks);
  EXPECT_EQ(tell_proxy_client("\x04\x01"), ProxyClient::socks);
  EXPECT_EQ(tell_proxy_client("\x16"), ProxyClient::tls);
  EXPECT_EQ(tell_proxy_client("C"), ProxyClient::http);
  EXPECT_EQ(tell_proxy_client("\r"), ProxyClient::http);
  EXPECT_EQ(tell_proxy_client(std::string(1, '\0')), ProxyClient::http);
}

RC_GTEST_PROP(FirstBytes, AreToldAlikeHoweverTheyArrive, ()) {
  const auto piece = rc::gen::element<std::string>("GET", " ", "/", "\t", "\r\n", "HTTP/1.1",
                                                   "http", "PRI * ", "HTTP/2.0", "\x16", "\x03",
                                                   "x", std::string(1, '\0'), "\n", ":");
  std::string bytes;
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) bytes += part;
  FirstBytes first = incomplete;
  for (size_t size = 1; size <= bytes.size() && first == incomplete; ++size) {
    first = tell_captured(std::string_view(bytes).substr(0, size));
  }
  RC_ASSERT(first == tell_captured(bytes));
}

}  // namespace
}  // namespace sbxc::wire
