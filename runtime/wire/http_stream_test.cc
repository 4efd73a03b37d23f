// Whole connections: requests one behind the other, as a proxy takes them off. Whatever is hidden
// in one must come out as a request of its own, to be judged, or end the connection.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/http_body.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

// A proxy that keeps what it has not taken, and is given bytes in pieces.
class Connection {
 public:
  void give(std::string_view bytes) {
    held_ += bytes;
    while (!ended_ && step()) {
    }
  }
  // `GET a.example:80 | POST b.example:80 +5 | bad_chunk`
  const std::string& seen() const { return seen_; }

 private:
  bool step() { return in_body_ ? take_body() : take_head(); }

  bool take_head() {
    const Outcome outcome = reader_.read(held_, *head_);
    if (outcome.is_bad()) return end(outcome.refusal);
    if (!outcome.is_done()) return false;
    note(std::string(head_->method) + " " + head_->asked()->text());
    ended_ = !head_->keeps_alive;
    body_ = BodyReader(head_->body);
    reader_ = {};
    in_body_ = true;
    body_size_ = 0;
    held_.erase(0, outcome.length);
    return true;
  }

  bool take_body() {
    const Outcome outcome = body_.take(held_);
    if (outcome.is_bad()) return end(outcome.refusal);
    body_size_ += outcome.length;
    held_.erase(0, outcome.length);
    if (!outcome.is_done()) return false;
    if (body_size_ > 0) seen_ += " +" + std::to_string(body_size_);
    in_body_ = false;
    return !held_.empty();
  }

  bool end(Refusal refusal) {
    ended_ = true;
    note(named(refusal));
    return false;
  }
  void note(const std::string& what) { seen_ += (seen_.empty() ? "" : " | ") + what; }

  std::string held_;
  std::string seen_;
  RequestReader reader_;
  BodyReader body_;
  size_t body_size_ = 0;
  bool in_body_ = false;
  bool ended_ = false;
  std::unique_ptr<RequestHead> head_ = std::make_unique<RequestHead>();
};

std::string take(const std::string& bytes) {
  Connection whole;
  whole.give(bytes);
  Connection patient;
  for (const char byte : bytes) patient.give({&byte, 1});
  EXPECT_EQ(patient.seen(), whole.seen()) << bytes;
  return whole.seen();
}

std::string get(const std::string& host, const std::string& fields = "") {
  return "GET http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
}
const std::string kHidden = get("evil.example");

TEST(HttpStream, ShowsEachRequestOfAConnection) {
  EXPECT_EQ(take(get("a.example") + kHidden), "GET a.example:80 | GET evil.example:80");
  EXPECT_EQ(take(get("a.example", "Content-Length: 5\r\n") + "hello" + kHidden),
            "GET a.example:80 +5 | GET evil.example:80");
  EXPECT_EQ(take(get("a.example", "Transfer-Encoding: chunked\r\n") +
                 "5\r\nhello\r\n0\r\nX: y\r\n\r\n" + kHidden),
            "GET a.example:80 +21 | GET evil.example:80");
}

TEST(HttpStream, EndsBehindTheLastRequest) {
  EXPECT_EQ(take(get("a.example", "Connection: close\r\n") + kHidden), "GET a.example:80");
  EXPECT_EQ(take("GET http://a.example/ HTTP/1.0\r\n\r\n" + kHidden), "GET a.example:80");
  EXPECT_EQ(take("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n" + kHidden),
            "CONNECT a.example:443");
}

TEST(HttpStream, HidesNothingBehindALength) {
  // What a server that went by the other field would take for a request is a body here.
  const std::string size = std::to_string(kHidden.size());
  EXPECT_EQ(take(get("a.example", "Content-Length: " + size + "\r\n") + kHidden),
            "GET a.example:80 +" + size);
  for (const char* fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding\t:chunked\r\n", "Transfer-Encoding: chunked\r\n ,x\r\n",
        "Content-Length: 0\r\nContent-Length: 44\r\n", "Content-Length: 0x0\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n", "X: y\rContent-Length: 44\r\n",
        "Content_Length: 44\r\n", "Connection: Content-Length\r\nContent-Length: 44\r\n"}) {
    const std::string seen = take(get("a.example", fields) + "0\r\n\r\n" + kHidden);
    EXPECT_THAT(seen, testing::Not(testing::HasSubstr("example"))) << fields;
  }
}

TEST(HttpStream, HidesNothingBetweenChunks) {
  const std::string start = get("a.example", "Transfer-Encoding: chunked\r\n");
  for (const char* chunks :
       {"0\n\n", "0\r\n\n", "0 \r\n\r\n", "00x\r\n\r\n", "0;a=\"\r\n\"\r\n\r\n", "0;a\nb\r\n\r\n",
        "0\r\nContent-Length: 44\r\n\r\n", "0\r\n X: y\r\n\r\n", "-1\r\n\r\n", "\r\n0\r\n\r\n",
        "1\r\nab0\r\n\r\n", "fffffffffffffffff\r\n", "0\r\n\rGET", "5\r\nhell\r\n0\r\n\r\n"}) {
    std::string bytes = start;
    bytes += chunks;
    bytes += kHidden;
    const std::string seen = take(bytes);
    EXPECT_THAT(seen,
                testing::AnyOf("GET a.example:80 | bad_chunk", "GET a.example:80 | bad_trailer"))
        << chunks;
  }
  EXPECT_EQ(take(start + "0\r\n\r\n\r\n" + kHidden), "GET a.example:80 +5 | bad_request_line");
}

RC_GTEST_PROP(HttpStream, IsTakenApartAlikeInAnyPieces, ()) {
  std::string bytes;
  const auto request = rc::gen::element<std::string>(
      get("a.example"), get("b.example", "Content-Length: 3\r\n") + "abc",
      get("c.example", "Transfer-Encoding: chunked\r\n") + "A;x\r\n0123456789\r\n0\r\n\r\n");
  for (const auto& each : *rc::gen::container<std::vector<std::string>>(request)) bytes += each;
  for (const auto at :
       *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, 2000))) {
    if (at < bytes.size()) bytes[at] = *rc::gen::element('\r', '\n', ' ', ':', '0', ',', 'x');
  }
  Connection whole;
  whole.give(bytes);
  Connection parts;
  for (size_t at = 0; at < bytes.size();) {
    const auto size = *rc::gen::inRange<size_t>(1, 50);
    parts.give(std::string_view(bytes).substr(at, size));
    at += size;
  }
  RC_ASSERT(parts.seen() == whole.seen());
}

}  // namespace
}  // namespace sbxc::wire
