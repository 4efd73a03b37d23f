// Patterns of `connect` and `listen`: a host and ports.
//   example.com  *.example.com  10.0.0.0/8:443  [2001:db8::1]:443  [fd00::/8]:* localhost:3000-3999
//   db.internal:5432,6432   host:*
// A pattern may test for several hosts: `localhost` is the name and both loopback addresses.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/ip_address.h"
#include "compiler/pattern/pattern_text.h"

namespace sbxc {

struct PortRange {
  uint16_t low = 0;
  uint16_t high = 0;
  bool operator==(const PortRange&) const = default;
};

struct PortSet {
  std::vector<PortRange> ranges;  // INVARIANT: sorted, disjoint, not adjacent, within 1..65535

  static PortSet any();
  static PortSet web();  // 80 and 443: what a name alone means (law 11)
  static PortSet of(std::vector<PortRange> ranges);
  bool contains(uint16_t port) const;
  std::string text() const;  // `80,443`, `*`
  bool operator==(const PortSet&) const = default;
};

struct ExactName {
  std::string name;  // canonical
  bool operator==(const ExactName&) const = default;
};
struct Subdomains {
  std::string suffix;  // canonical, without the leading `*.`
  bool operator==(const Subdomains&) const = default;
};
struct AnyName {  // `*`: every name, no address
  bool operator==(const AnyName&) const = default;
};
enum class ListId : uint32_t {};
struct InList {  // the names and networks of `let x = hosts "file"`
  ListId list{};
  bool operator==(const InList&) const = default;
};
using HostTest = std::variant<ExactName, Subdomains, AnyName, IpNetwork, InList>;
std::string text(const HostTest& test);  // `*.example.com`, `[fd00::/8]`; a list by its number

struct ConnectPattern {
  Span span;
  std::string written;
  std::vector<HostTest> hosts;
  PortSet ports;
  // `*` or a wildcard over a public suffix: an error unless the statement says `because` (law 9).
  bool too_broad = false;
};

struct ListenPattern {
  Span span;
  std::string written;
  std::vector<IpNetwork> addresses;  // `localhost` is two of them, `*` is 0.0.0.0/0 and ::/0
  PortSet ports;
};

// What to report for a pattern with `too_broad` in a statement without `because`.
Diagnostic broad_wildcard(const ConnectPattern& pattern);

Result<ConnectPattern> parse_connect_pattern(const PatternText& text);
Result<ListenPattern> parse_listen_pattern(const PatternText& text);

// A concrete host of a request: a canonical name or an address.
using Host = std::variant<std::string, IpAddress>;
struct HostRequest {
  Host host;
  uint16_t port = 0;
  std::string text() const;  // `example.com:443`, `[::1]:80`
};
// `example.com` alone is port 443; `[::1]:80`, `10.0.0.1:22`.
Result<HostRequest> parse_host_request(const PatternText& text);

}  // namespace sbxc
