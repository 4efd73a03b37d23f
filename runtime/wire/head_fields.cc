// Field lines of HTTP heads (RFC 9112 section 5): a token, a colon at once, a value. What they say
// about framing is collected as it stands, to be judged when all of it is known. A name that
// becomes a framing field when `_` is read as `-`, as gateways do, is refused.
#include "runtime/wire/head_fields.h"

#include <algorithm>

#include "runtime/wire/byte_classes.h"

namespace sbxc::wire {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Each element of a comma-separated list that is not empty.
template <typename Visit>
Refusal each_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = trimmed(list.substr(0, comma));
    if (!element.empty()) {
      if (const Refusal refusal = visit(element); refusal != Refusal::none) return refusal;
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return Refusal::none;
}

struct Known {
  std::string_view name;
  KnownField field;
};
constexpr Known kKnown[] = {
    {"host", KnownField::host},
    {"content-length", KnownField::content_length},
    {"transfer-encoding", KnownField::transfer_encoding},
    {"connection", KnownField::connection},
    {"upgrade", KnownField::upgrade},
    {"expect", KnownField::expect},
    {"proxy-authorization", KnownField::proxy_authorization},
    {"keep-alive", KnownField::hop_by_hop},
    {"te", KnownField::hop_by_hop},
    {"trailer", KnownField::hop_by_hop},
    {"http2-settings", KnownField::hop_by_hop},
    {"forwarded", KnownField::hop_by_hop},
};

bool frames_when_dashed(std::string_view name) {
  if (name.size() != 14 && name.size() != 17) return false;
  if (name.find('_') == std::string_view::npos) return false;
  std::array<char, 17> dashed;
  std::replace_copy(name.begin(), name.end(), dashed.begin(), '_', '-');
  const std::string_view text(dashed.data(), name.size());
  return equals_ignoring_case(text, "content-length") ||
         equals_ignoring_case(text, "transfer-encoding");
}

Refusal read_connection(std::string_view value, Head& head) {
  return each_element(value, [&head](std::string_view option) {
    const KnownField field = known_field(option);
    if (!all_of_class(option, kToken) || field == KnownField::host ||
        field == KnownField::content_length || field == KnownField::transfer_encoding) {
      return Refusal::bad_connection;
    }
    if (head.connection_option_count == kMaxConnectionOptions) return Refusal::too_many_fields;
    head.connection_option_table[head.connection_option_count++] = option;
    if (equals_ignoring_case(option, "close")) head.says_close = true;
    return Refusal::none;
  });
}

Refusal read_upgrade(std::string_view value, FieldFacts& facts) {
  return each_element(value, [&facts](std::string_view protocol) {
    ++facts.upgrades;
    if (equals_ignoring_case(protocol, "websocket")) facts.offers_websocket = true;
    return Refusal::none;
  });
}

Refusal note(const Field& field, Head& head, FieldFacts& facts) {
  switch (known_field(field.name)) {
    case KnownField::host:
      ++facts.hosts;
      facts.host = field.value;
      return Refusal::none;
    case KnownField::content_length:
      ++facts.content_lengths;
      facts.content_length = field.value;
      return Refusal::none;
    case KnownField::transfer_encoding:
      ++facts.transfer_encodings;
      facts.transfer_encoding = field.value;
      return Refusal::none;
    case KnownField::connection:
      return read_connection(field.value, head);
    case KnownField::upgrade:
      return read_upgrade(field.value, facts);
    case KnownField::expect:
      facts.expects_continue |= equals_ignoring_case(field.value, "100-continue");
      return Refusal::none;
    case KnownField::proxy_authorization:
      ++facts.credentials;
      facts.proxy_authorization = field.value;
      return Refusal::none;
    case KnownField::disguised:
      return Refusal::bad_field;
    case KnownField::other:
    case KnownField::hop_by_hop:
      return Refusal::none;
  }
  return Refusal::none;
}

// A bare offer of websocket, with the option that makes it one.
Upgrade upgrade_of(const Head& head, const FieldFacts& facts) {
  if (facts.upgrades == 0) return Upgrade::none;
  const auto options = head.connection_options();
  const bool is_meant = std::any_of(options.begin(), options.end(), [](std::string_view option) {
    return equals_ignoring_case(option, "upgrade");
  });
  return is_meant && facts.offers_websocket && facts.upgrades == 1 ? Upgrade::websocket
                                                                   : Upgrade::other;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

KnownField known_field(std::string_view name) {
  if (name.empty()) return KnownField::other;
  for (const Known& known : kKnown) {
    if (known.name.size() == name.size() && known.name[0] == lower(name[0]) &&
        equals_ignoring_case(known.name, name)) {
      return known.field;
    }
  }
  if (frames_when_dashed(name)) return KnownField::disguised;
  for (const std::string_view prefix : {"proxy-", "x-forwarded-"}) {
    if (equals_ignoring_case(name.substr(0, prefix.size()), prefix)) return KnownField::hop_by_hop;
  }
  return KnownField::other;
}

Refusal read_fields(std::string_view lines, Head& head, FieldFacts& facts) {
  head.field_count = 0;
  head.connection_option_count = 0;
  head.says_close = false;
  while (!lines.empty()) {
    const size_t end = lines.find('\r');
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    if (line[0] == ' ' || line[0] == '\t') return Refusal::folded_field;
    size_t colon = 0;
    while (colon < line.size() && is_token(line[colon])) ++colon;
    if (colon == 0 || colon == line.size() || line[colon] != ':') return Refusal::bad_field;
    Field& field = head.field_table[head.field_count++];
    field = {line.substr(0, colon), trimmed(line.substr(colon + 1))};
    if (const Refusal refusal = note(field, head, facts); refusal != Refusal::none) return refusal;
  }
  head.upgrade = upgrade_of(head, facts);
  return Refusal::none;
}

Result<Lengths> read_lengths(const FieldFacts& facts, uint8_t minor) {
  constexpr size_t kMaxDigits = 18;  // below 2^63
  Lengths lengths;
  if (facts.content_lengths > 1) return tl::unexpected(Refusal::several_content_lengths);
  if (facts.content_lengths == 1) {
    const std::string_view text = facts.content_length;
    if (text.empty() || text.size() > kMaxDigits || !all_of_class(text, kDigit) ||
        (text[0] == '0' && text.size() > 1)) {
      return tl::unexpected(Refusal::bad_content_length);
    }
    uint64_t value = 0;
    for (const char c : text) value = value * 10 + static_cast<uint64_t>(c - '0');
    lengths.content_length = value;
  }
  if (facts.transfer_encodings == 0) return lengths;
  if (minor == 0) return tl::unexpected(Refusal::encoding_in_1_0);
  if (lengths.content_length) return tl::unexpected(Refusal::length_and_encoding);
  if (facts.transfer_encodings > 1 || !equals_ignoring_case(facts.transfer_encoding, "chunked")) {
    return tl::unexpected(Refusal::bad_transfer_encoding);
  }
  lengths.is_chunked = true;
  return lengths;
}

}  // namespace sbxc::wire
