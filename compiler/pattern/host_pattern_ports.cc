// Ports: `443`, `80,443`, `8000-8100,9000`, `*`. Decimal without a sign or leading zeros, because
// other spellings (`0x1bb`, `0443`, `+443`) are read differently by different programs.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_pattern_parts.h"

namespace sbxc {

namespace {

constexpr uint16_t kLastPort = 65535;

struct Service {
  std::string_view name;
  uint16_t port;
};
constexpr Service kServices[] = {{"ssh", 22},     {"smtp", 25},         {"http", 80},
                                 {"https", 443},  {"ftp", 21},          {"imaps", 993},
                                 {"mysql", 3306}, {"postgresql", 5432}, {"redis", 6379}};

class PortParser {
 public:
  PortParser(const HostText& text, size_t begin, std::string_view host)
      : text_(text), begin_(begin), host_(host) {}

  Result<PortSet> parse() const {
    const size_t end = text_.bytes().size();
    if (begin_ == end) {
      return text_.fail(
          Kind::bad_port, begin_ - 1, begin_,
          {.message = "a port is missing after the `:`",
           .help = fmt::format("write `{}:443`, without a blank after the `:`", printable(host_))});
    }
    if (text_.part(begin_, end) == "*" && !text_.literal(begin_)) return PortSet::any();
    std::vector<PortRange> ranges;
    size_t from = begin_;
    for (size_t i = begin_; i <= end; ++i) {
      if (i < end && text_.bytes()[i] != ',') continue;
      auto range = parse_range(from, i);
      if (!range) return tl::unexpected(std::move(range.error()));
      ranges.push_back(*range);
      from = i + 1;
    }
    return PortSet::of(std::move(ranges));
  }

 private:
  Result<PortRange> parse_range(size_t from, size_t to) const {
    const size_t dash = text_.part(from, to).find('-');
    if (dash == std::string_view::npos) {
      const auto port = parse_port(from, to);
      if (!port) return tl::unexpected(port.error());
      return PortRange{*port, *port};
    }
    if (dash == 0 || from + dash + 1 == to) {
      const std::string known = printable(text_.part(from, to));
      return text_.fail(Kind::bad_port, from, to,
                        {.message = "a range of ports has no end on one side",
                         .help = dash == 0 ? fmt::format("write `1{}`", known)
                                           : fmt::format("write `{}65535`", known)});
    }
    const auto low = parse_port(from, from + dash);
    if (!low) return tl::unexpected(low.error());
    const auto high = parse_port(from + dash + 1, to);
    if (!high) return tl::unexpected(high.error());
    if (*low > *high) {
      return text_.fail(
          Kind::bad_port, from, to,
          {.message = fmt::format("the range `{}-{}` is the wrong way round", *low, *high),
           .help = fmt::format("write `{}-{}`", *high, *low)});
    }
    return PortRange{*low, *high};
  }

  Result<uint16_t> parse_port(size_t from, size_t to) const {
    const std::string_view spelt = text_.part(from, to);
    const bool digits = !spelt.empty() && std::all_of(spelt.begin(), spelt.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return refuse_word(from, to);
    unsigned value = 0;
    for (const char c : spelt)
      value = std::min(value * 10 + static_cast<unsigned>(c - '0'), 99999U);
    if (value == 0) {
      return text_.fail(Kind::bad_port, from, to,
                        {.message = "there is no port 0",
                         .help = fmt::format("write `{}:*` for any port", printable(host_))});
    }
    if (value > kLastPort) {
      return text_.fail(Kind::bad_port, from, to,
                        {.message = fmt::format("`{}` is no port", printable(spelt)),
                         .underline = "the last port is 65535"});
    }
    if (spelt[0] == '0') {
      return text_.fail(Kind::bad_port, from, to,
                        {.message = fmt::format("`{}` has a leading zero", printable(spelt)),
                         .help = fmt::format("write `{}`", value)});
    }
    return static_cast<uint16_t>(value);
  }

  tl::unexpected<Diagnostic> refuse_word(size_t from, size_t to) const {
    const std::string_view spelt = text_.part(from, to);
    HostText::Words words{.message = fmt::format("`{}` is no port", printable(spelt)),
                          .underline = "a number from 1 to 65535"};
    const auto service = std::find_if(std::begin(kServices), std::end(kServices),
                                      [&](const Service& s) { return s.name == spelt; });
    if (spelt.empty()) {
      words.message = "a port is missing in the list";
    } else if (spelt == "*") {
      words.message = "`*` can't be part of a list of ports";
      words.help = fmt::format("write `{}:*` for any port", printable(host_));
    } else if (service != std::end(kServices)) {
      words.help = fmt::format("write `{}`", service->port);
    } else if (from > begin_ && spelt.find_first_of(".:[") != std::string_view::npos) {
      words.underline = "a port, since no blank stands before it";
      words.help = fmt::format("write a blank after the comma to start the next host: `{}, {}`",
                               printable(text_.part(0, from - 1)), printable(spelt));
    }
    return text_.fail(Kind::bad_port, from, to, std::move(words));
  }

  const HostText& text_;
  size_t begin_;
  std::string_view host_;
};

}  // namespace

PortSet PortSet::any() { return {.ranges = {{1, kLastPort}}}; }

PortSet PortSet::web() { return {.ranges = {{80, 80}, {443, 443}}}; }

PortSet PortSet::of(std::vector<PortRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const PortRange& a, const PortRange& b) { return a.low < b.low; });
  PortSet out;
  for (const PortRange& range : ranges) {
    if (!out.ranges.empty() && range.low <= out.ranges.back().high + 1) {
      out.ranges.back().high = std::max(out.ranges.back().high, range.high);
    } else {
      out.ranges.push_back(range);
    }
  }
  return out;
}

bool PortSet::contains(uint16_t port) const {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), port,
                       [](uint16_t value, const PortRange& range) { return value < range.low; });
  return after != ranges.begin() && port <= std::prev(after)->high;
}

std::string PortSet::text() const {
  if (*this == any()) return "*";
  std::string out;
  for (const PortRange& range : ranges) {
    if (!out.empty()) out += ',';
    out += range.low == range.high ? fmt::format("{}", range.low)
                                   : fmt::format("{}-{}", range.low, range.high);
  }
  return out;
}

Result<PortSet> parse_ports(const HostText& text, size_t begin, std::string_view host) {
  return PortParser(text, begin, host).parse();
}

}  // namespace sbxc
