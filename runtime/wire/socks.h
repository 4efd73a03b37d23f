// SOCKS5 (RFC 1928) with user and password (RFC 1929), the server's side. SOCKS4 and 4a are
// recognised, to be refused by name. Every message is short, so they are read from the start each
// time; views point into the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/wire/endpoint.h"

namespace sbxc::wire {

inline constexpr size_t kMaxSocksMessage = 513;  // the longest: user and password

enum class SocksMethod : uint8_t { none = 0, password = 2, unacceptable = 0xFF };

struct SocksGreeting {
  bool offers_none = false;
  bool offers_password = false;
};
Outcome read_socks_greeting(std::string_view bytes, SocksGreeting& greeting);

struct SocksLogin {
  std::string_view user;
  std::string_view password;  // compare with equals_in_constant_time()
};
Outcome read_socks_login(std::string_view bytes, SocksLogin& login);

// CONNECT alone; a name that spells an address is the address.
Outcome read_socks_request(std::string_view bytes, Endpoint& asked);

enum class SocksReply : uint8_t {
  succeeded = 0,
  failed = 1,
  not_allowed = 2,
  network_unreachable = 3,
  host_unreachable = 4,
  connection_refused = 5,
  timed_out = 6,
  command_not_supported = 7,
  address_type_not_supported = 8,
};

std::string socks_method(SocksMethod method);
std::string socks_login_result(bool accepted);
// The bound address is always 0.0.0.0:0: the sandbox learns no address of the outside.
std::string socks_reply(SocksReply reply);
SocksReply socks_reply_for(Refusal refusal);
// SOCKS4's `rejected`.
std::string socks4_rejection();

}  // namespace sbxc::wire
