// Chunked and counted bodies in any pieces. What is accepted as chunked is decoded a second time by
// a plain decoder that may buffer, and must end in the same place.
#include <string>

#include "runtime/wire/fuzz_pieces.h"
#include "runtime/wire/http_body.h"

namespace {

using namespace sbxc::wire;

// The end of a chunked body that is known to be whole and good.
size_t end_of(std::string_view bytes) {
  size_t at = 0;
  for (;;) {
    const size_t line_end = bytes.find("\r\n", at);
    insist(line_end != std::string_view::npos);
    const size_t size = std::stoull(std::string(bytes.substr(at, line_end - at)), nullptr, 16);
    at = line_end + 2;
    if (size == 0) break;
    insist(size <= bytes.size() - at && bytes.substr(at + size, 2) == "\r\n");
    at += size + 2;
  }
  while (bytes.substr(at, 2) != "\r\n") at = bytes.find("\r\n", at) + 2;
  return at + 2;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const Framing framing = data[0] % 8 == 0 ? Framing{Framing::Kind::length, data[1]}
                                           : Framing{Framing::Kind::chunked, 0};
  const std::string_view bytes = text_of(data + 2, size - 2);
  BodyReader whole(framing);
  const Outcome outcome = whole.take(bytes);
  insist(outcome.length <= bytes.size());
  if (outcome.is_done() && framing.kind == Framing::Kind::chunked) {
    insist(end_of(bytes) == outcome.length);
  }
  BodyReader pieces(framing);
  size_t used = 0;
  Outcome last = pieces.take({});
  while (last.progress == Progress::incomplete && used < bytes.size()) {
    last = pieces.take(bytes.substr(used, data[1] % 7 + 1U));
    used += last.length;
  }
  insist(last.progress == outcome.progress && last.refusal == outcome.refusal);
  insist(used == outcome.length);
  return 0;
}
