// What the parsers of `connect`, `listen` and requests share: taking `host:ports` apart, and saying
// precisely what is wrong with a part. Inside this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/pattern/host_pattern.h"

namespace sbxc {

// A pattern under parsing: its bytes as text, and messages that point into it.
class HostText {
 public:
  explicit HostText(const PatternText& text) : text_(text), bytes_(text.str()) {}

  std::string_view bytes() const { return bytes_; }
  std::string_view part(size_t from, size_t to) const {
    return std::string_view(bytes_).substr(from, to - from);
  }
  // Whether the byte came out of a variable or an escape and can't be a wildcard.
  bool literal(size_t at) const { return text_.bytes[at].literal; }
  Span span() const { return text_.span; }

  struct Words {
    std::string message;
    std::string underline{};
    std::string help{};
    std::vector<std::string> notes{};
  };
  tl::unexpected<Diagnostic> fail(Kind kind, size_t from, size_t to, Words words) const;

 private:
  const PatternText& text_;
  std::string bytes_;
};

struct HostParts {
  size_t host_begin = 0;  // without brackets
  size_t host_end = 0;
  bool bracketed = false;
  std::optional<size_t> ports_begin{};  // just after the `:`; ports reach to the end

  std::string_view host(const HostText& text) const { return text.part(host_begin, host_end); }
};

// Refuses URLs, user names, paths and IPv6 addresses whose last group could be a port.
Result<HostParts> split_host(const HostText& text);

// Ports from `begin` to the end of the text; `host` is what stands before the colon, for help.
Result<PortSet> parse_ports(const HostText& text, size_t begin, std::string_view host);

// An address or a network at [begin, end), or nothing when the text is neither and may be a name.
Result<std::optional<IpNetwork>> parse_network(const HostText& text, size_t begin, size_t end);

// A name without wildcards at [begin, end).
Result<std::string> parse_name(const HostText& text, size_t begin, size_t end);

// `[fd00::1]`, `[fd00::/8]`, `10.0.0.0/8`: as it stands in front of a colon.
std::string bracketed(const IpNetwork& network);

}  // namespace sbxc
