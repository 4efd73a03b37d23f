// Where bodies end: what heads say about it, the tricks by which two readers are made to disagree,
// and the chunks themselves.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/head_for_test.h"
#include "runtime/wire/http_body.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

std::string framing(const std::string& fields, const std::string& line = "POST / HTTP/1.1") {
  const auto head = std::make_unique<RequestHead>();
  RequestReader reader;
  const std::string bytes = line + "\r\nHost: x:80\r\n" + fields + "\r\n\r\n";
  const Outcome outcome = reader.read(bytes, *head);
  return outcome.is_done() ? describe(head->body) : named(outcome);
}

TEST(HttpFraming, OfRequestsHasOneMeaning) {
  const std::pair<const char*, const char*> table[] = {
      {"X: y", "none"},
      {"Content-Length: 0", "none"},
      {"Content-Length: 5", "length 5"},
      {"content-length:\t5 ", "length 5"},
      {"Content-Length: 999999999999999999", "length 999999999999999999"},
      {"Transfer-Encoding: chunked", "chunked"},
      {"transfer-encoding:CHUNKED", "chunked"},
      {"Content-Length: 1000000000000000000", "bad_content_length"},
      {"Content-Length: 18446744073709551621", "bad_content_length"},
      {"Content-Length:", "bad_content_length"},
      {"Content-Length: +5", "bad_content_length"},
      {"Content-Length: -5", "bad_content_length"},
      {"Content-Length: 05", "bad_content_length"},
      {"Content-Length: 0x5", "bad_content_length"},
      {"Content-Length: 5 5", "bad_content_length"},
      {"Content-Length: 5,5", "bad_content_length"},
      {"Content-Length: 5, 6", "bad_content_length"},
      {"Content-Length: 5.0", "bad_content_length"},
      {"Content-Length: 1e1", "bad_content_length"},
      {"Content-Length: \"5\"", "bad_content_length"},
      {"Content-Length: 5\r\nContent-Length: 5", "several_content_lengths"},
      {"Content-Length: 5\r\ncontent-length: 6", "several_content_lengths"},
      {"Content-Length : 5", "bad_field"},
      {"Content-Length\r\n : 5", "bad_field"},
      {"Content_Length: 5", "bad_field"},
      {"TRANSFER_ENCODING: chunked", "bad_field"},
      {"Transfer-Encoding : chunked", "bad_field"},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked", "length_and_encoding"},
      {"Transfer-Encoding: chunked\r\nContent-Length: 0", "length_and_encoding"},
      {"Transfer-Encoding: xchunked", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunkedx", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked, chunked", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked, identity", "bad_transfer_encoding"},
      {"Transfer-Encoding: identity, chunked", "bad_transfer_encoding"},
      {"Transfer-Encoding: gzip, chunked", "bad_transfer_encoding"},
      {"Transfer-Encoding: ,chunked", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked,", "bad_transfer_encoding"},
      {"Transfer-Encoding: \"chunked\"", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked;q=1", "bad_transfer_encoding"},
      {"Transfer-Encoding:", "bad_transfer_encoding"},
      {"Transfer-Encoding: gzip", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "bad_transfer_encoding"},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "bad_transfer_encoding"},
      {"Transfer-Encoding:\r\n chunked", "folded_field"},
      {"X: y\r\n\tTransfer-Encoding: chunked", "folded_field"},
      {"Transfer-Encoding: chunked\v", "control_byte"},
  };
  for (const auto& [fields, expected] : table) EXPECT_EQ(framing(fields), expected) << fields;
  EXPECT_EQ(framing("Content-Length: 5", "GET / HTTP/1.1"), "length 5");
  EXPECT_EQ(framing("Content-Length: 5", "POST / HTTP/1.0"), "length 5");
  EXPECT_EQ(framing("Transfer-Encoding: chunked", "POST / HTTP/1.0"), "encoding_in_1_0");
  EXPECT_EQ(framing("Content-Length: 0", "CONNECT x:80 HTTP/1.1"), "none");
  EXPECT_EQ(framing("Content-Length: 5", "CONNECT x:80 HTTP/1.1"), "connect_with_body");
  EXPECT_EQ(framing("Transfer-Encoding: chunked", "CONNECT x:80 HTTP/1.1"), "connect_with_body");
}

// The outcome for the whole, which must be that for its bytes one after another.
std::string take(Framing kind, const std::string& bytes) {
  BodyReader whole(kind);
  const Outcome outcome = whole.take(bytes);
  BodyReader patient(kind);
  size_t used = 0;
  Outcome last = patient.take({});
  for (size_t at = 0; at < bytes.size() && last.progress == Progress::incomplete; ++at) {
    last = patient.take(bytes.substr(at, 1));
    used += last.length;
  }
  EXPECT_EQ(last.progress, outcome.progress) << bytes;
  EXPECT_EQ(last.refusal, outcome.refusal) << bytes;
  EXPECT_EQ(used, outcome.length) << bytes;
  if (outcome.is_bad()) return named(outcome) + " at " + std::to_string(outcome.length);
  return named(outcome);
}

constexpr Framing kChunked{Framing::Kind::chunked, 0};

TEST(HttpBody, EndsWhereItsFramingSays) {
  EXPECT_EQ(take({}, "GET / HTTP/1.1"), "done 0");
  EXPECT_EQ(take({Framing::Kind::length, 5}, "helloGET"), "done 5");
  EXPECT_EQ(take({Framing::Kind::length, 5}, "hell"), "incomplete");
  EXPECT_EQ(take({Framing::Kind::until_close, 0}, "anything"), "incomplete");
  EXPECT_EQ(take(kChunked, "5\r\nhello\r\n0\r\n\r\nGET"), "done 15");
  EXPECT_EQ(take(kChunked, "5\r\nhello\r\n0\r\n\r"), "incomplete");
  EXPECT_EQ(take(kChunked, "000A;a=b;c\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\nX: y\r\nz:\r\n\r\n"),
            "done 39");
}

TEST(HttpBody, RefusesChunksThatEndElsewhereForSomebody) {
  const std::pair<std::string, const char*> table[] = {
      {"\r\n", "bad_chunk at 0"},
      {"g\r\n", "bad_chunk at 0"},
      {"0x5\r\n", "bad_chunk at 1"},
      {"+5\r\n", "bad_chunk at 0"},
      {"-5\r\n", "bad_chunk at 0"},
      {" 5\r\n", "bad_chunk at 0"},
      {"5 \r\n", "bad_chunk at 1"},
      {"5\t;a\r\n", "bad_chunk at 1"},
      {"5\n", "bad_chunk at 1"},
      {"5\rx", "bad_chunk at 2"},
      {"5\r\r\n", "bad_chunk at 2"},
      {"5;a=\"\r\n\"", "bad_chunk at 4"},
      {"5;a b\r\n", "bad_chunk at 3"},
      {"5;a\n", "bad_chunk at 3"},
      {"5;\0\r\n"s, "bad_chunk at 2"},
      {"5;" + std::string(600, 'a'), "bad_chunk at 512"},
      {"5\r\nhello5", "bad_chunk at 8"},
      {"5\r\nhello\n0", "bad_chunk at 8"},
      {"5\r\nhello\r0", "bad_chunk at 9"},
      {"5\r\nhelloo\r\n", "bad_chunk at 8"},
      {"8000000000000000\r\n", "bad_chunk at 15"},
      {"ffffffffffffffff\r\n", "bad_chunk at 15"},
      {"10000000000000005\r\n", "bad_chunk at 16"},
      {"00000000000000000\r\n", "bad_chunk at 16"},
      {"0\r\n X: y", "bad_trailer at 3"},
      {"0\r\nX : y", "bad_trailer at 4"},
      {"0\r\n: y", "bad_trailer at 3"},
      {"0\r\nX: \n", "bad_trailer at 6"},
      {"0\r\nX: y\rz", "bad_trailer at 8"},
      {"0\r\n\rx", "bad_trailer at 4"},
      {"0\r\nContent-Length: 5\r\n", "bad_trailer at 17"},
      {"0\r\ntransfer-encoding: x\r\n", "bad_trailer at 20"},
      {"0\r\nHost: x\r\n", "bad_trailer at 7"},
      {"0\r\nContent_Length: 5\r\n", "bad_trailer at 17"},
      {"0\r\nX: " + std::string(kMaxTrailers, 'y'), "bad_trailer at 16387"},
      {"GET / HTTP/1.1\r\n", "bad_chunk at 0"},
  };
  for (const auto& [bytes, expected] : table) EXPECT_EQ(take(kChunked, bytes), expected) << bytes;
}

RC_GTEST_PROP(HttpBody, ChunksOfAnySizesInAnyPiecesEndWhereTheyEnd, ()) {
  std::string body;
  for (const auto& data : *rc::gen::container<std::vector<std::string>>(
           rc::gen::nonEmpty(rc::gen::arbitrary<std::string>()))) {
    char size[20];
    std::snprintf(size, sizeof size, "%zX", data.size());
    body += std::string(size) + "\r\n" + data + "\r\n";
  }
  body += "0\r\n\r\n";
  const std::string bytes = body + "GET / HTTP/1.1\r\n";
  BodyReader reader(kChunked);
  size_t at = 0;
  while (!reader.is_done()) {
    RC_ASSERT(at < body.size());
    const auto size = *rc::gen::inRange<size_t>(1, 9);
    const Outcome outcome = reader.take(std::string_view(bytes).substr(at, size));
    RC_ASSERT(!outcome.is_bad());
    at += outcome.length;
  }
  RC_ASSERT(at == body.size());
}

RC_GTEST_PROP(HttpBody, MutatedChunksAreReadAlikeInAnyPieces, ()) {
  std::string bytes = "5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n";
  const auto at = *rc::gen::inRange<size_t>(0, bytes.size());
  bytes[at] = *rc::gen::element('\r', '\n', '0', 'f', ';', ' ', ':', '\0', 'x');
  take(kChunked, bytes);
}

}  // namespace
}  // namespace sbxc::wire
