// A client's first bytes held against the name that its connection is for. However they are cut
// into pieces, the verdict is the same.
#include "runtime/egress/first_look.h"

#include <gmock/gmock.h>

#include "runtime/wire/hello_for_test.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::egress {
namespace {

using Verdict = FirstLook::Verdict;
using wire::HelloForTest;

const wire::Endpoint kName{std::string("example.com"), 443};

// supported_versions with TLS 1.3.
std::string offers_tls13() { return wire::extension(43, std::string("\x02\x03\x04", 3)); }

std::string hello(std::string_view name, bool tls13 = false) {
  HelloForTest made;
  if (!name.empty()) made.extensions += wire::server_name(name);
  if (tls13) made.extensions += offers_tls13();
  return wire::record(made.message());
}

// A ServerHello, or the one whose random says that it is a HelloRetryRequest (RFC 8446 4.1.3).
std::string server_hello(bool retry) {
  const std::string random =
      retry ? wire::unhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
            : std::string(32, 'r');
  std::string body = std::string("\x03\x03", 2) + random + std::string(1, '\0') +
                     std::string("\x13\x01\x00", 3) + std::string("\x00\x00", 2);
  std::string message("\x02\x00\x00", 3);
  message += static_cast<char>(body.size());
  return wire::record(message + body);
}

struct Look {
  explicit Look(wire::Endpoint endpoint = kName) : asked(std::move(endpoint)) {}
  Verdict client(std::string_view bytes) {
    Verdict verdict = Verdict::more;
    for (size_t size = 1; size <= bytes.size(); ++size) {
      verdict = look.look_at_client(bytes.substr(0, size));
      if (verdict != Verdict::more) break;
    }
    return verdict;
  }
  wire::Endpoint asked;
  FirstLook look{asked};
};

TEST(FirstLook, PassesTlsForTheNameAndNoOther) {
  EXPECT_EQ(Look().client(hello("example.com")), Verdict::pass);
  EXPECT_EQ(Look().client(hello("EXAMPLE.com")), Verdict::pass);
  for (const char* other : {"evil.com", "www.example.com", "com", "example.com.evil.com"}) {
    Look look;
    EXPECT_EQ(look.client(hello(other)), Verdict::refuse) << other;
    EXPECT_EQ(look.look.reason(), Reason::sni_mismatch);
    EXPECT_EQ(look.look.detail(), other);
  }
}

TEST(FirstLook, RefusesTlsWithoutANameUnlessTheNameHasNoDot) {
  Look look;
  EXPECT_EQ(look.client(hello("")), Verdict::refuse);
  EXPECT_EQ(look.look.reason(), Reason::sni_missing);
  EXPECT_EQ(Look({std::string("db"), 443}).client(hello("")), Verdict::pass);
}

TEST(FirstLook, PassesEverythingToAnAddress) {
  EXPECT_EQ(Look({IpAddress::v4(1, 2, 3, 4), 443}).look.look_at_client(""), Verdict::pass);
}

TEST(FirstLook, TellsHttpFromOtherBytes) {
  EXPECT_EQ(Look().client("GET / HTTP/1.1\r\nHost: evil.com\r\n\r\n"), Verdict::http);
  EXPECT_EQ(Look().client("\r\nget\t/ HTTP/1.1\n"), Verdict::http);
  EXPECT_EQ(Look().client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Verdict::refuse);
  EXPECT_EQ(Look().client("SSH-2.0-OpenSSH_9.2\r\n"), Verdict::pass);
  EXPECT_EQ(Look().client(std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8)), Verdict::pass);
}

TEST(FirstLook, WaitsForASilentClient) { EXPECT_EQ(Look().look.look_at_client(""), Verdict::more); }

TEST(FirstLook, HoldsAClientOfTls13UntilTheServerIsKnown) {
  Look look;
  const std::string first = hello("example.com", true);
  ASSERT_EQ(look.client(first), Verdict::part);
  EXPECT_EQ(look.look.passed(), first.size());
  EXPECT_TRUE(look.look.awaits_server());
  EXPECT_EQ(look.look.look_at_client("early data"), Verdict::more);
  const std::string answer = server_hello(false);
  EXPECT_EQ(look.look.look_at_server(answer.substr(0, 5)), Verdict::more);
  EXPECT_EQ(look.look.look_at_server(answer), Verdict::pass);
  EXPECT_EQ(look.look.look_at_client("early data"), Verdict::pass);
}

TEST(FirstLook, JudgesASecondHelloLikeTheFirst) {
  for (const char* name : {"example.com", "evil.com", ""}) {
    Look look;
    ASSERT_EQ(look.client(hello("example.com", true)), Verdict::part);
    ASSERT_EQ(look.look.look_at_server(server_hello(true)), Verdict::part);
    const std::string second =
        wire::record("early", 23) + wire::record("\x01", 20) + hello(name, true);
    const bool same = std::string_view(name) == "example.com";
    EXPECT_EQ(look.client(second), same ? Verdict::pass : Verdict::refuse) << name;
  }
}

TEST(FirstLook, RefusesOtherRecordsInFrontOfASecondHello) {
  Look look;
  ASSERT_EQ(look.client(hello("example.com", true)), Verdict::part);
  ASSERT_EQ(look.look.look_at_server(server_hello(true)), Verdict::part);
  EXPECT_EQ(look.client(wire::record("alert", 21)), Verdict::refuse);
}

TEST(FirstLook, RefusesWhatIsNoHello) {
  Look look;
  EXPECT_EQ(look.client(wire::record(HelloForTest().message(2))), Verdict::refuse);
  EXPECT_EQ(look.look.reason(), Reason::bad_request);
}

}  // namespace
}  // namespace sbxc::egress
