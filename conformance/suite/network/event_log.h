// What was seen in a world, one line an event, each kept once:
//
//   tcp ADDRESS:PORT          the first packet of a connection
//   udp ADDRESS:PORT          a datagram; `sctp`, `dccp`, `udplite` likewise
//   ping ADDRESS              an echo request of ICMP
//   ip NUMBER ADDRESS         a packet of any other protocol
//   wire ADDRESS:PORT         the nonce of this launch, in the bytes of a packet
//   asked NAME TYPE ADDRESS   a question of DNS and whom it went to
//   http ADDRESS:PORT METHOD TARGET host=NAME KEY=VALUE…
//   http2 ADDRESS:PORT        HTTP/2 without TLS
//   tls ADDRESS:PORT name=NAME   each name of a ClientHello; `-` where there is none
//   answered ADDRESS:PORT     something in there answered when the host connected to it
//
// Addresses of IPv6 stand in brackets before a port. Bytes that are not printable are escaped.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sbxc::conform {

class EventLog {
 public:
  explicit EventLog(std::string nonce) : nonce_(std::move(nonce)) {}

  void add(std::string_view line);
  const std::vector<std::string>& lines() const { return lines_; }

  // Whether bytes hold the nonce, whatever the case of its letters.
  bool marked(std::string_view bytes) const;

 private:
  std::string nonce_;
  std::vector<std::string> lines_;
  std::unordered_set<std::string> known_;
};

// `*` stands for any bytes, everything else for itself, letters of either case.
bool event_matches(std::string_view pattern, std::string_view line);

}  // namespace sbxc::conform
