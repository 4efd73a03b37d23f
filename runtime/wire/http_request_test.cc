// Requests as clients send them, and as those send them who want a proxy and a server to see
// different ones. Framing has a file of its own.
#include <gmock/gmock.h>

#include "runtime/wire/head_for_test.h"
#include "runtime/wire/http_head.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

// What is read of the whole and, which must be the same, of its bytes one after another.
std::string read(const std::string& bytes) {
  const auto whole = std::make_unique<RequestHead>();
  RequestReader reader;
  const Outcome outcome = reader.read(bytes, *whole);
  const auto head = std::make_unique<RequestHead>();
  RequestReader patient;
  const Outcome again =
      in_pieces(bytes, {}, [&](std::string_view part) { return patient.read(part, *head); });
  EXPECT_EQ(named(again), named(outcome)) << bytes;
  if (!outcome.is_done()) return named(outcome);
  EXPECT_EQ(outcome.length, bytes.find("\r\n\r\n") + 4);
  return describe(*whole);
}

std::string read_line(const std::string& line) {
  return read(line + "\r\nHost: example.com\r\n\r\n");
}

std::string read_fields(const std::string& fields) {
  return read("GET / HTTP/1.1\r\n" + fields + "\r\n\r\n");
}

TEST(HttpRequest, ReadsEachFormOfTarget) {
  EXPECT_EQ(read("GET /a?b=/c HTTP/1.1\r\nHost: Example.com:8080\r\nAccept:  x y \t\r\n\r\nGET"),
            "GET origin [/a?b=/c] 1.1 target=- host=example.com:8080 body=none keep "
            "{Host: Example.com:8080} {Accept: x y}");
  EXPECT_EQ(read("CONNECT EXAMPLE.com.:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n\x16\x03"),
            "CONNECT authority [] 1.1 target=example.com:443 host=example.com:443 body=none close "
            "{Host: example.com:443}");
  EXPECT_EQ(read("GET HTTP://a.example:81?q HTTP/1.1\r\nhost: a.example:81\r\n\r\n"),
            "GET absolute [?q] 1.1 target=a.example:81 host=a.example:81 body=none keep "
            "{host: a.example:81}");
  EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
            "OPTIONS asterisk [*] 1.1 target=- host=x:80 body=none keep {Host: x}");
  EXPECT_EQ(read("GET http://[::1]:8080/ HTTP/1.1\r\nHost: [0::1]:8080\r\n\r\n"),
            "GET absolute [/] 1.1 target=[::1]:8080 host=[::1]:8080 body=none keep "
            "{Host: [0::1]:8080}");
}

TEST(HttpRequest, ReadsVersion10WithoutHostAndNeverKeepsIt) {
  EXPECT_EQ(read("CONNECT x:22 HTTP/1.0\r\n\r\n"),
            "CONNECT authority [] 1.0 target=x:22 host=- body=none close");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "GET origin [/] 1.0 target=- host=- body=none close {Connection: keep-alive}");
}

TEST(HttpRequest, WaitsForTheEndOfTheHead) {
  EXPECT_EQ(read(""), "incomplete");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: x\r\n\r"), "incomplete");
  EXPECT_EQ(read("GARBAGE"), "incomplete");  // until the end of the line, a time, or 64 KB
}

TEST(HttpRequest, RefusesRequestLinesThatReadersRepair) {
  const std::pair<std::string, const char*> table[] = {
      {"\r\nGET / HTTP/1.1", "bad_request_line"},
      {" GET / HTTP/1.1", "bad_request_line"},
      {"GET  / HTTP/1.1", "bad_request_line"},
      {"GET /  HTTP/1.1", "bad_request_line"},
      {"GET / HTTP/1.1 ", "bad_request_line"},
      {"GET / x HTTP/1.1", "bad_request_line"},
      {"GET\t/\tHTTP/1.1", "bad_request_line"},
      {"GET", "bad_request_line"},
      {"GET ", "bad_request_line"},
      {"GET /", "http_09"},
      {"get / HTTP/1.1", "bad_method"},
      {"connect x:443 HTTP/1.1", "bad_method"},
      {"GE(T / HTTP/1.1", "bad_method"},
      {"G\xC3\x89T / HTTP/1.1", "bad_method"},
      {std::string(33, 'A') + " / HTTP/1.1", "bad_method"},
      {"GET / http/1.1", "bad_request_line"},
      {"GET / HTTP/1.1x", "bad_version"},
      {"GET / HTTP/1.2", "bad_version"},
      {"GET / HTTP/01.1", "bad_version"},
      {"GET / HTTP/2.0", "bad_version"},
      {"GET / HTTP/0.9", "bad_version"},
      {"GET / HTTP/1,1", "bad_version"},
      {"GET / HTTPS/1.1", "bad_request_line"},
      {"PRI * HTTP/2.0", "http_2"},
      {"PRI * HTTP/1.1", "bad_target"},
  };
  for (const auto& [line, refusal] : table) EXPECT_EQ(read_line(line), refusal) << line;
  EXPECT_EQ(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "http_2");
  EXPECT_EQ(read("\r\n"), "bad_request_line");
}

TEST(HttpRequest, RefusesTargetsThatNameSomethingElseToSomebody) {
  const std::pair<const char*, const char*> table[] = {
      {"GET example.com", "bad_target"},
      {"GET example.com:80", "bad_target"},
      {"GET *", "bad_target"},
      {"GET ://example.com/", "bad_target"},
      {"GET http:/example.com/", "bad_target"},
      {"GET http:example.com", "bad_target"},
      {"GET /a#b", "bad_target"},
      {"GET http://example.com/#@evil.example/", "bad_target"},
      {"GET http://example.com#@evil.example/", "bad_target"},
      {"GET http://example.com\\@evil.example/", "bad_target"},
      {"GET /\\evil", "bad_target"},
      {"GET /\xC3\xBC", "bad_target"},
      {"GET https://example.com/", "other_scheme"},
      {"GET file:///etc/passwd", "other_scheme"},
      {"GET ftp://example.com/", "other_scheme"},
      {"GET ws://example.com/", "other_scheme"},
      {"GET gopher://example.com:25/_x", "other_scheme"},
      {"GET http://user@example.com/", "user_info"},
      {"GET http://example.com@evil.example/", "user_info"},
      {"GET http://example.com:80@evil.example/", "user_info"},
      {"GET http:///x", "bad_name"},
      {"GET http://", "bad_name"},
      {"GET http://?x", "bad_name"},
      {"GET http://example.com:/", "bad_port"},
      {"GET http://example.com:080/", "bad_port"},
      {"GET http://example.com:99999/", "bad_port"},
      {"GET http://exa%6dple.com/", "bad_name"},
      {"GET http://example.com%00.evil.example/", "bad_name"},
      {"GET http://2130706433/", "odd_address"},
      {"GET http://0x7f.1/", "odd_address"},
      {"GET http://0177.0.0.1/", "odd_address"},
      {"GET http://[fe80::1%eth0]/", "zone_id"},
      {"CONNECT example.com", "bad_port"},
      {"CONNECT example.com:", "bad_port"},
      {"CONNECT example.com:+443", "bad_port"},
      {"CONNECT example.com:0443", "bad_port"},
      {"CONNECT example.com:0x1bb", "bad_port"},
      {"CONNECT example.com:65979", "bad_port"},
      {"CONNECT user@example.com:443", "user_info"},
      {"CONNECT http://example.com:443/", "bad_name"},
      {"CONNECT /", "bad_name"},
      {"CONNECT *", "bad_name"},
      {"CONNECT :443", "bad_name"},
      {"CONNECT ::1:443", "bad_name"},
      {"CONNECT 127.1:443", "odd_address"},
      {"CONNECT example.com:443/x", "bad_port"},
      {"CONNECT exam%70le.com:443", "bad_name"},
  };
  for (const auto& [line, refusal] : table) {
    EXPECT_EQ(read_line(std::string(line) + " HTTP/1.1"), refusal) << line;
  }
  EXPECT_THAT(read_line("CONNECT [::ffff:127.0.0.1]:443 HTTP/1.1"),
              testing::HasSubstr("target=127.0.0.1:443"));
}

TEST(HttpRequest, RefusesBytesThatEndALineForSomebody) {
  const std::pair<std::string, const char*> table[] = {
      {"GET / HTTP/1.1\nHost: x\n\n", "bare_line_end"},
      {"GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", "bare_line_end"},
      {"GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", "bare_line_end"},
      {"GET / HTTP/1.1\r\r\nHost: x\r\n\r\n", "bare_line_end"},
      {"GET / HTTP/1.1\r\nHost: x\r\n\n", "bare_line_end"},
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\r\n", "bare_line_end"},
      {"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s, "control_byte"},
      {"GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n"s, "control_byte"},
      {"GET / HTTP/1.1\r\nX: \x1b[2J\r\n\r\n", "control_byte"},
      {"GET / HTTP/1.1\r\nX: \x7f\r\n\r\n", "control_byte"},
      {"GET /\v HTTP/1.1\r\nX: y\r\n\r\n", "control_byte"},
      {"\x16\x03\x01", "control_byte"},
      {"\x05\x01", "control_byte"},
  };
  for (const auto& [bytes, refusal] : table) EXPECT_EQ(read(bytes), refusal) << bytes;
}

TEST(HttpRequest, RefusesFieldLinesThatReadersSkipOrRepair) {
  const std::pair<const char*, const char*> table[] = {
      {"Host : x", "bad_field"},
      {"Host\t: x", "bad_field"},
      {"Host", "bad_field"},
      {": x", "bad_field"},
      {"Ho st: x", "bad_field"},
      {"Host: x\r\nX;y: z", "bad_field"},
      {"Host: x\r\nX\xC3\xBC: z", "bad_field"},
      {" Host: x", "folded_field"},
      {"\tHost: x", "folded_field"},
      {"Host: x\r\n y", "folded_field"},
      {"Host: x\r\n\ty: z", "folded_field"},
      {"Host: x\r\nX: y\r\n ", "folded_field"},
      {"Host: x\r\n\"X\": y", "bad_field"},
  };
  for (const auto& [fields, refusal] : table) EXPECT_EQ(read_fields(fields), refusal) << fields;
}

TEST(HttpRequest, HasOneHostAndItIsTheTargets) {
  const std::pair<const char*, const char*> table[] = {
      {"X: y", "no_host"},
      {"Host: a\r\nHost: a", "several_hosts"},
      {"Host: a\r\nhOsT: b", "several_hosts"},
      {"Host: a, b", "bad_name"},
      {"Host:", "bad_name"},
      {"Host: a b", "bad_name"},
      {"Host: a:080", "bad_port"},
      {"Host: a:", "bad_port"},
      {"Host: u@a", "user_info"},
      {"Host: http://a", "bad_port"},
      {"Host: a/b", "bad_name"},
      {"Host: 127.1", "odd_address"},
      {"Host: a%00b", "bad_name"},
  };
  for (const auto& [fields, refusal] : table) EXPECT_EQ(read_fields(fields), refusal) << fields;
  const auto with_host = [](const std::string& line, const std::string& host) {
    return read(line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  EXPECT_EQ(with_host("GET http://a.example/", "b.example"), "host_mismatch");
  EXPECT_EQ(with_host("GET http://a.example/", "a.example.evil"), "host_mismatch");
  EXPECT_EQ(with_host("GET http://a.example:81/", "a.example:82"), "host_mismatch");
  EXPECT_EQ(with_host("GET http://a.example/", "a.example:81"), "host_mismatch");
  EXPECT_THAT(with_host("GET http://A.example:81/", "a.Example."),
              testing::HasSubstr("target=a.example:81 host=a.example:81"));
  EXPECT_THAT(with_host("CONNECT a.example:443", "a.example"),
              testing::HasSubstr("target=a.example:443 host=a.example:443"));
  // What is judged and dialled is the target; the field is not passed on.
  EXPECT_THAT(with_host("CONNECT a.example:443", "b.example:443"),
              testing::HasSubstr("target=a.example:443"));
  EXPECT_EQ(with_host("CONNECT a.example:443", "b..example"), "bad_name");
  EXPECT_EQ(read("GET http://a/ HTTP/1.0\r\nHost: b\r\n\r\n"), "host_mismatch");
}

TEST(HttpRequest, KeepsToItsLimits) {
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
  std::string fields;
  for (size_t i = 1; i < kMaxFields; ++i) fields += "A: b\r\n";
  EXPECT_THAT(read(start + fields + "\r\n"), testing::StartsWith("GET origin"));
  EXPECT_EQ(read(start + fields + "A: b\r\n\r\n"), "too_many_fields");
  const auto padded = [&start](size_t size) {
    return start + "X: " + std::string(size - start.size() - 7, 'y') + "\r\n\r\n";
  };
  const auto head = std::make_unique<RequestHead>();
  RequestReader whole;
  EXPECT_EQ(named(whole.read(padded(kMaxHead), *head)), "done 65536");
  RequestReader longer;
  EXPECT_EQ(named(longer.read(padded(kMaxHead + 1), *head)), "head_too_large");
  RequestReader endless;
  EXPECT_EQ(named(endless.read(std::string(kMaxHead, 'A'), *head)), "head_too_large");
  EXPECT_EQ(read_fields("Host: x\r\nConnection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"),
            "too_many_fields");
}

TEST(HttpRequest, ReadsWhatConnectionAndUpgradeMean) {
  const auto last_word = [](const std::string& fields) {
    const std::string all = read_fields("Host: x\r\n" + fields);
    return all.substr(0, all.find(" {"));
  };
  const std::string start = "GET origin [/] 1.1 target=- host=x:80 body=none ";
  EXPECT_EQ(last_word("Connection: close"), start + "close");
  EXPECT_EQ(last_word("Connection: foo, CLOSE"), start + "close");
  EXPECT_EQ(last_word("Connection: foo\r\nConnection: , close ,"), start + "close");
  EXPECT_EQ(last_word("Connection: closed"), start + "keep");
  EXPECT_EQ(last_word("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket"),
            start + "keep websocket");
  EXPECT_EQ(last_word("Upgrade: websocket"), start + "keep upgrade");
  EXPECT_EQ(last_word("Connection: upgrade\r\nUpgrade: websocket, x"), start + "keep upgrade");
  EXPECT_EQ(last_word("Connection: upgrade\r\nUpgrade: TLS/1.0"), start + "keep upgrade");
  EXPECT_EQ(last_word("Expect: 100-Continue"), start + "keep expects");
  EXPECT_EQ(last_word("Connection: upgrade\r\nUpgrade: h2c"), start + "keep upgrade");
  EXPECT_EQ(last_word("Upgrade: websocket\r\nUpgrade: h2c"), start + "keep upgrade");
  EXPECT_EQ(last_word("Connection: Host"), "bad_connection");
  EXPECT_EQ(last_word("Connection: close, content-length"), "bad_connection");
  EXPECT_EQ(last_word("Connection: Transfer-Encoding"), "bad_connection");
  EXPECT_EQ(last_word("Connection: a b"), "bad_connection");
  EXPECT_EQ(last_word("Proxy-Authorization: a\r\nProxy-Authorization: b"), "several_credentials");
}

}  // namespace
}  // namespace sbxc::wire
