// Heads of requests. The target has one of four forms (RFC 9112 section 3.2), and what it names is
// made an Endpoint at once. `Host` has to agree with it, except for CONNECT: equal names, and equal
// ports when both say one. A client that leaves the port out of `Host` means the target's.
#include "runtime/protections/protections.h"
#include "runtime/wire/byte_classes.h"
#include "runtime/wire/head_fields.h"
#include "runtime/wire/http_head.h"

namespace sbxc::wire {

namespace {

constexpr size_t kMaxMethod = 32;

bool is_method(std::string_view text) {
  if (text.empty() || text.size() > kMaxMethod) return false;
  for (const char c : text) {
    if (!(c >= 'A' && c <= 'Z') && c != '-' && c != '_') return false;
  }
  return true;
}

Refusal read_authority_form(std::string_view target, RequestHead& head) {
  auto authority = read_authority(target);
  if (!authority) return authority.error();
  if (!authority->port) return Refusal::bad_port;
  head.form = TargetForm::authority;
  head.path = {};
  head.target = Endpoint{std::move(authority->host), *authority->port};
  return Refusal::none;
}

Refusal read_absolute_form(std::string_view target, RequestHead& head) {
  const size_t mark = target.find("://");
  if (mark == std::string_view::npos || mark == 0) return Refusal::bad_target;
  for (const char c : target.substr(0, mark)) {
    const bool is_scheme = (lower(c) >= 'a' && lower(c) <= 'z') || is_class(c, kDigit) ||
                           c == '+' || c == '-' || c == '.';
    if (!is_scheme) return Refusal::bad_target;
  }
  if (!equals_ignoring_case(target.substr(0, mark), "http")) return Refusal::other_scheme;
  const std::string_view rest = target.substr(mark + 3);
  const size_t end = rest.find_first_of("/?");
  auto authority = read_authority(rest.substr(0, end));
  if (!authority) return authority.error();
  head.form = TargetForm::absolute;
  head.path = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  head.target = Endpoint{std::move(authority->host), authority->port.value_or(80)};
  return Refusal::none;
}

Refusal read_target(std::string_view target, RequestHead& head) {
  if (target.empty() || !all_of_class(target, kTarget)) return Refusal::bad_target;
  if (head.method == "CONNECT") return read_authority_form(target, head);
  if (target[0] == '/') {
    head.form = TargetForm::origin;
    head.path = target;
    return Refusal::none;
  }
  if (target == "*" && head.method == "OPTIONS") {
    head.form = TargetForm::asterisk;
    head.path = target;
    return Refusal::none;
  }
  return read_absolute_form(target, head);
}

Refusal read_request_line(std::string_view line, RequestHead& head) {
  const size_t first = line.find(' ');
  if (first == std::string_view::npos) return Refusal::bad_request_line;
  head.method = line.substr(0, first);
  if (!is_method(head.method)) return first == 0 ? Refusal::bad_request_line : Refusal::bad_method;
  const std::string_view rest = line.substr(first + 1);
  const size_t second = rest.find(' ');
  if (second == std::string_view::npos) {
    return rest.empty() ? Refusal::bad_request_line : Refusal::http_09;
  }
  const std::string_view target = rest.substr(0, second);
  const std::string_view version = rest.substr(second + 1);
  if (target.empty() || version.find(' ') != std::string_view::npos) {
    return Refusal::bad_request_line;
  }
  if (version == "HTTP/1.1" || version == "HTTP/1.0") {
    head.minor = version.back() == '1' ? 1 : 0;
    return read_target(target, head);
  }
  if (head.method == "PRI" && target == "*" && version == "HTTP/2.0") return Refusal::http_2;
  return version.starts_with("HTTP/") ? Refusal::bad_version : Refusal::bad_request_line;
}

Refusal read_host_field(const FieldFacts& facts, RequestHead& head) {
  if (facts.hosts > 1) return Refusal::several_hosts;
  if (facts.hosts == 0) return head.minor == 1 ? Refusal::no_host : Refusal::none;
  auto authority = read_authority(facts.host);
  if (!authority) return authority.error();
  const uint16_t implied = head.target ? head.target->port : uint16_t{80};
  head.host = Endpoint{std::move(authority->host), authority->port.value_or(implied)};
  // A CONNECT's goes nowhere: the target alone is judged and dialled. Clients write all sorts
  // there.
  if (head.is_connect()) return Refusal::none;
  const bool differs = head.target && *head.target != *head.host;
  if (differs && protections::is_on(protections::Protection::target_host)) {
    return Refusal::host_mismatch;
  }
  return Refusal::none;
}

Refusal read_body(const FieldFacts& facts, RequestHead& head) {
  const auto lengths = read_lengths(facts, head.minor);
  if (!lengths) return lengths.error();
  const uint64_t length = lengths->content_length.value_or(0);
  if (head.is_connect() && (lengths->is_chunked || length > 0)) return Refusal::connect_with_body;
  if (lengths->is_chunked) head.body = {Framing::Kind::chunked, 0};
  if (length > 0) head.body = {Framing::Kind::length, length};
  return Refusal::none;
}

Refusal read_head(std::string_view lines, RequestHead& head) {
  if (lines.empty()) return Refusal::bad_request_line;
  const size_t end = lines.find('\r');
  FieldFacts facts;
  Refusal refusal = read_request_line(lines.substr(0, end), head);
  if (refusal == Refusal::none) refusal = read_fields(lines.substr(end + 2), head, facts);
  if (refusal == Refusal::none) refusal = read_host_field(facts, head);
  if (refusal == Refusal::none) refusal = read_body(facts, head);
  if (refusal != Refusal::none) return refusal;
  if (facts.credentials > 1) return Refusal::several_credentials;
  // Only a plain GET can become a websocket (RFC 6455 section 4.1).
  const bool may_upgrade =
      head.method == "GET" && head.minor == 1 && head.body.kind == Framing::Kind::none;
  if (head.upgrade == Upgrade::websocket && !may_upgrade) head.upgrade = Upgrade::other;
  head.keeps_alive = head.minor == 1 && !head.says_close && !head.is_connect();
  head.expects_continue = facts.expects_continue && head.minor == 1;
  head.proxy_authorization = facts.proxy_authorization;
  return Refusal::none;
}

}  // namespace

Outcome RequestReader::read(std::string_view bytes, RequestHead& head) {
  const Outcome scanned = scan_.scan(bytes);
  if (!scanned.is_done()) return scanned;
  head.target.reset();
  head.host.reset();
  head.body = {};
  const Refusal refusal = read_head(bytes.substr(0, scanned.length - 2), head);
  return refusal == Refusal::none ? scanned : Outcome::bad(refusal);
}

}  // namespace sbxc::wire
