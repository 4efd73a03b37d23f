// Reading list files, which may hold a million lines, in one pass and without the grammar.
//
//   ads.example                     one host a line: a name, `*.name`, an address or a network
//   0.0.0.0 ads.example t.example   hosts-file form: the names behind an unspecified or a loopback
//                                   address; the address itself is no entry
//   ::1 localhost ip6-localhost     a line of nothing but the standard local names is skipped
//   # comment                       and behind any line
//
// Lines end in LF or CRLF; a byte order mark at the start is skipped. Ports stand at the rule, not
// in the list. Other formats (adblock filters, dnsmasq) are refused line by line: half of a list
// that was meant to deny would be worse than none. What another entry covers is dropped without a
// word.
#include "compiler/pattern/host_list.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_name.h"

namespace sbxc {

namespace {

constexpr auto npos = std::string_view::npos;

constexpr std::string_view kLocalNames[] = {"localhost",
                                            "localhost.localdomain",
                                            "localhost4",
                                            "localhost6",
                                            "local",
                                            "broadcasthost",
                                            "ip6-localhost",
                                            "ip6-loopback",
                                            "ip6-localnet",
                                            "ip6-mcastprefix",
                                            "ip6-allnodes",
                                            "ip6-allrouters",
                                            "ip6-allhosts",
                                            "0.0.0.0",
                                            "localhost4.localdomain4",
                                            "localhost6.localdomain6"};

bool is_local_name(std::string_view word) {
  return std::find(std::begin(kLocalNames), std::end(kLocalNames), word) != std::end(kLocalNames);
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The next word of `line` from `at` on, which is moved behind it; empty at the end.
std::string_view next_word(std::string_view line, size_t& at) {
  while (at < line.size() && is_blank(line[at])) ++at;
  const size_t begin = at;
  while (at < line.size() && !is_blank(line[at])) ++at;
  return line.substr(begin, at - begin);
}

class ListReader {
 public:
  ListReader(std::string_view text, FileId file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {
    out_.blob.reserve(text.size());
    out_.entries.reserve(text.size() / 16);
  }

  // False when a line was bad.
  bool read() {
    size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (at < text_.size()) {
      size_t end = text_.find('\n', at);
      if (end == npos) end = text_.size();
      std::string_view line = text_.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      line = line.substr(0, line.find('#'));
      if (!line.empty()) read_line(line);
      at = end + 1;
    }
    if (errors_ > kMaxListErrors) {
      diagnostics_.report(
          {.kind = Kind::bad_list_line,
           .span = first_unreported_,
           .message = fmt::format("{} more lines can't be read", errors_ - kMaxListErrors),
           .underline = "the first of them"});
    }
    return errors_ == 0;
  }

  HostList take() { return std::move(out_); }

 private:
  void read_line(std::string_view line) {
    size_t at = 0;
    const std::string_view first = next_word(line, at);
    if (first.empty()) return;
    size_t rest = at;
    if (next_word(line, rest).empty()) {
      read_entry(first);
      return;
    }
    read_hosts_line(line, first, at);
  }

  // `address name name …`
  void read_hosts_line(std::string_view line, std::string_view address, size_t at) {
    const IpParse parsed = parse_ip(address);
    if (!parsed.address && parsed.error != IpError::zone_id) {
      fail(line, "several words on a line", "one host a line, or an address and names",
           "write each host on a line of its own");
      return;
    }
    bool local_only = true;
    size_t scan = at;
    for (std::string_view word = next_word(line, scan); !word.empty();
         word = next_word(line, scan)) {
      local_only = local_only && is_local_name(word);
    }
    if (local_only) return;
    const IpAddress& to = parsed.address ? *parsed.address : *parsed.meant;
    const auto use = special_use(to);
    if (use != "loopback" && use != "unspecified") {
      fail(address,
           fmt::format("`{}` is neither 0.0.0.0 nor a loopback address", printable(address)),
           "a hosts file that maps names is no list of hosts",
           "write each name, and the address if it is meant too, on a line of its own");
      return;
    }
    for (std::string_view word = next_word(line, at); !word.empty(); word = next_word(line, at)) {
      if (!is_local_name(word)) read_name(word, word, false);
    }
  }

  void read_entry(std::string_view word) {
    if (is_plain_host_name(word)) {
      add(word, false);
    } else if (word.starts_with("*.") && is_plain_host_name(word.substr(2))) {
      add_wildcard(word, word.substr(2));
    } else {
      read_odd_entry(word);
    }
  }

  void read_odd_entry(std::string_view word) {
    std::string_view bare = word;
    const bool brackets = bare.starts_with('[') && bare.ends_with(']');
    if (brackets) bare = bare.substr(1, bare.size() - 2);
    if (parse_ip(bare.substr(0, bare.find('/'))).address && (!brackets || bare.find(':') != npos)) {
      read_network(word, bare);
    } else if (word.starts_with("*.")) {
      read_name(word, word.substr(2), true);
    } else {
      read_name(word, word, false);
    }
  }

  void read_network(std::string_view word, std::string_view bare) {
    const bool v6 = bare.find(':') != npos;
    const std::string spelt = v6 ? fmt::format("[{}]", bare) : std::string(bare);
    const auto pattern = parse_connect_pattern(PatternText::plain(spelt));
    if (!pattern) {
      fail(word, pattern.error().message, pattern.error().underline, pattern.error().help);
      return;
    }
    out_.networks.push_back(std::get<IpNetwork>(pattern->hosts.front()));
  }

  void read_name(std::string_view word, std::string_view spelt, bool subdomains) {
    const auto name = canonical_host_name(spelt);
    if (!name) {
      refuse_name(word, spelt, name.error());
    } else if (subdomains) {
      add_wildcard(word, *name);
    } else {
      add(*name, false);
    }
  }

  void refuse_name(std::string_view word, std::string_view spelt, HostNameError error) {
    std::string help;
    std::string underline(describe(error));
    if (word.starts_with("||") || word.starts_with("@@") || word.starts_with('!')) {
      underline = "adblock filters are another language";
    } else if (word == "*") {
      underline = "a list names hosts";
    } else if (spelt.starts_with('.') && canonical_host_name(spelt.substr(1))) {
      help = fmt::format("write `*{}`", printable(spelt));
    } else if (const auto meant = parse_ip(spelt).meant) {
      underline = "an odd spelling of an address";
      help = fmt::format("write `{}`", meant->text());
    } else if (const size_t colon = spelt.rfind(':');
               colon != npos && canonical_host_name(spelt.substr(0, colon))) {
      underline = "ports stand at the rule, not in the list";
      help = fmt::format("write `{}`", printable(spelt.substr(0, colon)));
    }
    fail(word, fmt::format("`{}` is no host", printable(word)), std::move(underline),
         std::move(help));
  }

  void add_wildcard(std::string_view word, std::string_view suffix) {
    if (is_public_suffix(suffix)) {
      fail(word, fmt::format("`{}` matches the hosts of strangers", printable(word)),
           fmt::format("anybody can register a name under `{}`", suffix),
           "name the hosts; a rule of its own may have such a wildcard, with its reason");
      return;
    }
    add(suffix, true);
  }

  void add(std::string_view name, bool subdomains) {
    out_.entries.push_back(
        {static_cast<uint32_t>(out_.blob.size()), static_cast<uint8_t>(name.size()), subdomains});
    out_.blob += name;
  }

  void fail(std::string_view where, std::string message, std::string underline, std::string help) {
    const auto begin = static_cast<uint32_t>(where.data() - text_.data());
    const Span span{file_, begin, begin + static_cast<uint32_t>(where.size())};
    if (++errors_ == kMaxListErrors + 1) first_unreported_ = span;
    if (errors_ > kMaxListErrors) return;
    diagnostics_.report({.kind = Kind::bad_list_line,
                         .span = span,
                         .message = std::move(message),
                         .underline = std::move(underline),
                         .help = std::move(help)});
  }

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
  size_t errors_ = 0;
  Span first_unreported_;
  HostList out_;
};

// A name with its first eight bytes as a number, so that most comparisons touch no name.
struct SortKey {
  uint64_t head;
  HostList::Entry entry;
};

uint64_t head_of(std::string_view name) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) {
    head = head << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return head;
}

// Whether a `*.suffix` entry for one of the name's proper suffixes is there.
bool is_covered(std::string_view name, const std::unordered_set<std::string_view>& suffixes) {
  for (size_t dot = name.find('.'); dot != npos; dot = name.find('.', dot + 1)) {
    if (suffixes.contains(name.substr(dot + 1))) return true;
  }
  return false;
}

// Sorts the entries and copies the names that stay into a blob of their own, in the same order.
void compact_names(HostList& list) {
  std::unordered_set<std::string_view> suffixes;
  for (const HostList::Entry& entry : list.entries) {
    if (entry.subdomains) suffixes.insert(list.name_of(entry));
  }
  std::vector<SortKey> keys;
  keys.reserve(list.entries.size());
  for (const HostList::Entry& entry : list.entries) {
    const std::string_view name = list.name_of(entry);
    if (suffixes.empty() || !is_covered(name, suffixes)) keys.push_back({head_of(name), entry});
  }
  std::sort(keys.begin(), keys.end(), [&](const SortKey& a, const SortKey& b) {
    if (a.head != b.head) return a.head < b.head;
    const int order = list.name_of(a.entry).compare(list.name_of(b.entry));
    return order != 0 ? order < 0 : a.entry.subdomains < b.entry.subdomains;
  });
  std::string blob;
  blob.reserve(list.blob.size());
  std::vector<HostList::Entry> entries;
  entries.reserve(keys.size());
  for (const SortKey& key : keys) {
    const std::string_view name = list.name_of(key.entry);
    if (!entries.empty()) {
      const HostList::Entry& last = entries.back();
      const bool same = std::string_view(blob).substr(last.offset, last.length) == name;
      if (same && last.subdomains == key.entry.subdomains) continue;
      if (same) {  // `name` and `*.name` share their bytes
        entries.push_back({last.offset, last.length, key.entry.subdomains});
        continue;
      }
    }
    entries.push_back({static_cast<uint32_t>(blob.size()), key.entry.length, key.entry.subdomains});
    blob += name;
  }
  blob.shrink_to_fit();
  entries.shrink_to_fit();
  list.blob = std::move(blob);
  list.entries = std::move(entries);
}

bool network_before(const IpNetwork& a, const IpNetwork& b) {
  return a.address != b.address ? a.address < b.address : a.prefix < b.prefix;
}

// INVARIANT afterwards: sorted, and disjoint, since a network that holds another comes first.
void compact_networks(std::vector<IpNetwork>& networks) {
  std::sort(networks.begin(), networks.end(), network_before);
  std::vector<IpNetwork> kept;
  for (const IpNetwork& network : networks) {
    if (kept.empty() || !kept.back().contains(network.address)) kept.push_back(network);
  }
  networks = std::move(kept);
}

}  // namespace

bool HostList::matches(const Host& host) const {
  if (const auto* address = std::get_if<IpAddress>(&host)) {
    const auto after = std::upper_bound(
        networks.begin(), networks.end(), *address,
        [](const IpAddress& value, const IpNetwork& network) { return value < network.address; });
    return after != networks.begin() && std::prev(after)->contains(*address);
  }
  const auto has = [&](std::string_view wanted, bool subdomains) {
    const auto found = std::lower_bound(
        entries.begin(), entries.end(), wanted, [&](const Entry& entry, std::string_view value) {
          const int order = name_of(entry).compare(value);
          return order < 0 || (order == 0 && !entry.subdomains && subdomains);
        });
    return found != entries.end() && found->subdomains == subdomains && name_of(*found) == wanted;
  };
  const std::string_view asked = std::get<std::string>(host);
  if (has(asked, false)) return true;
  for (size_t dot = asked.find('.'); dot != npos; dot = asked.find('.', dot + 1)) {
    if (has(asked.substr(dot + 1), true)) return true;
  }
  return false;
}

std::optional<HostList> read_host_list(const Sources& sources, FileId file,
                                       Diagnostics& diagnostics) {
  const std::string_view text = sources.text(file);
  if (text.size() > kMaxListBytes) {
    diagnostics.report({.kind = Kind::file_too_large,
                        .span = std::nullopt,
                        .message = fmt::format("`{}` has {} MiB; a host list may have {} MiB",
                                               printable(sources.name(file)), text.size() >> 20,
                                               kMaxListBytes >> 20)});
    return std::nullopt;
  }
  ListReader reader(text, file, diagnostics);
  if (!reader.read()) return std::nullopt;
  HostList list = reader.take();
  compact_names(list);
  compact_networks(list.networks);
  return list;
}

}  // namespace sbxc
