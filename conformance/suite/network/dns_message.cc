#include "conformance/suite/network/dns_message.h"

#include <algorithm>

namespace sbxc::conform {

namespace {

constexpr size_t kHeader = 12;
constexpr uint16_t kCname = 5;

unsigned byte_at(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

uint16_t number_at(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

std::string number(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

// Where it ends; 0: it cannot be read. A pointer ends it, and is followed once.
size_t read_name(std::string_view message, size_t at, std::string* name) {
  size_t end = 0;
  for (int labels = 0; labels < 128 && at < message.size(); ++labels) {
    const unsigned length = byte_at(message, at);
    if (length == 0) return end != 0 ? end : at + 1;
    if (length >= 0xc0) {
      if (end != 0 || at + 2 > message.size()) return end;
      end = at + 2;
      at = number_at(message, at) & 0x3fffU;
      continue;
    }
    if (length > 63 || at + 1 + length > message.size()) return 0;
    if (!name->empty()) *name += '.';
    *name += message.substr(at + 1, length);
    at += 1 + length;
  }
  return 0;
}

std::string written_name(const std::string& name) {
  std::string bytes;
  for (size_t at = 0; at < name.size();) {
    const size_t end = std::min(name.find('.', at), name.size());
    bytes += static_cast<char>(end - at);
    bytes += name.substr(at, end - at);
    at = end + 1;
  }
  return bytes + '\0';
}

std::string record(const std::string& owner, uint16_t type, const std::string& data) {
  const unsigned size = static_cast<unsigned>(data.size());
  return owner + number(type) + number(1) + number(0) + number(1) + number(size) + data;
}

}  // namespace

std::vector<DnsQuestion> dns_questions(std::string_view message) {
  std::vector<DnsQuestion> all;
  if (message.size() < kHeader || (byte_at(message, 2) & 0x80U) != 0) return all;  // an answer
  size_t at = kHeader;
  for (unsigned left = number_at(message, 4); left > 0 && all.size() < 16; --left) {
    DnsQuestion question;
    at = read_name(message, at, &question.name);
    if (at == 0 || at + 4 > message.size()) break;
    question.type = number_at(message, at);
    at += 4;
    question.end = at;
    all.push_back(std::move(question));
  }
  return all;
}

std::string type_name(uint16_t type) {
  if (type == kDnsA) return "A";
  if (type == kDnsAaaa) return "AAAA";
  return std::to_string(type);
}

std::string dns_answer(std::string_view message, const DnsQuestion& question, bool exists,
                       const DnsRecords& records) {
  const std::string pointer{static_cast<char>(0xc0), static_cast<char>(kHeader)};
  std::string body;
  unsigned count = 0;
  std::string owner = pointer;
  if (!records.alias.empty()) {
    body += record(owner, kCname, written_name(records.alias));
    owner = written_name(records.alias);
    ++count;
  }
  for (const Address& address : records.addresses) {
    // An address of IPv4 in an AAAA record stands there as a mapped one.
    const bool mapped = question.type == kDnsAaaa && address.bytes.size() == 4;
    const std::string prefix = mapped ? std::string("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) : "";
    body += record(owner, question.type, prefix + address.bytes);
    ++count;
  }
  return std::string(message.substr(0, 2)) + number(exists ? 0x8180 : 0x8183) + number(1) +
         number(count) + number(0) + number(0) +
         std::string(message.substr(kHeader, question.end - kHeader)) + body;
}

}  // namespace sbxc::conform
