// SOCKS5 messages. Each has counts in front, so it is short, incomplete or whole; nothing behind it
// is looked at. A name in a request may hold any byte: the canonicaliser refuses those that no name
// has, and what spells an address is one, for names are what others would resolve.
#include "runtime/wire/socks.h"

#include <algorithm>

#include "runtime/wire/byte_reader.h"

namespace sbxc::wire {

namespace {

constexpr uint8_t kVersion = 5;
constexpr uint8_t kLoginVersion = 1;
constexpr uint8_t kConnect = 1;
constexpr uint8_t kLastCommand = 3;
enum AddressType : uint8_t { kV4 = 1, kName = 3, kV6 = 4 };

// What the first byte alone tells.
Outcome check_version(std::string_view bytes) {
  if (bytes.empty()) return Outcome::incomplete();
  if (bytes[0] == 4) return Outcome::bad(Refusal::socks4);
  if (bytes[0] != kVersion) return Outcome::bad(Refusal::bad_socks);
  return Outcome::done(1);
}

IpAddress address_of(std::string_view bytes) {
  IpAddress address{.v6 = bytes.size() == 16};
  std::transform(bytes.begin(), bytes.end(), address.bytes.begin(),
                 [](char byte) { return static_cast<uint8_t>(byte); });
  return address;
}

Result<Host> read_destination(AddressType type, std::string_view bytes) {
  if (type == kName) return read_host(bytes);
  if (type == kV4) return Host(address_of(bytes));
  // Through its text, so that an IPv4-mapped address becomes the IPv4 address in one place.
  return read_host(address_of(bytes).text());
}

}  // namespace

Outcome read_socks_greeting(std::string_view bytes, SocksGreeting& greeting) {
  const Outcome version = check_version(bytes);
  if (!version.is_done()) return version;
  ByteReader in(bytes.substr(1));
  const uint8_t count = in.u8();
  const std::string_view methods = in.take(count);
  if (in.is_short()) return Outcome::incomplete();
  if (count == 0) return Outcome::bad(Refusal::bad_socks);
  const auto has = [methods](SocksMethod method) {
    return methods.find(static_cast<char>(method)) != std::string_view::npos;
  };
  greeting = {has(SocksMethod::none), has(SocksMethod::password)};
  return Outcome::done(2U + count);
}

Outcome read_socks_login(std::string_view bytes, SocksLogin& login) {
  ByteReader in(bytes);
  const uint8_t version = in.u8();
  if (in.is_short()) return Outcome::incomplete();
  if (version != kLoginVersion) return Outcome::bad(Refusal::bad_socks);
  login.user = in.take(in.u8());
  const uint8_t password = in.u8();
  login.password = in.take(password);
  if (in.is_short()) return Outcome::incomplete();
  return Outcome::done(bytes.size() - in.rest().size());
}

Outcome read_socks_request(std::string_view bytes, Endpoint& asked) {
  const Outcome version = check_version(bytes);
  if (!version.is_done()) return version;
  ByteReader in(bytes.substr(1));
  const uint8_t command = in.u8();
  if (in.is_short()) return Outcome::incomplete();
  if (command == 0 || command > kLastCommand) return Outcome::bad(Refusal::bad_socks);
  if (command != kConnect) return Outcome::bad(Refusal::socks_command);
  const uint8_t reserved = in.u8();
  if (reserved != 0) return Outcome::bad(Refusal::bad_socks);
  const uint8_t type = in.u8();
  if (in.is_short()) return Outcome::incomplete();
  if (type != kV4 && type != kName && type != kV6) {
    return Outcome::bad(Refusal::socks_address_type);
  }
  const size_t size = type == kName ? in.u8() : type == kV4 ? 4 : 16;
  const std::string_view destination = in.take(size);
  const uint16_t port = in.u16();
  if (in.is_short()) return Outcome::incomplete();
  auto host = read_destination(AddressType{type}, destination);
  if (!host) return Outcome::bad(host.error());
  if (port == 0) return Outcome::bad(Refusal::bad_port);
  asked = {std::move(*host), port};
  return Outcome::done(bytes.size() - in.rest().size());
}

std::string socks_method(SocksMethod method) {
  return {static_cast<char>(kVersion), static_cast<char>(method)};
}

std::string socks_login_result(bool accepted) {
  return {static_cast<char>(kLoginVersion), static_cast<char>(accepted ? 0 : 1)};
}

std::string socks_reply(SocksReply reply) {
  std::string out(10, '\0');
  out[0] = kVersion;
  out[1] = static_cast<char>(reply);
  out[3] = kV4;
  return out;
}

SocksReply socks_reply_for(Refusal refusal) {
  if (refusal == Refusal::socks_command) return SocksReply::command_not_supported;
  if (refusal == Refusal::socks_address_type) return SocksReply::address_type_not_supported;
  return facts_of(refusal).section == Section::host ? SocksReply::not_allowed : SocksReply::failed;
}

std::string socks4_rejection() {
  std::string out(8, '\0');
  out[1] = 0x5B;
  return out;
}

}  // namespace sbxc::wire
