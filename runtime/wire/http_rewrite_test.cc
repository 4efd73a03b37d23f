#include "runtime/wire/http_rewrite.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/head_for_test.h"
#include "runtime/wire/http_answer.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

Endpoint endpoint(std::string_view text) {
  auto authority = read_authority(text);
  return {std::move(authority->host), authority->port.value_or(80)};
}

std::string forward(const std::string& bytes, const std::string& judged, NextHop next = {}) {
  const auto head = std::make_unique<RequestHead>();
  RequestReader reader;
  const Outcome outcome = reader.read(bytes, *head);
  if (!outcome.is_done()) return named(outcome);
  std::string out;
  append_request_head(out, *head, endpoint(judged), next);
  return out;
}

TEST(HttpRewrite, MakesAnAbsoluteTargetAPathAndSetsTheJudgedHost) {
  EXPECT_EQ(forward("GET http://EXAMPLE.com.:8080/a?b HTTP/1.1\r\nAccept: x\r\n"
                    "Host: Example.Com:8080\r\nCookie: c\r\n\r\n",
                    "example.com:8080"),
            "GET /a?b HTTP/1.1\r\nHost: example.com:8080\r\nAccept: x\r\nCookie: c\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_EQ(forward("GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", "x"),
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(forward("GET http://x?q HTTP/1.1\r\nHost: x\r\n\r\n", "x:80"),
            "GET /?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(forward("OPTIONS http://[::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n\r\n", "[::1]:81"),
            "OPTIONS * HTTP/1.1\r\nHost: [::1]:81\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(forward("GET http://x//y/../%2e HTTP/1.1\r\nHost: x\r\n\r\n", "x",
                    {.after = NextHop::After::keep_alive}),
            "GET //y/../%2e HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(HttpRewrite, TakesOutWhatIsForThisHop) {
  EXPECT_EQ(forward("POST / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, X-Secret,Cookie\r\n"
                    "Keep-Alive: 5\r\nProxy-Connection: keep-alive\r\nx-secret: 1\r\n"
                    "Proxy-Authorization: Basic eA==\r\nProxy-Foo: 1\r\nTE: trailers\r\n"
                    "Trailer: x\r\nUpgrade: foo\r\nHTTP2-Settings: x\r\nCookie: c\r\n"
                    "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
                    "Transfer-Encoding: chunked\r\nX-Kept: 1\r\n\r\n",
                    "x", {.after = NextHop::After::keep_alive}),
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX-Kept: 1\r\n\r\n");
}

TEST(HttpRewrite, KeepsAWebsocketsUpgradeAndNoOther) {
  EXPECT_EQ(forward("GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                    "Upgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n",
                    "x"),
            "GET /chat HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key: k\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\n\r\n");
  EXPECT_EQ(forward("POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Content-Length: 1\r\n\r\n",
                    "x"),
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n");
}

// What follows an upgrade to HTTP/2 would pass unjudged. Java's client offers one with each
// request.
TEST(HttpRewrite, DropsTheOfferOfHttp2) {
  EXPECT_EQ(forward("GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: x\r\n"
                    "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
                    "Upgrade: h2c\r\n\r\n",
                    "x"),
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

TEST(HttpRewrite, LeavesVersion10AsItIs) {
  EXPECT_EQ(forward("GET http://x/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "x",
                    {.after = NextHop::After::keep_alive}),
            "GET / HTTP/1.0\r\nHost: x\r\nConnection: close\r\n\r\n");
}

TEST(HttpRewrite, SpeaksToAProxyWithAbsoluteTargetsAndItsCredentials) {
  EXPECT_EQ(
      forward("GET /a HTTP/1.1\r\nHost: x:81\r\nProxy-Authorization: Basic mine\r\n\r\n", "x:81",
              {.kind = NextHop::Kind::proxy,
               .after = NextHop::After::keep_alive,
               .proxy_authorization = "Basic theirs"}),
      "GET http://x:81/a HTTP/1.1\r\nHost: x:81\r\nProxy-Authorization: Basic theirs\r\n\r\n");
  std::string out;
  append_connect(out, endpoint("[::1]:443"), basic_credentials("u", "p"));
  EXPECT_EQ(out,
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n"
            "Proxy-Authorization: Basic dTpw\r\n\r\n");
}

TEST(HttpRewrite, TakesOutOfAnswersWhatIsForThisHop) {
  const auto head = std::make_unique<ResponseHead>();
  ResponseReader reader;
  ASSERT_TRUE(reader
                  .read("HTTP/1.0 401 No no\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\n"
                        "Proxy-Authenticate: Basic\r\nKeep-Alive: 1\r\nUpgrade: h2c\r\n"
                        "WWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
                        *head)
                  .is_done());
  std::string out;
  append_response_head(out, *head, NextHop::After::close);
  EXPECT_EQ(out,
            "HTTP/1.1 401 No no\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
}

TEST(HttpCredentials, AreThoseOfBasic) {
  EXPECT_EQ(basic_credentials("sbxc", "token"), "Basic c2J4Yzp0b2tlbg==");
  EXPECT_EQ(basic_credentials("a", ""), "Basic YTo=");
  EXPECT_EQ(basic_credentials("ab", "cde"), "Basic YWI6Y2Rl");
  EXPECT_TRUE(is_authorised("Basic c2J4Yzp0b2tlbg==", "sbxc", "token"));
  EXPECT_TRUE(is_authorised("bAsIc   c2J4Yzp0b2tlbg==", "sbxc", "token"));
  for (const char* value :
       {"", "Basic", "Basic ", "Basic c2J4Yzp0b2tlbg", "Basic c2J4Yzp0b2tlbg==x",
        "Basic c2J4Yzp0b2tlbh==", "Bearer c2J4Yzp0b2tlbg==", "Basicc2J4Yzp0b2tlbg==",
        "c2J4Yzp0b2tlbg==", "Basic\tc2J4Yzp0b2tlbg==", "Basic C2J4YZP0B2TLBG=="}) {
    EXPECT_FALSE(is_authorised(value, "sbxc", "token")) << value;
  }
}

TEST(HttpAnswer, NamesTheHostAndTheRule) {
  EXPECT_EQ(denied_answer({.endpoint = "evil.example:443",
                           .statement = "deny connect evil.example",
                           .place = "agent.sbx:12:1",
                           .because = "exfiltration"}),
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 108\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
            "sbxc: connect to `evil.example:443` is denied by `deny connect evil.example` "
            "(agent.sbx:12:1): exfiltration\n");
  EXPECT_THAT(denied_answer({.endpoint = "x:1"}),
              testing::EndsWith("\r\n\r\nsbxc: connect to `x:1` is denied: no rule allows it\n"));
  EXPECT_THAT(denied_answer({.endpoint = "x:1"}, Body::absent), testing::EndsWith("\r\n\r\n"));
}

TEST(HttpAnswer, AsksForAPasswordAndIsPrintable) {
  EXPECT_THAT(answer(407, "x"),
              testing::HasSubstr("\r\nProxy-Authenticate: Basic realm=\"sbxc\"\r\n"));
  EXPECT_THAT(answer(502, "a\r\nb\x1b[2J"),
              testing::EndsWith("\r\n\r\nsbxc: a\\x0d\\x0ab\\x1b[2J\n"));
  for (const uint16_t status :
       std::array<uint16_t, 11>{400, 403, 407, 408, 431, 500, 501, 502, 503, 504, 505}) {
    EXPECT_THAT(answer(status, "x"), testing::Not(testing::HasSubstr(" Refused\r\n")));
  }
}

// Every answer of ours is one that our own reader takes.
TEST(HttpAnswer, IsAWholeResponse) {
  const auto head = std::make_unique<ResponseHead>();
  ResponseReader reader;
  const std::string text = refusal_answer(Refusal::several_hosts);
  const Outcome outcome = reader.read(text, *head);
  ASSERT_TRUE(outcome.is_done());
  EXPECT_EQ(head->status, 400);
  EXPECT_TRUE(head->says_close);
  EXPECT_EQ(head->content_length, text.size() - outcome.length);
}

struct Sample {
  std::string bytes;
  std::string host;
};

Sample sample_request() {
  Sample sample;
  const auto word =
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c', 'X', '-')));
  sample.host = *rc::gen::element<std::string>("example.com", "a.b:81", "[::1]:8080", "192.0.2.1");
  const std::string method = *rc::gen::element<std::string>("GET", "POST", "M-SEARCH");
  const bool is_absolute = *rc::gen::arbitrary<bool>();
  sample.bytes = method + (is_absolute ? " http://" + sample.host + "/" : " /") + *word +
                 " HTTP/1.1\r\nHost: " + sample.host + "\r\n";
  for (const auto& name : *rc::gen::container<std::vector<std::string>>(word)) {
    sample.bytes += "X" + name + ": " + *word + "\r\n";
  }
  const auto extra = *rc::gen::element<std::string>(
      "", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n", "Connection: Xa, close\r\n",
      "Proxy-Connection: keep-alive\r\n", "TE: trailers\r\nConnection: TE\r\n");
  sample.bytes += extra + "\r\n";
  return sample;
}

RC_GTEST_PROP(HttpRewrite, WhatIsWrittenReadsBackAndIsWrittenTheSame, ()) {
  const Sample sample = sample_request();
  const NextHop next{.kind = *rc::gen::element(NextHop::Kind::server, NextHop::Kind::proxy),
                     .after = NextHop::After::keep_alive};
  const std::string once = forward(sample.bytes, sample.host, next);
  RC_ASSERT(forward(once, sample.host, next) == once);
}

RC_GTEST_PROP(HttpRewrite, PiecesOfAnySizeAreReadAlike, ()) {
  std::string bytes = sample_request().bytes;
  for (const auto at : *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, 200))) {
    if (at < bytes.size())
      bytes[at] = *rc::gen::element('\r', '\n', ' ', ':', '\0', '\t', ',', 'x');
  }
  const auto sizes = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 40));
  const auto whole = std::make_unique<RequestHead>();
  const auto pieces = std::make_unique<RequestHead>();
  RequestReader at_once;
  RequestReader in_parts;
  const Outcome outcome = at_once.read(bytes, *whole);
  std::string described;
  const Outcome again = in_pieces(bytes, sizes, [&](std::string_view part) {
    const Outcome part_outcome = in_parts.read(part, *pieces);
    if (part_outcome.is_done()) described = describe(*pieces);
    return part_outcome;
  });
  RC_ASSERT(named(again) == named(outcome));
  if (outcome.is_done()) RC_ASSERT(described == describe(*whole));
}

}  // namespace
}  // namespace sbxc::wire
