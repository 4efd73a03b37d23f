// Taking `host:ports` apart. The first colon that is not inside brackets starts the ports, so IPv6
// needs brackets as soon as its last group could be meant as a port: `2001:db8::1:443` is an
// address of its own and a shorter one with a port, and nobody should have to know which. What
// people paste (URLs, `user@host`, `host/path`) is refused with the host and port it stands for.
#include "compiler/pattern/host_pattern_parts.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_name.h"

namespace sbxc {

namespace {

constexpr auto npos = std::string_view::npos;

struct Scheme {
  std::string_view name;
  std::string_view port;
};
constexpr Scheme kSchemes[] = {{"http", "80"},  {"https", "443"}, {"ws", "80"},
                               {"wss", "443"},  {"ftp", "21"},    {"ssh", "22"},
                               {"git", "9418"}, {"ldap", "389"},  {"ldaps", "636"}};

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ip(std::string_view text) {
  const IpParse parsed = parse_ip(text);
  return parsed.address || parsed.meant;
}

// `host:port` of a URL's authority, for the help line.
std::string without_url(std::string_view scheme, std::string_view rest) {
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
  if (const size_t at = authority.rfind('@'); at != npos) authority.remove_prefix(at + 1);
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != npos && all_digits(authority.substr(colon + 1));
  if (has_port) return std::string(authority);
  const auto known = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                  [&](const Scheme& s) { return s.name == scheme; });
  if (known == std::end(kSchemes)) return std::string(authority);
  return fmt::format("{}:{}", authority, known->port);
}

IpNetwork single(const IpAddress& address) { return {address, address.bits()}; }

// `010`, which C reads as eight.
bool has_leading_zero(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] == '.';
    if (starts && text[i] == '0' && text[i + 1] >= '0' && text[i + 1] <= '9') return true;
  }
  return false;
}

std::string quoted(std::string_view text) { return fmt::format("`{}`", printable(text)); }

tl::unexpected<Diagnostic> refuse_url(const HostText& text, size_t colon) {
  const std::string_view bytes = text.bytes();
  const std::string host = without_url(bytes.substr(0, colon), bytes.substr(colon + 3));
  return text.fail(Kind::host_is_url, 0, colon + 3,
                   {.message = fmt::format("{} is a URL where a host is expected", quoted(bytes)),
                    .underline = "no scheme here",
                    .help = fmt::format("write {}", quoted(host))});
}

tl::unexpected<Diagnostic> refuse_user(const HostText& text, size_t at) {
  std::string_view host = text.bytes().substr(at + 1);
  std::string meant(host.substr(0, host.find_first_of("/?#")));
  // `git@github.com:org/repo.git`, as git writes it, is ssh.
  const size_t colon = host.find(':');
  if (colon != npos && !host.starts_with('[') && colon + 1 < host.size() &&
      (host[colon + 1] < '0' || host[colon + 1] > '9') && host[colon + 1] != '*') {
    meant = fmt::format("{}:22", host.substr(0, colon));
  }
  return text.fail(
      Kind::host_is_url, 0, at + 1,
      {.message = fmt::format("{} has a user name in front of the host", quoted(text.bytes())),
       .underline = "not part of a host",
       .help = fmt::format("write {}", quoted(meant))});
}

tl::unexpected<Diagnostic> refuse_path(const HostText& text, size_t slash) {
  const std::string_view bytes = text.bytes();
  return text.fail(Kind::host_is_url, slash, bytes.size(),
                   {.message = fmt::format("{} has a path behind the host", quoted(bytes)),
                    .underline = "rules reach hosts and ports, not paths",
                    .help = fmt::format("write {}", quoted(bytes.substr(0, slash)))});
}

Result<HostParts> split_bracketed(const HostText& text) {
  const std::string_view bytes = text.bytes();
  const size_t close = bytes.find(']');
  if (close == npos) {
    return text.fail(
        Kind::bad_host_name, 0, 1,
        {.message = "a `[` without its `]`",
         .underline = "opened here",
         .help = fmt::format("write {}", quoted(fmt::format("[{}]", bytes.substr(1))))});
  }
  HostParts parts{.host_begin = 1, .host_end = close, .bracketed = true};
  if (parts.host(text).find(':') == npos) {
    return text.fail(
        Kind::bad_host_name, 0, close + 1,
        {.message = fmt::format("`{}` is no IPv6 address", printable(parts.host(text))),
         .underline = "brackets hold an IPv6 address or network",
         .help = fmt::format("write `{}{}`", printable(parts.host(text)),
                             printable(bytes.substr(close + 1)))});
  }
  if (close + 1 == bytes.size()) return parts;
  if (bytes[close + 1] == ':') {
    parts.ports_begin = close + 2;
    return parts;
  }
  if (bytes[close + 1] == '/') {
    const size_t colon = std::min(bytes.find(':', close), bytes.size());
    return text.fail(
        Kind::bad_network, close, colon,
        {.message = "a prefix length stands outside the brackets",
         .help = fmt::format(
             "write {}", quoted(fmt::format("[{}{}]{}", parts.host(text),
                                            text.part(close + 1, colon), bytes.substr(colon))))});
  }
  return text.fail(
      Kind::bad_host_name, close + 1, bytes.size(),
      {.message =
           fmt::format("only a port may stand behind {}", quoted(bytes.substr(0, close + 1))),
       .help = fmt::format("write {}", quoted(fmt::format("{}:443", text.part(0, close + 1))))});
}

// Two or more colons and no brackets: IPv6, if its end can't be a port.
Result<HostParts> split_bare_v6(const HostText& text) {
  const std::string_view bytes = text.bytes();
  const size_t colon = bytes.rfind(':');
  const std::string_view before = bytes.substr(0, colon);
  const std::string_view after = bytes.substr(colon + 1);
  const bool whole = is_ip(bytes);
  const bool shorter = is_ip(before) && before.find(':') != npos;
  if (whole && !(shorter && all_digits(after))) return HostParts{0, bytes.size()};
  if (shorter && whole) {
    return text.fail(
        Kind::ipv6_needs_brackets, 0, bytes.size(),
        {.message =
             fmt::format("{} is an address, and a shorter address with a port", quoted(bytes)),
         .underline = "which of the two is meant?",
         .help = fmt::format("write {} for the address, {} for port {}",
                             quoted(fmt::format("[{}]", bytes)),
                             quoted(fmt::format("[{}]:{}", before, after)), printable(after))});
  }
  if (shorter) {
    return text.fail(
        Kind::ipv6_needs_brackets, 0, colon,
        {.message = "an IPv6 address in front of a port needs brackets",
         .help = fmt::format("write {}", quoted(fmt::format("[{}]:{}", before, after)))});
  }
  return HostParts{0, bytes.find(':'), false, bytes.find(':') + 1};
}

}  // namespace

tl::unexpected<Diagnostic> HostText::fail(Kind kind, size_t from, size_t to, Words words) const {
  return tl::unexpected(Diagnostic{.kind = kind,
                                   .span = text_.at(from, std::max(to, from)),
                                   .message = std::move(words.message),
                                   .underline = std::move(words.underline),
                                   .help = std::move(words.help),
                                   .notes = std::move(words.notes)});
}

Result<HostParts> split_host(const HostText& text) {
  const std::string_view bytes = text.bytes();
  if (bytes.empty()) {
    return text.fail(Kind::bad_host_name, 0, 0,
                     {.message = "a host is missing", .help = "write `example.com`"});
  }
  if (const size_t scheme = bytes.find("://"); scheme != npos) return refuse_url(text, scheme);
  if (const size_t at = bytes.rfind('@'); at != npos) return refuse_user(text, at);
  if (bytes[0] == '[') return split_bracketed(text);
  const size_t slash = bytes.find('/');
  const size_t first_colon = bytes.find(':');
  if (slash != npos) {
    if (!is_ip(bytes.substr(0, slash))) return refuse_path(text, slash);
    const size_t colon = bytes.find(':', slash);  // behind a prefix length only a port can follow
    if (colon == npos) return HostParts{0, bytes.size()};
    return HostParts{0, colon, false, colon + 1};
  }
  if (first_colon == npos) return HostParts{0, bytes.size()};
  // An address with a zone, `::1`, `fe80::1:2`; but in `a.com:80,b::1` the colon is that of a port.
  if (bytes.find(':', first_colon + 1) != npos) return split_bare_v6(text);
  return HostParts{0, first_colon, false, first_colon + 1};
}

Result<std::optional<IpNetwork>> parse_network(const HostText& text, size_t begin, size_t end) {
  const std::string_view whole = text.part(begin, end);
  const size_t slash = whole.find('/');
  const std::string_view spelt = whole.substr(0, slash);
  const IpParse parsed = parse_ip(spelt);
  const size_t address_end = begin + spelt.size();
  if (parsed.meant) {
    if (parsed.error == IpError::zone_id) {
      return text.fail(Kind::ipv6_zone, begin + spelt.find('%'), address_end,
                       {.message = fmt::format("{} has a zone, which is a name of one machine's "
                                               "interface",
                                               quoted(spelt)),
                        .underline = "no zone here",
                        .help = fmt::format("write `{}`", bracketed(single(*parsed.meant)))});
    }
    std::vector<std::string> notes;
    if (has_leading_zero(spelt)) {
      notes.push_back("a leading zero means octal to some programs and nothing to others");
    }
    return text.fail(Kind::odd_ip_spelling, begin, address_end,
                     {.message = fmt::format("{} is an odd spelling of an address", quoted(spelt)),
                      .help = fmt::format("write `{}`", parsed.meant->text()),
                      .notes = std::move(notes)});
  }
  if (!parsed.address) return std::optional<IpNetwork>();
  const IpAddress& address = *parsed.address;
  if (slash == npos) return std::optional(single(address));

  const std::string_view length = whole.substr(slash + 1);
  // A mapped address is written in 128 bits and is an IPv4 address of 32.
  const bool mapped = !address.v6 && spelt.find(':') != npos;
  const unsigned most = mapped ? 128 : address.bits();
  unsigned value = 0;
  const bool numeric = all_digits(length) && length.size() <= 3;
  if (numeric) {
    for (const char c : length) value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (!numeric || value > most || (length.size() > 1 && length[0] == '0')) {
    return text.fail(
        Kind::bad_network, begin + slash + 1, end,
        {.message = fmt::format("{} is no prefix length", quoted(length)),
         .underline = fmt::format("a number from 0 to {}", most),
         .help = fmt::format("write `{}` for this address alone", bracketed(single(address)))});
  }
  if (mapped && value < 96) {
    return text.fail(
        Kind::bad_network, begin, end,
        {.message = fmt::format("{} is wider than the IPv4 addresses that it maps", quoted(whole)),
         .help = "write the IPv4 network, `0.0.0.0/0` for all of it"});
  }
  const auto prefix = static_cast<uint8_t>(mapped ? value - 96 : value);
  const IpNetwork network = IpNetwork::of(address, prefix);
  if (network.address != address) {
    return text.fail(Kind::network_host_bits, begin, end,
                     {.message = fmt::format("{} has bits set behind its prefix", quoted(whole)),
                      .help = fmt::format("write `{}` for the network, `{}` for the address alone",
                                          bracketed(network), bracketed(single(address)))});
  }
  return std::optional(network);
}

Result<std::string> parse_name(const HostText& text, size_t begin, size_t end) {
  const std::string_view spelt = text.part(begin, end);
  auto name = canonical_host_name(spelt);
  if (name) return std::move(*name);
  size_t from = begin;
  size_t to = end;
  std::string help;
  if (name.error() == HostNameError::bad_character) {
    const auto odd = [](char c) {
      const auto u = static_cast<unsigned char>(c);
      return u < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
             !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.';
    };
    const auto bad = std::find_if(spelt.begin(), spelt.end(), odd);
    from = begin + static_cast<size_t>(bad - spelt.begin());
    to = std::min(from + 1, end);
    if (bad != spelt.end() && (*bad == '{' || *bad == '}')) {
      help = "write a set with blanks: `{ a.example.com, b.example.com }`";
    }
  } else if (name.error() == HostNameError::empty_label) {
    const size_t dots = spelt.starts_with('.') ? 0 : spelt.find("..");
    from = begin + (dots == npos ? spelt.size() - 1 : dots);
    to = std::min(from + (spelt.starts_with('.') ? 1 : 2), end);
    if (spelt.starts_with('.') && canonical_host_name(spelt.substr(1))) {
      help = fmt::format("write `*{0}` for its subdomains, `{1}` for itself", printable(spelt),
                         printable(spelt.substr(1)));
    }
  }
  return text.fail(Kind::bad_host_name, from, to,
                   {.message = fmt::format("{} is no host name", quoted(spelt)),
                    .underline = std::string(describe(name.error())),
                    .help = std::move(help)});
}

std::string bracketed(const IpNetwork& network) {
  return network.address.v6 ? fmt::format("[{}]", network.text()) : network.text();
}

}  // namespace sbxc
