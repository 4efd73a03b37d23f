// Names. Claims speak of a name itself and of the names below it. Let M be the names that either
// side mentions. A name's lists follow from which of its suffixes are in M, and whether the name is
// itself in M; so these regions cover all names, and within each all names have the same lists:
//   - each name of M, by itself;
//   - for each n of M, the names below n of which no longer suffix is in M;
//   - the names without a suffix in M.
// Addresses. The first and the last addresses of all claims cut each family into intervals; within
// one, the same claims hold. IPv4-mapped IPv6 addresses are no requests: they are cut out.
//
// A name of M that is not canonical is no request, nor is any name below it.
#include "backends/proxy/read/host_regions.h"

#include <algorithm>
#include <array>
#include <map>

#include "compiler/pattern/host_name.h"

namespace sbxc::hosts {

namespace {

constexpr size_t kMostNameBytes = 253;

bool is_canonical(std::string_view name) {
  if (is_plain_host_name(name)) return true;
  const auto canonical = canonical_host_name(name);
  return canonical && *canonical == name;
}

// `a` … `z`, digits, `-`, `_`, then labels of two such bytes, and so on. Begins with a letter when
// the label is to stand alone, where a number would be none.
std::string label_numbered(size_t index, bool alone) {
  constexpr std::string_view kBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  if (alone) return "x" + label_numbered(index, false);
  std::string label;
  for (size_t rest = index + 1; rest > 0; rest = (rest - 1) / kBytes.size()) {
    label.insert(label.begin(), kBytes[(rest - 1) % kBytes.size()]);
  }
  return label;
}

class Names {
 public:
  Names(const HostIndex& one, const HostIndex& other) : sides_{&one, &other} {}

  void run(const std::function<void(const Region&)>& visit) {
    for (size_t side = 0; side < 2; ++side) {
      std::string_view before;
      for (const NamedList& named : sides_[side]->claims().names) {
        if (named.name == before) continue;  // neighbours are often the same; others do no harm
        before = named.name;
        if (side == 1 && sides_[0]->mentions(named.name)) continue;
        if (is_canonical(named.name)) visit_name(named.name, visit);
      }
    }
    visit_others(visit);
  }

 private:
  bool is_mentioned(std::string_view name) const {
    return sides_[0]->mentions(name) || sides_[1]->mentions(name);
  }

  void fill(std::string_view name, HostIndex::Of of) {
    for (size_t side = 0; side < 2; ++side) {
      region_.hits[side].clear();
      sides_[side]->add_hits(name, of, region_.hits[side]);
      tidy(region_.hits[side]);
    }
  }

  void visit_name(std::string_view name, const std::function<void(const Region&)>& visit) {
    fill(name, HostIndex::Of::itself);
    region_.example = [=] { return std::string(name); };
    visit(region_);
    // Labels of a dozen bytes are more than can be mentioned.
    const bool surely = name.size() + 16 < kMostNameBytes;
    if (!surely && !name_below(name)) return;
    fill(name, HostIndex::Of::below);
    region_.example = [this, name] { return *name_below(name); };
    visit(region_);
  }

  // Nothing when every name below is mentioned or too long.
  std::optional<std::string> name_below(std::string_view name) const {
    for (size_t i = 0;; ++i) {
      const std::string label = label_numbered(i, false);
      std::string below = label + "." + std::string(name);
      if (below.size() > kMostNameBytes) return std::nullopt;
      if (!is_mentioned(below)) return below;
    }
  }

  void visit_others(const std::function<void(const Region&)>& visit) {
    for (size_t side = 0; side < 2; ++side) {
      region_.hits[side].clear();
      for (const List& list : sides_[side]->claims().every_name) {
        region_.hits[side].push_back({list});
      }
      tidy(region_.hits[side]);
    }
    region_.example = [&]() -> Host {
      for (const std::string name : {"example.org", "example.net", "example.test"}) {
        if (!is_mentioned(name) && !is_mentioned(name.substr(8))) return name;
      }
      for (size_t i = 0;; ++i) {
        std::string name = label_numbered(i, true);
        if (!is_mentioned(name)) return name;
      }
    };
    visit(region_);
  }

  std::array<const HostIndex*, 2> sides_;
  Region region_;
};

std::optional<IpAddress> address_after(IpAddress address) {
  for (size_t byte = address.bits() / 8U; byte-- > 0;) {
    if (++address.bytes[byte] != 0) return address;
  }
  return std::nullopt;
}

bool is_mapped(const IpAddress& address) {
  constexpr std::array<uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return address.v6 && std::equal(kPrefix.begin(), kPrefix.end(), address.bytes.begin());
}

class Addresses {
 public:
  Addresses(const HostIndex& one, const HostIndex& other) {
    for (const bool v6 : {false, true}) cuts_[IpAddress{.v6 = v6}];
    IpAddress mapped{.v6 = true};
    mapped.bytes[10] = mapped.bytes[11] = 0xff;
    cuts_[mapped];
    for (size_t byte = 12; byte < 16; ++byte) mapped.bytes[byte] = 0xff;
    cuts_[*address_after(mapped)];
    size_t side = 0;
    for (const HostIndex* index : {&one, &other}) {
      for (const AddressList& claim : index->claims().addresses) {
        cuts_[claim.first].push_back({side, claim.list, 1});
        if (const auto after = address_after(claim.last)) {
          cuts_[*after].push_back({side, claim.list, -1});
        }
      }
      ++side;
    }
  }

  void run(const std::function<void(const Region&)>& visit) {
    Region region;
    std::map<List, int> holding[2];
    bool v6 = false;
    for (const auto& [address, changes] : cuts_) {
      if (address.v6 != v6) {  // what reaches to the end of IPv4 has no change behind it
        for (auto& side : holding) side.clear();
        v6 = true;
      }
      for (const Change& change : changes) {
        int& count = holding[change.side][change.list];
        count += change.by;
        if (count == 0) holding[change.side].erase(change.list);
      }
      if (is_mapped(address)) continue;
      for (size_t side = 0; side < 2; ++side) {
        region.hits[side].clear();
        for (const auto& [list, count] : holding[side]) region.hits[side].push_back({list});
      }
      region.example = [&at = address] { return at; };
      visit(region);
    }
  }

 private:
  struct Change {
    size_t side;
    List list;
    int by;
  };
  std::map<IpAddress, std::vector<Change>> cuts_;  // IPv4 first
};

}  // namespace

void for_each_region(const HostIndex& one, const HostIndex& other,
                     const std::function<void(const Region&)>& visit) {
  Names(one, other).run(visit);
  Addresses(one, other).run(visit);
}

}  // namespace sbxc::hosts
