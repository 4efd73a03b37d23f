// Two networks are disjoint or one holds the other, so a sweep over them in order of (address,
// prefix) with a stack of the open ones meets every boundary: where a network opens, its uses join
// those of the networks around it; where it closes, what is around it goes on. There are at most
// 2n + 1 intervals, and the list of each is worked out once, when its network opens.
#include "backends/proxy/address_intervals.h"

#include <algorithm>
#include <optional>

namespace sbxc {

namespace {

// The first address behind the network; nothing behind the last one.
std::optional<IpAddress> address_after(const IpNetwork& network) {
  IpAddress address = network.address;
  // Adding one to the last bit of the prefix carries towards the front.
  for (size_t bit = network.prefix; bit-- > 0;) {
    const auto mask = static_cast<uint8_t>(0x80U >> (bit % 8));
    address.bytes[bit / 8] ^= mask;
    if ((address.bytes[bit / 8] & mask) != 0) return address;
  }
  return std::nullopt;
}

struct Open {
  IpNetwork network;
  std::vector<Use> uses;
  uint32_t list;
};

class Sweep {
 public:
  explicit Sweep(EntryLists& lists) : lists_(lists) {}

  void open(const IpNetwork& network, const std::vector<Use>& own) {
    while (!stack_.empty() && !stack_.back().network.contains(network.address)) close();
    std::vector<Use> all = stack_.empty() ? std::vector<Use>() : stack_.back().uses;
    all.insert(all.end(), own.begin(), own.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    const uint32_t list = lists_.list_for_all(all);
    stack_.push_back({network, std::move(all), list});
    begin(network.address, list);
  }

  std::vector<Interval> finish() {
    while (!stack_.empty()) close();
    return std::move(intervals_);
  }

  void begin(const IpAddress& start, uint32_t list) {
    if (!intervals_.empty() && intervals_.back().start == start) intervals_.pop_back();
    if (!intervals_.empty() && intervals_.back().list == list) return;
    intervals_.push_back({start, list});
  }

 private:
  void close() {
    const auto after = address_after(stack_.back().network);
    stack_.pop_back();
    if (after) begin(*after, stack_.empty() ? host_table::kNone : stack_.back().list);
  }

  EntryLists& lists_;
  std::vector<Open> stack_;
  std::vector<Interval> intervals_;
};

}  // namespace

std::vector<Interval> intervals_of(const TableUses& uses, bool v6, EntryLists& lists) {
  std::vector<HostNetwork> networks;
  for (const HostNetwork& network : uses.networks) {
    if (network.network.address.v6 == v6) networks.push_back(network);
  }
  if (networks.empty()) return {};
  std::sort(networks.begin(), networks.end(), [](const HostNetwork& a, const HostNetwork& b) {
    if (a.network.address != b.network.address) return a.network.address < b.network.address;
    return a.network.prefix < b.network.prefix;
  });
  Sweep sweep(lists);
  sweep.begin({.v6 = v6}, host_table::kNone);
  for (const HostNetwork& network : networks) {
    sweep.open(network.network, uses.groups[static_cast<size_t>(network.group)]);
  }
  return sweep.finish();
}

}  // namespace sbxc
