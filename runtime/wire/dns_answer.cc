// DNS answers. The question goes back as it came, names in records point to it, and a negative
// answer has an SOA record of the root (RFC 2308): for whoever asks, this server is all there is.
#include <algorithm>

#include "runtime/wire/byte_reader.h"
#include "runtime/wire/dns_message.h"

namespace sbxc::wire {

namespace {

constexpr uint16_t kClassIn = 1;
constexpr uint16_t kTypeOpt = 41;
constexpr uint16_t kToQuestion = 0xC00C;  // a compressed name: the one at offset 12
constexpr size_t kMaxRecords = 64;
constexpr size_t kCountsAt = 4;

struct Flags {
  static constexpr unsigned kResponse = 0x8000;
  static constexpr unsigned kAuthoritative = 0x0400;
  static constexpr unsigned kTruncated = 0x0200;
  static constexpr unsigned kRecursionDesired = 0x0100;
  static constexpr unsigned kRecursionAvailable = 0x0080;
  static constexpr unsigned kCheckingDisabled = 0x0010;
};

void append_name(std::string& out, std::string_view name) {
  while (!name.empty()) {
    const size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out += '\0';
}

void append_record(std::string& out, DnsType type, uint32_t ttl, std::string_view data) {
  append_u16(out, kToQuestion);
  append_u16(out, static_cast<uint16_t>(type));
  append_u16(out, kClassIn);
  append_u32(out, ttl);
  append_u16(out, data.size());
  out += data;
}

// Returns how many records there are.
size_t append_answers(std::string& out, const DnsQuery& query, const DnsAnswer& answer) {
  if (answer.code != DnsCode::no_error || query.question.empty()) return 0;
  size_t count = 0;
  if (query.type == DnsType::a || query.type == DnsType::aaaa) {
    for (const IpAddress& address : answer.addresses) {
      if (address.v6 != (query.type == DnsType::aaaa) || count == kMaxRecords) continue;
      const auto* bytes = reinterpret_cast<const char*>(address.bytes.data());
      append_record(out, query.type, answer.ttl, {bytes, address.bits() / size_t{8}});
      ++count;
    }
  }
  if (query.type == DnsType::ptr && !answer.pointer.empty()) {
    std::string name;
    append_name(name, answer.pointer);
    append_record(out, query.type, answer.ttl, name);
    ++count;
  }
  return count;
}

void append_soa(std::string& out, uint32_t ttl) {
  std::string data(2, '\0');  // its server and its mailbox: the root
  for (const uint32_t number : {uint32_t{1}, uint32_t{3600}, uint32_t{600}, uint32_t{86400}, ttl}) {
    append_u32(data, number);
  }
  out += '\0';
  append_u16(out, static_cast<uint16_t>(DnsType::soa));
  append_u16(out, kClassIn);
  append_u32(out, ttl);
  append_u16(out, data.size());
  out += data;
}

void append_opt(std::string& out, unsigned code) {
  out += '\0';
  append_u16(out, kTypeOpt);
  append_u16(out, kMaxDnsUdpAnswer);
  append_u32(out, code >> 4 << 24);  // the upper bits of the code, version 0
  append_u16(out, 0);
}

size_t limit_of(const DnsQuery& query, DnsTransport transport) {
  if (transport == DnsTransport::tcp) return 65535;
  return query.has_edns ? std::min<size_t>(query.udp_size, kMaxDnsUdpAnswer) : 512;
}

unsigned flags_of(const DnsQuery& query, unsigned code) {
  unsigned flags = Flags::kResponse | Flags::kAuthoritative | Flags::kRecursionAvailable;
  if (query.recursion_desired) flags |= Flags::kRecursionDesired;
  if (query.checking_disabled) flags |= Flags::kCheckingDisabled;
  return flags | static_cast<unsigned>(query.opcode) << 11 | (code & 15);
}

}  // namespace

std::string write_dns_answer(const DnsQuery& query, const DnsAnswer& answer,
                             DnsTransport transport) {
  const auto code = static_cast<unsigned>(answer.code);
  std::string records;
  size_t answers = append_answers(records, query, answer);
  const bool is_negative =
      (answer.code == DnsCode::no_error && answers == 0) || answer.code == DnsCode::no_such_name;
  if (is_negative) append_soa(records, answer.ttl);
  size_t authorities = is_negative ? 1 : 0;
  std::string opt;
  if (query.has_edns) append_opt(opt, code);

  unsigned flags = flags_of(query, code);
  const size_t fixed = kCountsAt + 8 + query.question.size() + opt.size();
  if (fixed + records.size() > limit_of(query, transport)) {
    records.clear();
    answers = authorities = 0;
    flags |= Flags::kTruncated;
  }
  std::string out;
  out.reserve(2 + fixed + records.size());
  if (transport == DnsTransport::tcp) append_u16(out, fixed + records.size());
  append_u16(out, query.id);
  append_u16(out, flags);
  append_u16(out, query.question.empty() ? 0 : 1);
  append_u16(out, answers);
  append_u16(out, authorities);
  append_u16(out, opt.empty() ? 0 : 1);
  out += query.question;
  out += records;
  out += opt;
  return out;
}

}  // namespace sbxc::wire
