// A name and what is below it each have the lists of the claims that speak of them; hosts with the
// same lists share one map of ports, so a list of a million names is worked out once.
#include "backends/proxy/read/host_space_of.h"

#include <algorithm>
#include <map>
#include <set>

#include "backends/proxy/read/host_index.h"
#include "compiler/decisions/address_range.h"
#include "compiler/decisions/rule_marks.h"

namespace sbxc::hosts {

namespace {

class SpaceOfClaims {
 public:
  explicit SpaceOfClaims(const Claims& claims)
      : claims_(claims),
        index_(claims),
        builder_(ports_of(hits_of("", HostIndex::Of::below)), ports_of({})) {}

  HostSpace run() && {
    for (const NamedList& one : claims_.names) {
      const HostSpace::Node node = builder_.node(one.name);
      builder_.set_exact(node, leaf_of(hits_of(one.name, HostIndex::Of::itself)));
      builder_.set_below(node, leaf_of(hits_of(one.name, HostIndex::Of::below)));
    }
    for (const bool v6 : {false, true}) add_addresses(v6);
    return std::move(builder_).build();
  }

 private:
  std::vector<Hit> hits_of(std::string_view name, HostIndex::Of of) const {
    std::vector<Hit> hits;
    index_.add_hits(name, of, hits);
    tidy(hits);
    return hits;
  }

  // Pieces from where one list starts or the one before it has ended.
  void add_addresses(bool v6) {
    std::set<IpAddress> starts{every_address(v6).first};
    for (const AddressList& one : claims_.addresses) {
      if (one.first.v6 != v6) continue;
      starts.insert(one.first);
      if (const auto behind = next(one.last)) starts.insert(*behind);
    }
    std::vector<HostSpace::AddressPiece> pieces;
    for (const IpAddress& from : starts) {
      const HostSpace::Leaf leaf = leaf_of(index_.hits(Host(from)));
      if (pieces.empty() || pieces.back().leaf != leaf) pieces.push_back({from, leaf});
    }
    builder_.set_pieces(v6, std::move(pieces));
  }

  HostSpace::Leaf leaf_of(const std::vector<Hit>& hits) {
    const auto [found, fresh] = leaves_.try_emplace(hits);
    if (fresh) found->second = builder_.leaf(ports_of(hits));
    return found->second;
  }

  PortMap ports_of(const std::vector<Hit>& hits) const {
    std::set<uint32_t> starts{1};
    for (const Hit& hit : hits) {
      for (uint32_t i = hit.list.first; i < hit.list.end; ++i) {
        for (const PortRange& range : claims_.port_sets[claims_.entries[i].port_set]) {
          starts.insert(std::max<uint32_t>(range.low, 1));
          starts.insert(uint32_t{range.high} + 1);
        }
      }
    }
    PortMap map;
    for (const uint32_t start : starts) {
      if (start > 65535) break;
      const auto low = static_cast<uint16_t>(start);
      const automata::Label label = label_of(evaluate(claims_, hits, low).verdict);
      if (map.empty() || map.back().label != label) map.push_back({low, label});
    }
    return map;
  }

  const Claims& claims_;
  HostIndex index_;
  std::map<std::vector<Hit>, HostSpace::Leaf> leaves_;
  HostSpaceBuilder builder_;
};

}  // namespace

HostSpace host_space_of(const Claims& claims) { return SpaceOfClaims(claims).run(); }

}  // namespace sbxc::hosts
