// DNS questions, strictly: one question and at most the OPT record of EDNS behind it, with not a
// byte left over. Names are not compressed, as there is nothing to point to. A label may hold any
// byte on the wire; one with a dot in it must not become two, so it is no name.
//
// Left out: TSIG and SIG(0), cookies (read over as any EDNS option), several questions, which no
// server answers.
#include <algorithm>
#include <charconv>

#include "compiler/pattern/host_name.h"
#include "runtime/wire/byte_reader.h"
#include "runtime/wire/dns_message.h"
#include "runtime/wire/endpoint.h"

namespace sbxc::wire {

namespace {

constexpr size_t kHeader = 12;
constexpr size_t kMaxLabel = 63;
constexpr size_t kMaxWireName = 255;
constexpr uint16_t kClassIn = 1;
constexpr uint16_t kTypeOpt = 41;

struct Flags {
  static constexpr uint16_t kResponse = 0x8000;
  static constexpr uint16_t kTruncated = 0x0200;
  static constexpr uint16_t kRecursionDesired = 0x0100;
  static constexpr uint16_t kCheckingDisabled = 0x0010;
};

// The labels with dots between them. False when the bytes are no name at all; `is_host` tells
// whether each label could be read back out of the text.
bool read_labels(ByteReader& in, std::string& text, bool& is_host) {
  size_t size = 1;
  is_host = true;
  for (;;) {
    const uint8_t length = in.u8();
    if (in.is_short() || length > kMaxLabel) return false;
    if (length == 0) return true;
    const std::string_view label = in.take(length);
    size += 1U + length;
    if (in.is_short() || size > kMaxWireName) return false;
    const auto is_odd = [](char c) { return c == '.' || static_cast<uint8_t>(c) >= 0x80; };
    is_host &= std::none_of(label.begin(), label.end(), is_odd);
    if (!text.empty()) text += '.';
    text += label;
  }
}

// EDNS: its version, or nothing when the record is none of EDNS.
std::optional<uint8_t> read_opt(ByteReader& in, DnsQuery& query) {
  const uint8_t root = in.u8();
  const uint16_t type = in.u16();
  const uint16_t udp_size = in.u16();
  in.u8();  // the upper bits of a code, which a question has not
  const uint8_t version = in.u8();
  in.u16();  // flags: DNSSEC records would be sent, if there were any
  ByteReader options(in.take(in.u16()));
  if (in.is_short() || root != 0 || type != kTypeOpt) return std::nullopt;
  while (!options.is_at_end()) {
    options.u16();
    options.take(options.u16());
    if (options.is_short()) return std::nullopt;
  }
  query.has_edns = true;
  query.udp_size = std::max<uint16_t>(udp_size, 512);
  return version;
}

std::optional<unsigned> number(std::string_view label, int base, unsigned limit) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), value, base);
  const bool is_whole = error == std::errc() && end == label.data() + label.size();
  if (!is_whole || value > limit || (label.size() > 1 && label[0] == '0')) return std::nullopt;
  return value;
}

// The last label of `name`, cut off.
std::string_view pop_label(std::string_view& name) {
  const size_t dot = name.rfind('.');
  const std::string_view label = name.substr(dot == std::string_view::npos ? 0 : dot + 1);
  name = name.substr(0, dot == std::string_view::npos ? 0 : dot);
  return label;
}

// RFC 1035 section 3.5 and RFC 3596 section 2.5: the address backwards, a label for each byte or
// for each half of one.
std::optional<IpAddress> reverse_of(std::string_view name) {
  const bool v4 = name.ends_with(".in-addr.arpa");
  if (!v4 && !name.ends_with(".ip6.arpa")) return std::nullopt;
  pop_label(name);
  pop_label(name);
  IpAddress address{.v6 = !v4};
  for (size_t i = 0; i < (v4 ? 4 : 32); ++i) {
    const auto value = v4 ? number(pop_label(name), 10, 255) : number(pop_label(name), 16, 15);
    if (!value) return std::nullopt;
    if (v4) {
      address.bytes[i] = static_cast<uint8_t>(*value);
    } else {
      address.bytes[i / 2] = static_cast<uint8_t>(address.bytes[i / 2] * 16U + *value);
    }
  }
  if (!name.empty()) return std::nullopt;
  return parse_ip(address.text()).address;  // an IPv4-mapped address is the IPv4 address
}

Outcome refuse(DnsQuery& query, Refusal refusal, DnsCode code) {
  query.refusal_code = code;
  return Outcome::bad(refusal);
}

Outcome read_name(std::string_view text, bool is_host, DnsQuery& query) {
  if (text.empty()) return refuse(query, Refusal::dns_bad_name, DnsCode::refused);  // the root
  auto name = canonical_host_name(text);
  if (!is_host || !name) return refuse(query, Refusal::dns_bad_name, DnsCode::no_such_name);
  query.name = std::move(*name);
  if (query.type == DnsType::ptr) query.reverse = reverse_of(query.name);
  return Outcome::done(0);
}

// The four counts of the header: one question, at most one record behind it. Whether there is one.
std::optional<bool> read_counts(ByteReader& in) {
  const uint16_t questions = in.u16();
  const uint16_t answers = in.u16();
  const uint16_t authorities = in.u16();
  const uint16_t additional = in.u16();
  if (questions != 1 || answers != 0 || authorities != 0 || additional > 1) return std::nullopt;
  return additional == 1;
}

void read_flags(uint16_t flags, DnsQuery& query) {
  query.opcode = static_cast<uint8_t>(flags >> 11 & 15);
  query.recursion_desired = (flags & Flags::kRecursionDesired) != 0;
  query.checking_disabled = (flags & Flags::kCheckingDisabled) != 0;
}

}  // namespace

Outcome read_dns_query(std::string_view bytes, DnsQuery& query) {
  query = {};
  ByteReader in(bytes);
  query.id = in.u16();
  const uint16_t flags = in.u16();
  if (bytes.size() < kHeader || (flags & Flags::kResponse) != 0) {
    return Outcome::bad(Refusal::dns_not_a_query);
  }
  read_flags(flags, query);
  if (query.opcode != 0) {
    return refuse(query, Refusal::dns_not_implemented, DnsCode::not_implemented);
  }
  const auto malformed = [&query] {
    return refuse(query, Refusal::dns_bad_message, DnsCode::format_error);
  };
  const auto has_more = read_counts(in);
  if (!has_more || bytes.size() > kMaxDnsQuery || (flags & Flags::kTruncated) != 0) {
    return malformed();
  }
  std::string text;
  bool is_host = false;
  if (!read_labels(in, text, is_host)) return malformed();
  query.type = DnsType{in.u16()};
  const uint16_t query_class = in.u16();
  if (in.is_short()) return malformed();
  const std::string_view question =
      bytes.substr(kHeader, bytes.size() - kHeader - in.rest().size());
  const auto version = *has_more ? read_opt(in, query) : uint8_t{0};
  if (!version || !in.is_at_end()) return malformed();
  query.question = question;
  if (*version != 0) return refuse(query, Refusal::dns_version, DnsCode::bad_version);
  if (query_class != kClassIn) return refuse(query, Refusal::dns_class, DnsCode::refused);
  const Outcome named = read_name(text, is_host, query);
  return named.is_bad() ? named : Outcome::done(bytes.size());
}

Outcome read_dns_frame(std::string_view bytes) {
  if (bytes.size() < 2) return Outcome::incomplete();
  const size_t length = ByteReader(bytes).u16();
  if (length < kHeader) return Outcome::bad(Refusal::dns_not_a_query);
  if (length > kMaxDnsQuery) return Outcome::bad(Refusal::dns_bad_message);
  return bytes.size() < 2 + length ? Outcome::incomplete() : Outcome::done(2 + length);
}

}  // namespace sbxc::wire
