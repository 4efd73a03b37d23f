// Response heads from hostile servers: what goes on to the client must be read there as it was
// here, whatever the request was.
#include <memory>
#include <string>

#include "runtime/wire/fuzz_pieces.h"
#include "runtime/wire/http_rewrite.h"

namespace {

using namespace sbxc::wire;

void check_rewriting(const ResponseHead& head) {
  std::string out;
  append_response_head(out, head, NextHop::After::close);
  if (out.size() > kMaxHead || head.field_count >= kMaxFields - 2) return;
  const auto again = std::make_unique<ResponseHead>();
  ResponseReader reader;
  const Outcome outcome = reader.read(out, *again);
  insist(outcome.is_done() && outcome.length == out.size());
  insist(again->status == head.status && again->minor == 1);
  for (const char* method : {"GET", "HEAD", "CONNECT"}) {
    insist(body_of(*again, method) == body_of(head, method));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 1U << 17) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  static const auto head = std::make_unique<ResponseHead>();
  static const auto other = std::make_unique<ResponseHead>();
  const Outcome outcome = insist_on_pieces(bytes, data[0], [] {
    return [reader = ResponseReader()](std::string_view part) mutable {
      return reader.read(part, *other);
    };
  });
  if (!outcome.is_done()) return 0;
  ResponseReader reader;
  insist(reader.read(bytes, *head) == outcome);
  insist(head->status >= 100 && head->status <= 999);
  if (head->content_length) insist(!head->is_chunked);
  check_rewriting(*head);
  return 0;
}
