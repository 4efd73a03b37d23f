// One list for each pattern of each rule, and for each list file two: one for the names in it, one
// for names written with `*.`. Which requests a policy decides in the same way follows from it;
// what it decides is decide()'s to say.
#include "backends/proxy/read/policy_claims.h"

namespace sbxc::hosts {

namespace {

class Collector {
 public:
  explicit Collector(const Policy& policy) : policy_(policy), uses_(policy.lists.size()) {}

  void add(const Rule& rule) {
    for (const Pattern& pattern : rule.patterns) add(rule, pattern, {});
    for (const Pattern& pattern : rule.except) add(rule, pattern, {.except = true});
  }

  Claims take() {
    for (size_t i = 0; i < uses_.size(); ++i) add_list(policy_.lists[i], uses_[i]);
    return std::move(out_);
  }

 private:
  void add(const Rule& rule, const Pattern& pattern, Entry entry) {
    const auto* connect = std::get_if<ConnectPattern>(&pattern);
    if (connect == nullptr) return;
    entry.group = static_cast<uint32_t>(rule.id);
    entry.rule = rule.id;
    entry.effect = rule.effect;
    entry.where = entry.group;
    entry.port_set = static_cast<uint32_t>(out_.port_sets.size());
    out_.port_sets.push_back(connect->ports.ranges);
    for (const HostTest& test : connect->hosts) {
      std::visit([&](const auto& host) { add_host(host, entry); }, test);
    }
  }

  void add_host(const ExactName& host, Entry entry) {
    entry.itself = true;
    out_.names.push_back({host.name, list_of({entry})});
  }
  void add_host(const Subdomains& host, Entry entry) {
    entry.below = true;
    out_.names.push_back({host.suffix, list_of({entry})});
  }
  void add_host(const AnyName&, Entry entry) {
    entry.itself = true;
    out_.every_name.push_back(list_of({entry}));
  }
  void add_host(const IpNetwork& network, Entry entry) {
    entry.itself = true;
    add_network(network, list_of({entry}));
  }
  void add_host(const InList& in, const Entry& entry) {
    uses_[static_cast<size_t>(in.list)].push_back(entry);
  }

  void add_list(const HostList& list, std::vector<Entry> uses) {
    if (uses.empty()) return;
    for (Entry& use : uses) use.itself = true;
    const List itself = list_of(uses);
    for (Entry& use : uses) {
      use.itself = false;
      use.below = true;
    }
    const List below = list_of(uses);
    for (const HostList::Entry& entry : list.entries) {
      out_.names.push_back({list.name_of(entry), entry.subdomains ? below : itself});
    }
    for (const IpNetwork& network : list.networks) add_network(network, itself);
  }

  void add_network(const IpNetwork& network, List list) {
    IpAddress last = network.address;
    for (size_t bit = network.prefix; bit < last.bits(); ++bit) {
      last.bytes[bit / 8] = static_cast<uint8_t>(last.bytes[bit / 8] | 0x80U >> bit % 8);
    }
    out_.addresses.push_back({network.address, last, list});
  }

  List list_of(const std::vector<Entry>& entries) {
    const auto first = static_cast<uint32_t>(out_.entries.size());
    out_.entries.insert(out_.entries.end(), entries.begin(), entries.end());
    return {first, static_cast<uint32_t>(out_.entries.size())};
  }

  const Policy& policy_;
  Claims out_;
  std::vector<std::vector<Entry>> uses_;  // by ListId
};

}  // namespace

Claims claims_of(const Policy& policy, Os os) {
  Collector collector(policy);
  for (const Rule& rule : policy.rules) {
    if (rule.operation == Operation::connect && rule.os.has(os)) collector.add(rule);
  }
  return collector.take();
}

}  // namespace sbxc::hosts
