// ClientHellos. Records hold pieces of one handshake message; a message in a single record, as
// nearly all are, is read where it lies. The message is then taken apart with every length checked
// against the one around it, and nothing may be left over at any level: what one reader skips,
// another one reads.
//
// Left out: SSLv2's hello (it names no server), what an Encrypted Client Hello holds, and hellos
// after a renegotiation, which are encrypted.
#include "runtime/wire/client_hello.h"

#include <algorithm>
#include <array>

#include "compiler/pattern/host_name.h"
#include "runtime/wire/byte_reader.h"

namespace sbxc::wire {

namespace {

constexpr uint8_t kHandshake = 22;
constexpr uint8_t kClientHello = 1;
constexpr size_t kRecordHeader = 5;
constexpr size_t kMessageHeader = 4;
constexpr size_t kMaxRecord = 16384;
constexpr size_t kMaxExtensions = 64;

enum Extension : uint16_t {
  kServerName = 0,
  kProtocols = 16,
  kSupportedVersions = 43,
  kEncryptedHello = 0xFE0D,
  kEncryptedServerName = 0xFFCE,  // of the drafts before it
};

Refusal read_server_name(std::string_view data, ClientHello& hello) {
  ByteReader in(data);
  ByteReader list(in.take(in.u16()));
  const uint8_t type = list.u8();
  const std::string_view name = list.take(list.u16());
  if (in.is_short() || !in.is_at_end() || list.is_short()) return Refusal::bad_client_hello;
  if (!list.is_at_end() || type != 0) return Refusal::bad_server_name;
  // A name beyond ASCII goes to the server as it is, whatever we would make of it.
  const auto is_wide = [](char c) { return static_cast<uint8_t>(c) >= 0x80; };
  if (std::any_of(name.begin(), name.end(), is_wide)) return Refusal::bad_server_name;
  auto canonical = canonical_host_name(name);
  if (!canonical) return Refusal::bad_server_name;
  hello.server_name = std::move(*canonical);
  return Refusal::none;
}

Refusal read_protocols(std::string_view data, ClientHello& hello) {
  ByteReader in(data);
  ByteReader list(in.take(in.u16()));
  if (in.is_short() || !in.is_at_end() || list.is_at_end()) return Refusal::bad_client_hello;
  while (!list.is_at_end()) {
    const std::string_view protocol = list.take(list.u8());
    if (protocol.empty() || hello.protocols.size() == kMaxProtocols) {
      return Refusal::bad_client_hello;
    }
    hello.protocols.emplace_back(protocol);
  }
  return Refusal::none;
}

Refusal read_versions(std::string_view data, ClientHello& hello) {
  constexpr uint16_t kTls13 = 0x0304;
  ByteReader in(data);
  ByteReader list(in.take(in.u8()));
  if (in.is_short() || !in.is_at_end() || list.is_at_end()) return Refusal::bad_client_hello;
  while (!list.is_at_end()) hello.offers_tls13 |= list.u16() == kTls13;
  return list.is_short() ? Refusal::bad_client_hello : Refusal::none;
}

Refusal read_extension(uint16_t type, std::string_view data, ClientHello& hello) {
  switch (type) {
    case kServerName:
      return read_server_name(data, hello);
    case kProtocols:
      return read_protocols(data, hello);
    case kSupportedVersions:
      return read_versions(data, hello);
    case kEncryptedHello:
    case kEncryptedServerName:
      hello.has_encrypted_hello = true;
      return Refusal::none;
    default:
      return Refusal::none;
  }
}

Refusal read_extensions(std::string_view data, ClientHello& hello) {
  std::array<uint16_t, kMaxExtensions> seen;
  size_t count = 0;
  ByteReader in(data);
  while (!in.is_at_end()) {
    const uint16_t type = in.u16();
    const std::string_view body = in.take(in.u16());
    const auto end = seen.begin() + static_cast<std::ptrdiff_t>(count);
    if (in.is_short() || count == kMaxExtensions || std::find(seen.begin(), end, type) != end) {
      return Refusal::bad_client_hello;
    }
    seen[count++] = type;
    if (const Refusal refusal = read_extension(type, body, hello); refusal != Refusal::none) {
      return refusal;
    }
  }
  return Refusal::none;
}

// The message without its header.
Refusal read_message(std::string_view message, ClientHello& hello) {
  hello = {};
  ByteReader in(message);
  const uint16_t version = in.u16();
  in.take(32);  // random
  const std::string_view session = in.take(in.u8());
  const std::string_view suites = in.take(in.u16());
  const std::string_view compressions = in.take(in.u8());
  if (in.is_short() || version >> 8 != 3 || session.size() > 32 || suites.empty() ||
      suites.size() % 2 != 0 || compressions.empty()) {
    return Refusal::bad_client_hello;
  }
  if (in.is_at_end()) return Refusal::none;  // before TLS 1.3 there need be no extensions
  const std::string_view extensions = in.take(in.u16());
  if (in.is_short() || !in.is_at_end()) return Refusal::bad_client_hello;
  return read_extensions(extensions, hello);
}

// The length of a whole message that `gathered` begins with. What is no ClientHello is told by the
// first byte, and what is too long by the header, before anything is waited for.
Outcome measure(std::string_view gathered) {
  if (gathered.empty()) return Outcome::incomplete();
  ByteReader in(gathered);
  if (in.u8() != kClientHello) return Outcome::bad(Refusal::bad_client_hello);
  const size_t length = kMessageHeader + in.u24();
  if (in.is_short()) return Outcome::incomplete();
  if (length > kMaxClientHello) return Outcome::bad(Refusal::client_hello_too_large);
  if (gathered.size() < length) return Outcome::incomplete();
  // Anything behind it in its record would be another message, sent before any answer.
  if (gathered.size() > length) return Outcome::bad(Refusal::bad_client_hello);
  return Outcome::done(length);
}

}  // namespace

// One record at at_, which is whole when this returns anything but incomplete or bad.
Outcome ClientHelloReader::read_record(std::string_view bytes, ClientHello& hello) {
  const bool is_first = at_ == 0;
  const Refusal other = is_first ? Refusal::not_tls : Refusal::bad_client_hello;
  const std::string_view record = bytes.substr(at_);
  if (!record.empty() && record[0] != kHandshake) return Outcome::bad(other);
  if (record.size() > 1 && record[1] != 3) return Outcome::bad(other);
  if (record.size() < kRecordHeader) return Outcome::incomplete();
  ByteReader in(record.substr(3));
  const size_t length = in.u16();
  if (length == 0 || length > kMaxRecord) return Outcome::bad(Refusal::bad_client_hello);
  if (at_ + kRecordHeader + length > kMaxClientHello) {
    return Outcome::bad(Refusal::client_hello_too_large);
  }
  const std::string_view fragment = in.take(length);
  if (in.is_short()) {
    // The first bytes of a message may refuse it already.
    const Outcome begun = is_first ? measure(record.substr(kRecordHeader)) : Outcome::incomplete();
    return begun.is_bad() ? begun : Outcome::incomplete();
  }
  std::string_view message = fragment;
  if (!gathered_.empty()) message = gathered_.append(fragment);
  const Outcome measured = measure(message);
  if (measured.is_bad()) return measured;
  at_ += kRecordHeader + length;
  if (measured.is_done()) {
    const Refusal refusal = read_message(message.substr(kMessageHeader), hello);
    return refusal == Refusal::none ? Outcome::done(at_) : Outcome::bad(refusal);
  }
  if (gathered_.empty()) gathered_ = fragment;
  return {Progress::incomplete, Refusal::none, length};
}

Outcome ClientHelloReader::read(std::string_view bytes, ClientHello& hello) {
  for (;;) {
    const Outcome outcome = read_record(bytes, hello);
    if (outcome.progress != Progress::incomplete || outcome.length == 0) return outcome;
  }
}

Outcome read_hello_retry_request(std::string_view bytes) {
  // SHA-256 of `HelloRetryRequest`, in place of a random.
  constexpr std::array<uint8_t, 32> kRandom = {0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11,
                                               0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
                                               0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E,
                                               0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};
  constexpr std::array<uint8_t, 2> kStart = {kHandshake, 3};
  constexpr size_t kServerHelloAt = kRecordHeader;
  constexpr size_t kRandomAt = kRecordHeader + kMessageHeader + 2;
  for (size_t at = 0; at < std::min(bytes.size(), kRandomAt + kRandom.size()); ++at) {
    const auto byte = static_cast<uint8_t>(bytes[at]);
    const bool good = at < kStart.size()     ? byte == kStart[at]
                      : at == kServerHelloAt ? byte == 2
                      : at >= kRandomAt      ? byte == kRandom[at - kRandomAt]
                                             : true;
    if (!good) return Outcome::bad(Refusal::not_tls);
  }
  if (bytes.size() < kRandomAt + kRandom.size()) return Outcome::incomplete();
  return Outcome::done(kRandomAt + kRandom.size());
}

}  // namespace sbxc::wire
