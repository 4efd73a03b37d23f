#include <gmock/gmock.h>

#include "runtime/wire/head_for_test.h"
#include "runtime/wire/http_head.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

// The status, the body after a request by `method`, and whether the connection stays.
std::string read(const std::string& bytes, std::string_view method = "GET") {
  const auto head = std::make_unique<ResponseHead>();
  ResponseReader reader;
  const Outcome outcome = reader.read(bytes, *head);
  const auto again = std::make_unique<ResponseHead>();
  ResponseReader patient;
  EXPECT_EQ(named(in_pieces(bytes, {},
                            [&](std::string_view part) { return patient.read(part, *again); })),
            named(outcome));
  if (!outcome.is_done()) return named(outcome);
  return std::to_string(head->status) + " [" + std::string(head->reason) + "] " +
         describe(body_of(*head, method)) + (keeps_alive(*head, method) ? " keep" : " close");
}

TEST(HttpResponse, HasTheBodyThatStatusAndMethodGiveIt) {
  const std::string five = "\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(read("HTTP/1.1 200 OK" + five), "200 [OK] length 5 keep");
  EXPECT_EQ(read("HTTP/1.1 200 OK" + five, "HEAD"), "200 [OK] none keep");
  EXPECT_EQ(read("HTTP/1.1 200 OK" + five, "CONNECT"), "200 [OK] none keep");
  EXPECT_EQ(read("HTTP/1.1 407 No" + five, "CONNECT"), "407 [No] length 5 keep");
  EXPECT_EQ(read("HTTP/1.1 304 Not Modified" + five), "304 [Not Modified] none keep");
  EXPECT_EQ(read("HTTP/1.1 204 \r\n\r\n"), "204 [] none keep");
  EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\n"), "100 [Continue] none keep");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "200 [OK] none keep");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), "200 [OK] chunked keep");
  EXPECT_EQ(read("HTTP/1.1 200\r\n\r\n"), "200 [] until close close");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nConnection: close" + five), "200 [OK] length 5 close");
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nConnection: keep-alive" + five), "200 [OK] length 5 close");
  EXPECT_EQ(read("HTTP/1.1 200 \xC3\xBC b\r\n\r\n"), "200 [\xC3\xBC b] until close close");
}

TEST(HttpResponse, OfServersThatAreNotPlainIsRefused) {
  const std::pair<std::string, const char*> table[] = {
      {"\r\n", "bad_status_line"},
      {"HTTP/1.1\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 \r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 20\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 2000\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1  200 OK\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 099 OK\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 +20 OK\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 200OK\r\n\r\n", "bad_status_line"},
      {"HTTP/2.0 200 OK\r\n\r\n", "bad_status_line"},
      {"http/1.1 200 OK\r\n\r\n", "bad_status_line"},
      {"ICY 200 OK\r\n\r\n", "bad_status_line"},
      {"HTTP/1.1 200 OK\nX: y\n\n", "bare_line_end"},
      {"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "folded_field"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
       "several_content_lengths"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       "length_and_encoding"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "bad_transfer_encoding"},
      {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "encoding_in_1_0"},
      {"SSH-2.0-x\n", "bare_line_end"},
      {"HTTP/1.1 200 OK\0\r\n\r\n"s, "control_byte"},
  };
  for (const auto& [bytes, refusal] : table) EXPECT_EQ(read(bytes), refusal) << bytes;
}

TEST(HttpResponse, TellsAWebsocketFromAnythingElse) {
  const auto head = std::make_unique<ResponseHead>();
  ResponseReader reader;
  ASSERT_TRUE(reader
                  .read("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                        "Upgrade: websocket\r\n\r\n",
                        *head)
                  .is_done());
  EXPECT_EQ(head->upgrade, Upgrade::websocket);
  EXPECT_FALSE(head->is_interim());
}

}  // namespace
}  // namespace sbxc::wire
