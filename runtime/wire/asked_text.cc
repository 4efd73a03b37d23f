// Read more leniently than any reader that decides: what could not be read there is named here.
#include "runtime/wire/asked_text.h"

#include <algorithm>

#include "compiler/pattern/ip_address.h"
#include "runtime/wire/byte_reader.h"
#include "runtime/wire/http_head.h"

namespace sbxc::wire {

namespace {

constexpr size_t kMaxMethod = 32;

std::string_view without_user(std::string_view authority) {
  const size_t at = authority.rfind('@');
  return at == std::string_view::npos ? authority : authority.substr(at);
}

bool may_be_method(std::string_view text) {
  return !text.empty() && text.size() <= kMaxMethod &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

std::string_view host_field_of(std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.size() < 5 || !equals_ignoring_case(line.substr(0, 5), "host:")) continue;
    line.remove_prefix(5);
    const size_t first = line.find_first_not_of(" \t");
    const size_t last = line.find_last_not_of(" \t\r");
    if (first == std::string_view::npos || last == std::string_view::npos) return {};
    return line.substr(first, last - first + 1);
  }
  return {};
}

}  // namespace

std::string_view asked_over_http(std::string_view bytes) {
  const size_t end = bytes.find_first_of("\r\n");
  const std::string_view line = bytes.substr(0, end);
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !may_be_method(line.substr(0, space))) return {};
  std::string_view target = line.substr(space + 1);
  // A target with spaces is one of those that are refused.
  target = target.substr(0, target.rfind(" HTTP/"));
  if (target.starts_with('/') || target == "*") {
    return end == std::string_view::npos ? std::string_view()
                                         : without_user(host_field_of(bytes.substr(end + 1)));
  }
  if (const size_t mark = target.find("://"); mark != std::string_view::npos) {
    target.remove_prefix(mark + 3);
  }
  return without_user(target.substr(0, target.find_first_of("/?#")));
}

std::string asked_over_socks(std::string_view bytes) {
  ByteReader in(bytes);
  const uint8_t version = in.u8();
  in.take(2);
  const uint8_t type = in.u8();
  const size_t size = type == 3 ? in.u8() : type == 1 ? 4 : type == 4 ? 16 : 0;
  const std::string_view host = in.take(size);
  const uint16_t port = in.u16();
  if (in.is_short() || version != 5 || (type != 3 && size == 0)) return {};
  std::string text(host);
  if (type != 3) {
    IpAddress address{.v6 = type == 4};
    std::copy(host.begin(), host.end(), address.bytes.begin());
    text = address.v6 ? "[" + address.text() + "]" : address.text();
  }
  return text + ":" + std::to_string(port);
}

}  // namespace sbxc::wire
