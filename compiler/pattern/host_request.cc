// One concrete host and port: what tests in a policy and `explain` ask about. A name alone means
// port 443. No wildcards, networks, lists or ranges: those are questions about many requests.
#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_pattern_parts.h"

namespace sbxc {

namespace {

constexpr uint16_t kUsualPort = 443;

tl::unexpected<Diagnostic> refuse(const HostText& text, size_t from, size_t to, const char* what,
                                  std::string help) {
  return text.fail(
      Kind::bad_host_request, from, to,
      {.message = fmt::format("`{}` is {}, not one host and port", printable(text.bytes()), what),
       .help = std::move(help)});
}

}  // namespace

Result<HostRequest> parse_host_request(const PatternText& pattern) {
  const HostText text(pattern);
  const auto parts = split_host(text);
  if (!parts) return tl::unexpected(parts.error());
  const std::string_view host = parts->host(text);
  HostRequest request{.host = {}, .port = kUsualPort};
  if (host.find('*') != std::string_view::npos) {
    const size_t star = parts->host_begin + host.find('*');
    return refuse(text, star, star + 1, "a pattern", "write a name: `www.example.com:443`");
  }
  auto network = parse_network(text, parts->host_begin, parts->host_end);
  if (!network) return tl::unexpected(std::move(network.error()));
  if (*network) {
    const IpNetwork& found = **network;
    if (host.find('/') != std::string_view::npos) {
      return refuse(text, parts->host_begin + host.find('/'), parts->host_end, "a network",
                    fmt::format("write one of its addresses: `{}:443`",
                                bracketed({found.address, found.address.bits()})));
    }
    request.host = found.address;
  } else {
    auto name = parse_name(text, parts->host_begin, parts->host_end);
    if (!name) return tl::unexpected(std::move(name.error()));
    request.host = std::move(*name);
  }
  if (!parts->ports_begin) return request;
  const auto ports = parse_ports(text, *parts->ports_begin, text.part(0, *parts->ports_begin - 1));
  if (!ports) return tl::unexpected(ports.error());
  const PortRange& first = ports->ranges.front();
  if (ports->ranges.size() != 1 || first.low != first.high) {
    return refuse(text, *parts->ports_begin, text.bytes().size(), "several ports",
                  fmt::format("write one of them: `{}{}`",
                              printable(text.part(0, *parts->ports_begin)), first.low));
  }
  request.port = first.low;
  return request;
}

std::string HostRequest::text() const {
  if (const auto* name = std::get_if<std::string>(&host)) return fmt::format("{}:{}", *name, port);
  const auto& address = std::get<IpAddress>(host);
  return fmt::format("{}:{}", bracketed({address, address.bits()}), port);
}

}  // namespace sbxc
