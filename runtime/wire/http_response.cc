// Heads of responses. As strict as for requests: a server that may be reached is not to be trusted
// with what the next answer on a connection belongs to. One kindness: a status line may end behind
// the number, as those of many servers do.
#include "runtime/wire/byte_classes.h"
#include "runtime/wire/head_fields.h"
#include "runtime/wire/http_head.h"

namespace sbxc::wire {

namespace {

Refusal read_status_line(std::string_view line, ResponseHead& head) {
  constexpr size_t kNumber = 9;
  constexpr size_t kReason = 13;
  const std::string_view version = line.substr(0, kNumber);
  if (version != "HTTP/1.1 " && version != "HTTP/1.0 ") return Refusal::bad_status_line;
  head.minor = version[7] == '1' ? 1 : 0;
  const std::string_view number = line.substr(kNumber, 3);
  if (number.size() != 3 || !all_of_class(number, kDigit)) return Refusal::bad_status_line;
  head.status = 0;
  for (const char c : number) head.status = static_cast<uint16_t>(head.status * 10 + (c - '0'));
  if (head.status < 100) return Refusal::bad_status_line;
  if (line.size() >= kReason && line[kReason - 1] != ' ') return Refusal::bad_status_line;
  head.reason = line.size() > kReason ? line.substr(kReason) : std::string_view();
  return Refusal::none;
}

Refusal read_head(std::string_view lines, ResponseHead& head) {
  if (lines.empty()) return Refusal::bad_status_line;
  const size_t end = lines.find('\r');
  if (const Refusal refusal = read_status_line(lines.substr(0, end), head);
      refusal != Refusal::none) {
    return refusal;
  }
  FieldFacts facts;
  if (const Refusal refusal = read_fields(lines.substr(end + 2), head, facts);
      refusal != Refusal::none) {
    return refusal;
  }
  const auto lengths = read_lengths(facts, head.minor);
  if (!lengths) return lengths.error();
  head.content_length = lengths->content_length;
  head.is_chunked = lengths->is_chunked;
  return Refusal::none;
}

}  // namespace

Outcome ResponseReader::read(std::string_view bytes, ResponseHead& head) {
  const Outcome scanned = scan_.scan(bytes);
  if (!scanned.is_done()) return scanned;
  const Refusal refusal = read_head(bytes.substr(0, scanned.length - 2), head);
  return refusal == Refusal::none ? scanned : Outcome::bad(refusal);
}

Framing body_of(const ResponseHead& head, std::string_view method) {
  const bool is_tunnel = method == "CONNECT" && head.status >= 200 && head.status < 300;
  if (method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304 ||
      is_tunnel) {
    return {};
  }
  if (head.is_chunked) return {Framing::Kind::chunked, 0};
  if (!head.content_length) return {Framing::Kind::until_close, 0};
  if (*head.content_length == 0) return {};
  return {Framing::Kind::length, *head.content_length};
}

bool keeps_alive(const ResponseHead& head, std::string_view method) {
  return head.minor == 1 && !head.says_close &&
         body_of(head, method).kind != Framing::Kind::until_close;
}

}  // namespace sbxc::wire
