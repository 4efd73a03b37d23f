// Every row of refusals.def is triggered by something, and described in docs/network-refusals.md.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "runtime/wire/client_hello.h"
#include "runtime/wire/dns_for_test.h"
#include "runtime/wire/dns_message.h"
#include "runtime/wire/hello_for_test.h"
#include "runtime/wire/http_body.h"
#include "runtime/wire/pieces_for_test.h"
#include "runtime/wire/socks.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

Refusal request(const std::string& bytes) {
  const auto head = std::make_unique<RequestHead>();
  return RequestReader().read(bytes, *head).refusal;
}
Refusal fields(const std::string& lines, const std::string& line = "GET / HTTP/1.1") {
  return request(line + "\r\n" + lines + "\r\n\r\n");
}
Refusal target(const std::string& text) { return fields("Host: x", text + " HTTP/1.1"); }
Refusal response(const std::string& bytes) {
  const auto head = std::make_unique<ResponseHead>();
  return ResponseReader().read(bytes, *head).refusal;
}
Refusal chunked(const std::string& bytes) {
  return BodyReader({Framing::Kind::chunked, 0}).take(bytes).refusal;
}
Refusal socks(const std::string& bytes) {
  Endpoint asked;
  return read_socks_request(bytes, asked).refusal;
}
Refusal hello(const std::string& bytes) {
  ClientHello found;
  return ClientHelloReader().read(bytes, found).refusal;
}
Refusal dns(const QuestionForTest& question) {
  DnsQuery query;
  return read_dns_query(question.bytes(), query).refusal;
}

std::string many_fields() {
  std::string out;
  for (size_t i = 0; i <= kMaxFields; ++i) out += "A: b\r\n";
  return out;
}

// What triggers each, by the name of the refusal.
std::map<std::string, Refusal> examples() {
  return {
      {"control_byte", request("GET /\0"s)},
      {"bare_line_end", request("GET / HTTP/1.1\n")},
      {"head_too_large", request(std::string(kMaxHead, 'A'))},
      {"too_many_fields", fields(many_fields())},
      {"bad_request_line", request("\r\n")},
      {"bad_method", target("get /")},
      {"http_09", request("GET /\r\n\r\n")},
      {"bad_version", request("GET / HTTP/3.0\r\n\r\n")},
      {"http_2", request("PRI * HTTP/2.0\r\n\r\n")},
      {"bad_target", target("GET x")},
      {"other_scheme", target("GET https://x/")},
      {"bad_field", fields("Host : x")},
      {"folded_field", fields("Host: x\r\n y")},
      {"no_host", fields("X: y")},
      {"several_hosts", fields("Host: x\r\nHost: x")},
      {"host_mismatch", target("GET http://y/")},
      {"bad_connection", fields("Host: x\r\nConnection: host")},
      {"several_credentials",
       fields("Host: x\r\nProxy-Authorization: a\r\nProxy-Authorization: a")},
      {"user_info", target("GET http://a@b/")},
      {"bad_port", target("CONNECT x:080")},
      {"bad_name", target("CONNECT %00:80")},
      {"odd_address", target("CONNECT 127.1:80")},
      {"zone_id", target("CONNECT [fe80::1%1]:80")},
      {"bad_content_length", fields("Host: x\r\nContent-Length: +1")},
      {"several_content_lengths", fields("Host: x\r\nContent-Length: 1\r\nContent-Length: 1")},
      {"length_and_encoding", fields("Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked")},
      {"bad_transfer_encoding", fields("Host: x\r\nTransfer-Encoding: x")},
      {"encoding_in_1_0", fields("Transfer-Encoding: chunked", "GET / HTTP/1.0")},
      {"connect_with_body", fields("Host: x:1\r\nContent-Length: 1", "CONNECT x:1 HTTP/1.1")},
      {"bad_chunk", chunked("0x1\r\n")},
      {"bad_trailer", chunked("0\r\nHost: x\r\n\r\n")},
      {"bad_status_line", response("ICY 200 OK\r\n\r\n")},
      {"socks4", socks("\x04")},
      {"bad_socks", socks("\x06")},
      {"socks_command", socks("\x05\x02")},
      {"socks_address_type", socks("\x05\x01\x00\x02"s)},
      {"not_tls", hello("x")},
      {"bad_client_hello", hello(record(""))},
      {"client_hello_too_large", hello("\x16\x03\x01\x40\x00\x01\xff\xff\xff"s)},
      {"bad_server_name", hello(record(HelloForTest{.extensions = server_name("::1")}.message()))},
      {"dns_not_a_query", dns({.flags = 0x8000})},
      {"dns_bad_message", dns({.questions = 2})},
      {"dns_not_implemented", dns({.flags = 0x2800})},
      {"dns_class", dns({.klass = 3})},
      {"dns_version", dns(QuestionForTest{}.with_edns(512, 1))},
      {"dns_bad_name", dns({.name = labels("a b")})},
  };
}

constexpr Refusal kAll[] = {
#define REFUSAL(name, section, status, what, why) Refusal::name,
#include "runtime/wire/refusals.def"
#undef REFUSAL
};

TEST(Refusals, EachIsTriggeredBySomething) {
  const auto found = examples();
  for (const Refusal refusal : kAll) {
    const auto example = found.find(named(refusal));
    ASSERT_NE(example, found.end()) << named(refusal);
    EXPECT_EQ(named(example->second), example->first);
  }
}

TEST(Refusals, OfHttpHaveAStatusOfTheirOwn) {
  for (const Refusal refusal : kAll) {
    const RefusalFacts& facts = facts_of(refusal);
    EXPECT_EQ(facts.refusal, refusal);
    const bool is_http = facts.section <= Section::framing;
    EXPECT_EQ(facts.status >= 400 && facts.status < 600, is_http) << facts.name;
  }
}

std::string row_of(const RefusalFacts& facts) {
  const std::string status = facts.status != 0 ? std::to_string(facts.status) + " | " : "";
  return "| " + std::string(facts.what) + " | " + status + std::string(facts.why) + " |";
}

TEST(Refusals, AreThoseOfTheDocumentation) {
  std::ifstream file(std::string(SBXC_SOURCE_DIR) + "/docs/network-refusals.md");
  ASSERT_TRUE(file) << "docs/network-refusals.md";
  std::stringstream text;
  text << file.rdbuf();
  for (const Refusal refusal : kAll) {
    EXPECT_THAT(text.str(), testing::HasSubstr(row_of(facts_of(refusal)))) << named(refusal);
  }
}

}  // namespace
}  // namespace sbxc::wire
