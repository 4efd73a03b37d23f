#include "compiler/policy/overlap.h"

#include <algorithm>

namespace sbxc {

namespace {

template <typename T, typename Test>
bool any_pair(const std::vector<T>& a, const std::vector<T>& b, const Test& test) {
  return std::any_of(a.begin(), a.end(), [&](const T& x) {
    return std::any_of(b.begin(), b.end(), [&](const T& y) { return test(x, y); });
  });
}

template <typename T, typename Test>
bool each_within(const std::vector<T>& narrow, const std::vector<T>& wide, const Test& test) {
  return std::all_of(narrow.begin(), narrow.end(), [&](const T& x) {
    return std::any_of(wide.begin(), wide.end(), [&](const T& y) { return test(y, x); });
  });
}

bool overlap(const PortSet& a, const PortSet& b) {
  return any_pair(a.ranges, b.ranges, [](const PortRange& x, const PortRange& y) {
    return x.low <= y.high && y.low <= x.high;
  });
}

// Ranges are merged, so one range lies within one other or not within the set at all.
bool covers(const PortSet& wide, const PortSet& narrow) {
  return each_within(narrow.ranges, wide.ranges, [](const PortRange& y, const PortRange& x) {
    return y.low <= x.low && x.high <= y.high;
  });
}

bool covers(const IpNetwork& wide, const IpNetwork& narrow) {
  return wide.prefix <= narrow.prefix && wide.contains(narrow.address);
}

bool overlap(const IpNetwork& a, const IpNetwork& b) { return covers(a, b) || covers(b, a); }

bool is_below(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() && name.ends_with(suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

// Whether every host of `narrow` is one of `wide`.
bool covers(const HostTest& wide, const HostTest& narrow) {
  if (wide == narrow) return true;
  const auto* network = std::get_if<IpNetwork>(&narrow);
  if (const auto* outer = std::get_if<IpNetwork>(&wide)) {
    return network != nullptr && covers(*outer, *network);
  }
  if (network != nullptr || std::holds_alternative<InList>(narrow)) return false;
  if (std::holds_alternative<AnyName>(wide)) return true;
  const auto* below = std::get_if<Subdomains>(&wide);
  if (below == nullptr) return false;
  if (const auto* exact = std::get_if<ExactName>(&narrow))
    return is_below(exact->name, below->suffix);
  const auto* sub = std::get_if<Subdomains>(&narrow);
  return sub != nullptr && is_below(sub->suffix, below->suffix);
}

bool overlap(const HostTest& a, const HostTest& b) {
  if (std::holds_alternative<InList>(a) || std::holds_alternative<InList>(b)) return true;
  const auto* x = std::get_if<IpNetwork>(&a);
  const auto* y = std::get_if<IpNetwork>(&b);
  if (x != nullptr && y != nullptr) return overlap(*x, *y);
  return covers(a, b) || covers(b, a);
}

using SocketTest = std::variant<PathGlob, AbstractSocket>;

// An abstract name's `*` takes `/` too, and its text is compared as one name.
template <typename Test>
bool compare_sockets(const SocketTest& a, const SocketTest& b, const Test& test) {
  if (a.index() != b.index()) return false;
  if (const auto* path = std::get_if<PathGlob>(&a)) return test(*path, std::get<PathGlob>(b));
  return test(std::get<AbstractSocket>(a).name, std::get<AbstractSocket>(b).name);
}

struct Overlap {
  bool operator()(const PathPattern& a, const PathPattern& b) const {
    return any_pair(a.globs, b.globs,
                    [](const PathGlob& x, const PathGlob& y) { return sbxc::overlap(x, y); });
  }
  bool operator()(const ConnectPattern& a, const ConnectPattern& b) const {
    return overlap(a.ports, b.ports) &&
           any_pair(a.hosts, b.hosts,
                    [](const HostTest& x, const HostTest& y) { return overlap(x, y); });
  }
  bool operator()(const ListenPattern& a, const ListenPattern& b) const {
    return overlap(a.ports, b.ports) &&
           any_pair(a.addresses, b.addresses,
                    [](const IpNetwork& x, const IpNetwork& y) { return overlap(x, y); });
  }
  bool operator()(const SocketPattern& a, const SocketPattern& b) const {
    return any_pair(a.tests, b.tests, [](const SocketTest& x, const SocketTest& y) {
      return compare_sockets(x, y,
                             [](const auto& p, const auto& q) { return sbxc::overlap(p, q); });
    });
  }
  bool operator()(const NamePattern& a, const NamePattern& b) const {
    return any_pair(a.globs, b.globs,
                    [](const NameGlob& x, const NameGlob& y) { return sbxc::overlap(x, y); });
  }
  bool operator()(const SyscallPattern& a, const SyscallPattern& b) const {
    return std::any_of(a.calls.begin(), a.calls.end(),
                       [&](SyscallId call) { return b.matches(call); });
  }
  template <typename A, typename B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

struct Covers {
  bool operator()(const PathPattern& wide, const PathPattern& narrow) const {
    return each_within(narrow.globs, wide.globs,
                       [](const PathGlob& y, const PathGlob& x) { return sbxc::covers(y, x); });
  }
  bool operator()(const ConnectPattern& wide, const ConnectPattern& narrow) const {
    return covers(wide.ports, narrow.ports) &&
           each_within(narrow.hosts, wide.hosts,
                       [](const HostTest& y, const HostTest& x) { return covers(y, x); });
  }
  bool operator()(const ListenPattern& wide, const ListenPattern& narrow) const {
    return covers(wide.ports, narrow.ports) &&
           each_within(narrow.addresses, wide.addresses,
                       [](const IpNetwork& y, const IpNetwork& x) { return covers(y, x); });
  }
  bool operator()(const SocketPattern& wide, const SocketPattern& narrow) const {
    return each_within(narrow.tests, wide.tests, [](const SocketTest& y, const SocketTest& x) {
      return compare_sockets(y, x, [](const auto& p, const auto& q) { return sbxc::covers(p, q); });
    });
  }
  bool operator()(const NamePattern& wide, const NamePattern& narrow) const {
    return each_within(narrow.globs, wide.globs,
                       [](const NameGlob& y, const NameGlob& x) { return sbxc::covers(y, x); });
  }
  bool operator()(const SyscallPattern& wide, const SyscallPattern& narrow) const {
    return std::all_of(narrow.calls.begin(), narrow.calls.end(),
                       [&](SyscallId call) { return wide.matches(call); });
  }
  template <typename A, typename B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

struct Text {
  std::string out;

  void add(std::string_view part) {
    if (!out.empty()) out += ' ';
    out += part;
  }
  void operator()(const PathPattern& p) {
    for (const PathGlob& glob : p.globs) add(glob.text());
  }
  void operator()(const ConnectPattern& p) {
    for (const HostTest& host : p.hosts) add(text(host));
    out += ":" + p.ports.text();
  }
  void operator()(const ListenPattern& p) {
    for (const IpNetwork& network : p.addresses) add(network.text());
    out += ":" + p.ports.text();
  }
  void operator()(const SocketPattern& p) {
    for (const auto& test : p.tests) {
      const auto* path = std::get_if<PathGlob>(&test);
      add(path != nullptr ? path->text() : "@" + std::get<AbstractSocket>(test).name.text());
    }
  }
  void operator()(const NamePattern& p) {
    for (const NameGlob& glob : p.globs) add(glob.text());
  }
  void operator()(const SyscallPattern& p) {
    for (const SyscallId call : p.calls) add(syscall(call).name);
  }
};

}  // namespace

bool overlap(const Pattern& a, const Pattern& b) { return std::visit(Overlap{}, a, b); }

bool covers(const Pattern& wide, const Pattern& narrow) {
  return std::visit(Covers{}, wide, narrow);
}

bool covers(const std::vector<Pattern>& wide, const Pattern& narrow) {
  return std::any_of(wide.begin(), wide.end(),
                     [&](const Pattern& one) { return covers(one, narrow); });
}

std::string text(const Pattern& pattern) {
  Text text;
  std::visit(text, pattern);
  return text.out;
}

}  // namespace sbxc
