// Request heads from hostile bytes. What is accepted must mean the same when it is written for the
// next hop and read again, and nothing of the client's connection may be left in it.
#include <memory>
#include <string>

#include "runtime/wire/first_bytes.h"
#include "runtime/wire/fuzz_pieces.h"
#include "runtime/wire/http_answer.h"
#include "runtime/wire/http_rewrite.h"

namespace {

using namespace sbxc::wire;

void check_head(const RequestHead& head) {
  insist(head.field_count <= kMaxFields && !head.method.empty());
  for (const Field& field : head.fields()) {
    insist(!field.name.empty() && field.name.find_first_of(" \t\r\n:") == std::string_view::npos);
    insist(field.value.find_first_of("\r\n\0") == std::string_view::npos);
  }
  if (head.target && head.host && !head.is_connect()) insist(*head.target == *head.host);
  if (const auto& asked = head.asked()) {
    const auto again = read_authority(asked->text());
    insist(again && again->host == asked->host && again->port == asked->port && asked->port != 0);
  }
  (void)is_authorised(head.proxy_authorization, "sbxc", "token");
}

void check_rewriting(const RequestHead& head, const Endpoint& judged, NextHop::Kind kind) {
  std::string out;
  append_request_head(out, head, judged, {.kind = kind, .after = NextHop::After::keep_alive});
  if (out.size() > kMaxHead || head.field_count >= kMaxFields - 3) return;
  const auto again = std::make_unique<RequestHead>();
  RequestReader reader;
  const Outcome outcome = reader.read(out, *again);
  insist(outcome.is_done() && outcome.length == out.size());
  insist(again->method == head.method && again->body == head.body && again->minor == head.minor);
  insist(again->host == judged);
  insist(kind == NextHop::Kind::proxy ? again->target == judged : !again->target);
  insist(again->upgrade != Upgrade::other && again->proxy_authorization.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 1U << 17) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  static const auto head = std::make_unique<RequestHead>();
  static const auto other = std::make_unique<RequestHead>();
  (void)tell_captured(bytes);
  const Outcome outcome = insist_on_pieces(bytes, data[0], [] {
    return [reader = RequestReader()](std::string_view part) mutable {
      return reader.read(part, *other);
    };
  });
  if (outcome.is_bad()) insist(facts_of(outcome.refusal).status >= 400);
  if (!outcome.is_done()) return 0;
  RequestReader reader;
  insist(reader.read(bytes, *head) == outcome);
  check_head(*head);
  if (head->is_connect()) return 0;
  const auto judged = head->asked() ? *head->asked() : Endpoint{.host = "x", .port = 80};
  check_rewriting(*head, judged, NextHop::Kind::server);
  if (head->form != TargetForm::asterisk) check_rewriting(*head, judged, NextHop::Kind::proxy);
  return 0;
}
