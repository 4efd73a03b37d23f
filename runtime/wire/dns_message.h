// DNS messages (RFC 1035, EDNS of RFC 6891): one question in, one answer out. For a server that
// knows everything it is ever going to know and forwards nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/pattern/ip_address.h"
#include "runtime/wire/refusal.h"

namespace sbxc::wire {

inline constexpr size_t kMaxDnsQuery = 4096;  // anything longer is no question
inline constexpr size_t kMaxDnsUdpAnswer = 1232;

// Numbers of IANA; others may be asked for and have no name here.
enum class DnsType : uint16_t { a = 1, soa = 6, ptr = 12, aaaa = 28, svcb = 64, https = 65 };

enum class DnsCode : uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  no_such_name = 3,
  not_implemented = 4,
  refused = 5,
  bad_version = 16,
};

struct DnsQuery {
  uint16_t id = 0;
  uint8_t opcode = 0;
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool has_edns = false;
  uint16_t udp_size = 512;  // what the asker takes, at least 512
  DnsType type{};
  std::string name;  // canonical
  // The address that a PTR question in in-addr.arpa or ip6.arpa is about.
  std::optional<IpAddress> reverse;
  // The question's own bytes, to be sent back as they are: programs compare the case of letters.
  std::string_view question;  // into the bytes read; empty when it could not be read

  // What to answer a question that was refused.
  DnsCode refusal_code = DnsCode::no_error;
};

// `bytes` is one whole message. Bad: answer with write_dns_answer() and refusal_code, except for
// dns_not_a_query, which gets no answer. A name that cannot be a host's gets no_such_name.
Outcome read_dns_query(std::string_view bytes, DnsQuery& query);

enum class DnsTransport : uint8_t { udp, tcp };  // over TCP a length goes in front

struct DnsAnswer {
  DnsCode code = DnsCode::no_error;
  std::span<const IpAddress> addresses{};  // those of the type asked for are sent
  std::string_view pointer{};              // a canonical name, for PTR
  uint32_t ttl = 0;                        // of the records, and of a negative answer
};

// Nothing to send for a name that exists: an answer without addresses and pointer. Negative answers
// have the SOA record that lets them be cached. What does not fit into a datagram is cut (TC), and
// the asker comes again over TCP.
std::string write_dns_answer(const DnsQuery& query, const DnsAnswer& answer,
                             DnsTransport transport);

// One message on a TCP connection: done with the length of message and prefix; the message is
// bytes.substr(2, length - 2).
Outcome read_dns_frame(std::string_view bytes);

}  // namespace sbxc::wire
