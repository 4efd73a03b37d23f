// The patterns of `listen`: an address or a network, `localhost` or `*`, and a port, which is
// required. A name is refused: which address it is would depend on a resolver.
#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_name.h"
#include "compiler/pattern/host_pattern_parts.h"

namespace sbxc {

namespace {

Result<std::vector<IpNetwork>> parse_addresses(const HostText& text, const HostParts& parts) {
  const std::string_view host = parts.host(text);
  const IpAddress v6_any{.v6 = true};
  IpAddress v6_loopback{.v6 = true};
  v6_loopback.bytes[15] = 1;
  if (host == "*" && !text.literal(parts.host_begin)) {
    return std::vector<IpNetwork>{{IpAddress{}, 0}, {v6_any, 0}};
  }
  if (const auto name = canonical_host_name(host); name && *name == "localhost") {
    return std::vector<IpNetwork>{{IpAddress::v4(127, 0, 0, 1), 32}, {v6_loopback, 128}};
  }
  auto network = parse_network(text, parts.host_begin, parts.host_end);
  if (!network) return tl::unexpected(std::move(network.error()));
  if (*network) return std::vector<IpNetwork>{**network};
  const std::string_view ports =
      parts.ports_begin ? text.bytes().substr(*parts.ports_begin) : std::string_view("3000");
  return text.fail(
      Kind::bad_listen_address, parts.host_begin, parts.host_end,
      {.message = host.empty() ? "an address to listen on is missing"
                               : fmt::format("`{}` is no address to listen on", printable(host)),
       .help = fmt::format("write `localhost:{0}` for this machine, `*:{0}` for any address",
                           printable(ports))});
}

// `listen 3000`: a port where the address belongs, which inet_aton would read as 0.0.11.184.
bool is_lone_port(std::string_view text) {
  return !text.empty() && text.size() <= 11 &&
         text.find_first_not_of("0123456789-") == std::string_view::npos;
}

}  // namespace

Result<ListenPattern> parse_listen_pattern(const PatternText& pattern) {
  const HostText text(pattern);
  const auto parts = split_host(text);
  if (!parts) return tl::unexpected(parts.error());
  const std::string_view host = parts->host(text);
  if (!parts->ports_begin && is_lone_port(host)) {
    return text.fail(
        Kind::bad_listen_address, 0, host.size(),
        {.message = fmt::format("`{}` is a port without an address", host),
         .help = fmt::format("write `localhost:{0}`, or `*:{0}` for any address", host)});
  }
  auto addresses = parse_addresses(text, *parts);
  if (!addresses) return tl::unexpected(std::move(addresses.error()));
  if (!parts->ports_begin) {
    return text.fail(
        Kind::missing_port, 0, text.bytes().size(),
        {.message = fmt::format("`{}` has no port to listen on", printable(text.bytes())),
         .help = fmt::format("write `{0}:3000`, or `{0}:*` for any port",
                             printable(addresses->size() == 1 ? bracketed(addresses->front())
                                                              : std::string(host)))});
  }
  auto ports = parse_ports(text, *parts->ports_begin, text.part(0, *parts->ports_begin - 1));
  if (!ports) return tl::unexpected(std::move(ports.error()));
  return ListenPattern{.span = pattern.span,
                       .written = pattern.written,
                       .addresses = std::move(*addresses),
                       .ports = std::move(*ports)};
}

}  // namespace sbxc
