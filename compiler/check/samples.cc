#include "compiler/check/samples.h"

#include <algorithm>

namespace sbxc {

namespace {

constexpr size_t kMostPorts = 64;                      // tried one by one
constexpr size_t kMostHosts = 16;                      // of a list file
constexpr std::string_view kFillers[] = {"rsa", "a"};  // `id_*` becomes `id_rsa`

char member_of(const ByteSet& set) {
  for (const char c : std::string_view("a0A_.-")) {
    if (set.test(static_cast<unsigned char>(c))) return c;
  }
  for (size_t i = 1; i < set.size(); ++i) {
    if (set.test(i)) return static_cast<char>(i);
  }
  return 'a';
}

std::string fill(const NameGlob& glob, std::string_view filler) {
  std::string out;
  for (const NameAtom& atom : glob.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      out += literal->bytes;
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      out += member_of(*set);
    } else {
      out += filler;
    }
  }
  return out;
}

// `**` stands for no component and for one.
std::string fill(const PathGlob& glob, std::string_view filler, bool deep) {
  std::string out;
  for (const Component& component : glob.components) {
    if (const auto* name = std::get_if<NameGlob>(&component)) {
      out += "/" + fill(*name, filler);
    } else if (deep) {
      out += "/";
      out += filler;
    }
  }
  return out.empty() ? "/" : out;
}

struct Sampler {
  const Policy& policy;
  Operation operation;
  Samples out{.requests = {}, .complete = true};

  void add(std::string text) { out.requests.push_back({operation, std::move(text)}); }

  void add_path(const PathGlob& glob) {
    if (glob.is_literal()) {
      add(glob.literal_prefix());
      return;
    }
    out.complete = false;
    for (const std::string_view filler : kFillers) {
      for (const bool deep : {false, true}) {
        std::string path = fill(glob, filler, deep);
        if (glob.matches(path)) add(std::move(path));
      }
    }
  }
  void add_name(const NameGlob& glob, const std::string& prefix) {
    if (const auto literal = glob.literal()) {
      add(prefix + *literal);
      return;
    }
    out.complete = false;
    for (const std::string_view filler : kFillers) {
      std::string name = fill(glob, filler);
      if (glob.matches(name)) add(prefix + name);
    }
  }
  void add_host(const Host& host, const PortSet& ports) {
    size_t left = kMostPorts;
    for (const PortRange& range : ports.ranges) {
      for (uint32_t port = range.low; port <= range.high; ++port) {
        if (left == 0) {
          out.complete = false;
          out.requests.push_back({operation, HostRequest{host, range.high}});
          break;
        }
        --left;
        out.requests.push_back({operation, HostRequest{host, static_cast<uint16_t>(port)}});
      }
    }
  }
  void add_network(const IpNetwork& network, const PortSet& ports) {
    if (network.prefix < network.address.bits()) out.complete = false;
    add_host(network.address, ports);
  }
  void add_list(const HostList& list, const PortSet& ports) {
    size_t left = kMostHosts;
    for (const HostList::Entry& entry : list.entries) {
      if (left-- == 0) break;
      const std::string name(list.name_of(entry));
      add_host(entry.subdomains ? "www." + name : name, ports);
    }
    out.complete = out.complete && list.entries.size() <= kMostHosts && list.networks.empty() &&
                   std::none_of(list.entries.begin(), list.entries.end(),
                                [](const HostList::Entry& entry) { return entry.subdomains; });
  }

  void operator()(const PathPattern& pattern) {
    for (const PathGlob& glob : pattern.globs) add_path(glob);
  }
  void operator()(const ConnectPattern& pattern) {
    for (const HostTest& test : pattern.hosts) {
      if (const auto* exact = std::get_if<ExactName>(&test)) {
        add_host(exact->name, pattern.ports);
      } else if (const auto* network = std::get_if<IpNetwork>(&test)) {
        add_network(*network, pattern.ports);
      } else if (const auto* list = std::get_if<InList>(&test)) {
        add_list(policy.lists[static_cast<size_t>(list->list)], pattern.ports);
      } else {
        out.complete = false;
        const auto* below = std::get_if<Subdomains>(&test);
        add_host(below != nullptr ? "www." + below->suffix : "www.example.com", pattern.ports);
      }
    }
  }
  void operator()(const ListenPattern& pattern) {
    for (const IpNetwork& network : pattern.addresses) add_network(network, pattern.ports);
  }
  void operator()(const SocketPattern& pattern) {
    for (const auto& test : pattern.tests) {
      if (const auto* path = std::get_if<PathGlob>(&test)) {
        add_path(*path);
      } else {
        add_name(std::get<AbstractSocket>(test).name, "@");
      }
    }
  }
  void operator()(const NamePattern& pattern) {
    for (const NameGlob& glob : pattern.globs) add_name(glob, "");
  }
  void operator()(const SyscallPattern& pattern) {
    for (const SyscallId call : pattern.calls) out.requests.push_back({operation, call});
  }
};

}  // namespace

Samples samples_of(const Policy& policy, Operation operation, const Pattern& pattern) {
  Sampler sampler{policy, operation};
  std::visit(sampler, pattern);
  return std::move(sampler.out);
}

}  // namespace sbxc
