#include "backends/proxy/table_uses.h"

#include <algorithm>

namespace sbxc {

namespace {

void sort_unique(std::vector<Use>& uses) {
  std::sort(uses.begin(), uses.end());
  uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
}

class Collector {
 public:
  explicit Collector(const Policy& policy) : policy_(policy), list_uses_(policy.lists.size()) {}

  void add(const Rule& rule) {
    const auto index = static_cast<uint32_t>(out_.rules.size());
    out_.rules.push_back(&rule);
    for (const Pattern& pattern : rule.patterns) add(pattern, index, false);
    for (const Pattern& pattern : rule.except) add(pattern, index, true);
  }

  TableUses take() {
    for (size_t i = 0; i < list_uses_.size(); ++i) add_list(policy_.lists[i], list_uses_[i]);
    sort_unique(out_.any_name);
    return std::move(out_);
  }

 private:
  void add(const Pattern& pattern, uint32_t rule, bool except) {
    const auto* connect = std::get_if<ConnectPattern>(&pattern);
    if (connect == nullptr) return;  // of another operation: matches no host
    const Use use{rule, port_set(connect->ports), except};
    for (const HostTest& test : connect->hosts) {
      std::visit([&](const auto& host) { add(host, use); }, test);
    }
  }

  void add(const ExactName& host, const Use& use) {
    out_.names.push_back({host.name, group({use}), false});
  }
  void add(const Subdomains& host, const Use& use) {
    out_.names.push_back({host.suffix, group({use}), true});
  }
  void add(const AnyName&, const Use& use) { out_.any_name.push_back(use); }
  void add(const IpNetwork& network, const Use& use) {
    out_.networks.push_back({network, group({use})});
  }
  void add(const InList& in, const Use& use) {
    list_uses_[static_cast<size_t>(in.list)].push_back(use);
  }

  void add_list(const HostList& list, std::vector<Use> uses) {
    if (uses.empty()) return;
    const GroupId id = group(std::move(uses));
    out_.names.reserve(out_.names.size() + list.entries.size());
    for (const HostList::Entry& entry : list.entries) {
      out_.names.push_back({list.name_of(entry), id, entry.subdomains});
    }
    for (const IpNetwork& network : list.networks) out_.networks.push_back({network, id});
  }

  uint32_t port_set(const PortSet& ports) {
    const auto [found, fresh] =
        port_sets_.emplace(ports.text(), static_cast<uint32_t>(out_.port_sets.size()));
    if (fresh) out_.port_sets.push_back(ports);
    return found->second;
  }

  GroupId group(std::vector<Use> uses) {
    sort_unique(uses);
    const auto [found, fresh] =
        groups_.emplace(std::move(uses), static_cast<uint32_t>(out_.groups.size()));
    if (fresh) out_.groups.push_back(found->first);
    return GroupId{found->second};
  }

  const Policy& policy_;
  TableUses out_;
  std::vector<std::vector<Use>> list_uses_;  // by ListId
  std::map<std::string, uint32_t> port_sets_;
  std::map<std::vector<Use>, uint32_t> groups_;
};

}  // namespace

TableUses collect_uses(const Policy& policy, Os os) {
  Collector collector(policy);
  for (const Rule& rule : policy.rules) {
    if (rule.operation == Operation::connect && rule.os.has(os)) collector.add(rule);
  }
  return collector.take();
}

}  // namespace sbxc
