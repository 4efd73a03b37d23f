// The patterns of `connect` (laws 9 to 11). A host is an address, a network, a name, or `*.name`;
// there is no wildcard inside a label and none but the first label, as one text with a `*` in the
// middle means different sets to different tools. `*.name` has subdomains at any depth, not the
// name.
#include "compiler/pattern/host_pattern.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_name.h"
#include "compiler/pattern/host_pattern_parts.h"

namespace sbxc {

namespace {

constexpr auto npos = std::string_view::npos;

IpNetwork single(const IpAddress& address) { return {address, address.bits()}; }

IpAddress loopback_v6() {
  IpAddress address{.v6 = true};
  address.bytes[15] = 1;
  return address;
}

// `10.2.*` and `192.168.1.*` are networks to the people who write them.
std::optional<IpNetwork> dotted_wildcard(std::string_view host) {
  IpAddress address;
  size_t part = 0;
  size_t at = 0;
  while (part < 4 && at < host.size() && host[at] != '*') {
    const size_t dot = host.find('.', at);
    if (dot == npos || dot - at > 3 || dot == at) return std::nullopt;
    unsigned value = 0;
    for (const char c : host.substr(at, dot - at)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255) return std::nullopt;
    address.bytes[part++] = static_cast<uint8_t>(value);
    at = dot + 1;
  }
  const bool stars_only = host.substr(std::min(at, host.size())).find_first_not_of(".*") == npos;
  if (part == 0 || part == 4 || !stars_only) return std::nullopt;
  return IpNetwork{address, static_cast<uint8_t>(8 * part)};
}

struct HostResult {
  std::vector<HostTest> hosts;
  bool too_broad = false;
};

class WildcardParser {
 public:
  WildcardParser(const HostText& text, const HostParts& parts) : text_(text), parts_(parts) {}

  Result<HostResult> parse() const {
    const std::string_view host = parts_.host(text_);
    const size_t star = host.find('*');
    if (text_.literal(parts_.host_begin + star)) {
      return fail(star, star + 1, "a `*` from a variable or an escape is no wildcard", "");
    }
    if (host == "*") return HostResult{{AnyName{}}, true};
    if (const auto network = dotted_wildcard(host)) {
      return fail(star, host.size(), "an address has no wildcards",
                  fmt::format("write the network: `{}`", network->text()));
    }
    if (!host.starts_with("*.") || host.find('*', 1) != npos) return refuse(host);
    if (host.size() == 2) {
      return fail(0, 2, "a name is missing after `*.`", "write `*.example.com`");
    }
    const IpParse ip = parse_ip(host.substr(2));
    if (ip.address || ip.meant) {
      return fail(0, 1, "an address has no subdomains",
                  fmt::format("write `{}`", (ip.address ? *ip.address : *ip.meant).text()));
    }
    auto suffix = parse_name(text_, parts_.host_begin + 2, parts_.host_end);
    if (!suffix) return tl::unexpected(std::move(suffix.error()));
    const bool too_broad = is_public_suffix(*suffix);
    return HostResult{{Subdomains{std::move(*suffix)}}, too_broad};
  }

 private:
  // What may be meant: the wildcard moved to the front of the labels behind the last `*`.
  tl::unexpected<Diagnostic> refuse(std::string_view host) const {
    const size_t last = host.rfind('*');
    const size_t dot = host.find('.', last);
    std::string help;
    if (host.starts_with('*') && host.find('*', 1) == npos) {  // `*example.com`
      if (canonical_host_name(host.substr(1))) {
        help = fmt::format("write `*.{0}` for the subdomains of `{0}`", printable(host.substr(1)));
      }
    } else if (dot != npos && canonical_host_name(host.substr(dot + 1))) {
      help = fmt::format("write `*{0}`, which matches at any depth", printable(host.substr(dot)));
    }
    const size_t odd = host.starts_with("*.") ? host.find('*', 1) : host.find('*');
    return fail(odd, odd + 1, "only the whole first label can be a `*`", std::move(help));
  }

  tl::unexpected<Diagnostic> fail(size_t from, size_t to, std::string underline,
                                  std::string help) const {
    const size_t base = parts_.host_begin;
    return text_.fail(Kind::bad_host_wildcard, base + from, base + to,
                      {.message = fmt::format("`{}` has a wildcard where none can be",
                                              printable(parts_.host(text_))),
                       .underline = std::move(underline),
                       .help = std::move(help)});
  }

  const HostText& text_;
  const HostParts& parts_;
};

Result<HostResult> parse_host(const HostText& text, const HostParts& parts) {
  const std::string_view host = parts.host(text);
  auto network = parse_network(text, parts.host_begin, parts.host_end);
  if (!network) return tl::unexpected(std::move(network.error()));
  if (*network) return HostResult{{**network}};
  if (parts.bracketed) {
    return text.fail(Kind::bad_host_name, parts.host_begin, parts.host_end,
                     {.message = fmt::format("`{}` is no IPv6 address", printable(host)),
                      .underline = "brackets hold an IPv6 address or network"});
  }
  if (host.find('*') != npos) return WildcardParser(text, parts).parse();
  auto name = parse_name(text, parts.host_begin, parts.host_end);
  if (!name) return tl::unexpected(std::move(name.error()));
  if (*name == "localhost") {
    return HostResult{
        {ExactName{*name}, single(IpAddress::v4(127, 0, 0, 1)), single(loopback_v6())}};
  }
  return HostResult{{ExactName{std::move(*name)}}};
}

}  // namespace

Result<ConnectPattern> parse_connect_pattern(const PatternText& pattern) {
  const HostText text(pattern);
  const auto parts = split_host(text);
  if (!parts) return tl::unexpected(parts.error());
  auto host = parse_host(text, *parts);
  if (!host) return tl::unexpected(std::move(host.error()));
  PortSet ports = PortSet::web();
  if (parts->ports_begin) {
    auto parsed = parse_ports(text, *parts->ports_begin, text.part(0, *parts->ports_begin - 1));
    if (!parsed) return tl::unexpected(std::move(parsed.error()));
    ports = std::move(*parsed);
  }
  return ConnectPattern{.span = pattern.span,
                        .written = pattern.written,
                        .hosts = std::move(host->hosts),
                        .ports = std::move(ports),
                        .too_broad = host->too_broad};
}

Diagnostic broad_wildcard(const ConnectPattern& pattern) {
  const bool any = std::any_of(pattern.hosts.begin(), pattern.hosts.end(), [](const HostTest& t) {
    return std::holds_alternative<AnyName>(t);
  });
  Diagnostic diagnostic{.kind = Kind::broad_host_wildcard, .span = pattern.span, .message = {}};
  if (any) {
    diagnostic.message =
        fmt::format("`{}` matches every name there is", printable(pattern.written));
  } else {
    const auto& suffix = std::get<Subdomains>(pattern.hosts.front()).suffix;
    diagnostic.message =
        fmt::format("`{}` matches the hosts of strangers", printable(pattern.written));
    diagnostic.underline = fmt::format("anybody can register a name under `{}`", suffix);
  }
  diagnostic.help = "name the hosts, or say why at the end of the statement: `because \"…\"`";
  return diagnostic;
}

std::string text(const HostTest& test) {
  struct Visitor {
    std::string operator()(const ExactName& exact) const { return exact.name; }
    std::string operator()(const Subdomains& sub) const { return "*." + sub.suffix; }
    std::string operator()(const AnyName&) const { return "*"; }
    std::string operator()(const IpNetwork& network) const { return bracketed(network); }
    std::string operator()(const InList& in) const {
      return fmt::format("list {}", static_cast<uint32_t>(in.list));
    }
  };
  return std::visit(Visitor{}, test);
}

}  // namespace sbxc
