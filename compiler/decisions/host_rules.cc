// Each name collects the marks of patterns for exactly it, and those of `*.` patterns at it and
// above; each address those of the networks around it, which are nested or apart. A host's marks
// are pieces of ports with sets of marks. Both are shared by number, so a list of a million names
// is a million equal numbers.
#include "compiler/decisions/host_rules.h"

#include <algorithm>
#include <map>

#include "compiler/decisions/address_range.h"

namespace sbxc {

namespace {

using automata::Mark;

enum class Marking : uint32_t {};  // pieces of ports with sets of marks, by number
constexpr Marking kUnmarked{0};

// Markings by number, and their union. Sets of marks are labels of port maps here.
class Markings {
 public:
  explicit Markings(size_t most_pieces) : most_pieces_(most_pieces) {
    sets_.emplace_back();
    set_numbers_.emplace(std::vector<Mark>{}, automata::Label{0});
    maps_.push_back(every_port(automata::Label{0}));
  }

  Marking of(Mark mark, const PortSet& ports) {
    return number(port_map(ports, set_number({mark}), automata::Label{0}));
  }

  Marking both(Marking a, Marking b) {
    if (a == kUnmarked || a == b) return b;
    if (b == kUnmarked) return a;
    const auto [found, fresh] = unions_.try_emplace({a, b});
    if (fresh) {
      found->second = number(join(map(a), map(b), [this](automata::Label x, automata::Label y) {
        return set_union(x, y);
      }));
    }
    return found->second;
  }

  PortMap folded(Marking marking, const automata::Folding& folding) {
    PortMap out;
    for (const PortPiece& piece : map(marking)) {
      const automata::Label label = folding.label(sets_[static_cast<size_t>(piece.label)]);
      if (out.empty() || out.back().label != label) out.push_back({piece.low, label});
    }
    return out;
  }

  bool overflowed() const { return pieces_ > most_pieces_; }

 private:
  const PortMap& map(Marking marking) const { return maps_[static_cast<size_t>(marking)]; }

  Marking number(PortMap map) {
    std::vector<uint64_t> key;
    for (const PortPiece& piece : map) {
      key.push_back(uint64_t{piece.low} << 32 | static_cast<uint32_t>(piece.label));
    }
    const auto [found, fresh] = map_numbers_.try_emplace(std::move(key));
    if (fresh) {
      found->second = static_cast<Marking>(maps_.size());
      pieces_ += map.size();
      maps_.push_back(std::move(map));
    }
    return found->second;
  }

  automata::Label set_number(std::vector<Mark> sorted) {
    const auto [found, fresh] = set_numbers_.try_emplace(sorted);
    if (fresh) {
      found->second = static_cast<automata::Label>(sets_.size());
      sets_.push_back(std::move(sorted));
    }
    return found->second;
  }

  automata::Label set_union(automata::Label a, automata::Label b) {
    if (a == b || a == automata::Label{0}) return b;
    if (b == automata::Label{0}) return a;
    const auto& x = sets_[static_cast<size_t>(a)];
    const auto& y = sets_[static_cast<size_t>(b)];
    std::vector<Mark> all;
    std::set_union(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(all));
    return set_number(std::move(all));
  }

  size_t most_pieces_;
  size_t pieces_ = 0;
  std::vector<std::vector<Mark>> sets_;
  std::map<std::vector<Mark>, automata::Label> set_numbers_;
  std::vector<PortMap> maps_;
  std::map<std::vector<uint64_t>, Marking> map_numbers_;
  std::map<std::pair<Marking, Marking>, Marking> unions_;
};

struct MarkedNetwork {
  IpNetwork network;
  Marking marking;
};

class HostRules {
 public:
  HostRules(const Policy& policy, Operation operation, const automata::Folding& folding,
            size_t most_pieces)
      : policy_(policy),
        folding_(folding),
        markings_(most_pieces),
        named_(operation == Operation::connect),
        builder_(every_port(automata::Label{}), every_port(automata::Label{})) {}

  tl::expected<HostSpace, HostOverflow> run(const std::vector<MarkedPatterns>& rules) {
    RuleId before = rules.empty() ? RuleId{} : rules.front().rule;
    for (const MarkedPatterns& marked : rules) {
      for (const Pattern& pattern : marked.patterns) add(pattern, marked.mark);
      if (markings_.overflowed()) return tl::unexpected(HostOverflow{before, marked.rule});
      before = marked.rule;
    }
    if (!finish_names() || !finish_addresses()) {
      return tl::unexpected(HostOverflow{rules.front().rule, rules.back().rule});
    }
    return std::move(builder_).build();
  }

 private:
  using Node = HostSpace::Node;

  void add(const Pattern& pattern, Mark mark) {
    if (const auto* connect = std::get_if<ConnectPattern>(&pattern)) {
      const Marking marking = markings_.of(mark, connect->ports);
      for (const HostTest& host : connect->hosts) {
        std::visit([&](const auto& test) { add(test, marking); }, host);
      }
    } else if (const auto* listen = std::get_if<ListenPattern>(&pattern)) {
      const Marking marking = markings_.of(mark, listen->ports);
      for (const IpNetwork& network : listen->addresses) add(network, marking);
    }
  }
  void add(const ExactName& exact, Marking marking) { add_to(exact_, exact.name, marking); }
  void add(const Subdomains& below, Marking marking) { add_to(below_, below.suffix, marking); }
  void add(const AnyName&, Marking marking) { add_to(below_, "", marking); }
  void add(const IpNetwork& network, Marking marking) {
    networks_[network.address.v6 ? 1 : 0].push_back({network, marking});
  }
  void add(const InList& in, Marking marking) {
    const HostList& list = policy_.lists[static_cast<size_t>(in.list)];
    for (const HostList::Entry& entry : list.entries) {
      add_to(entry.subdomains ? below_ : exact_, list.name_of(entry), marking);
    }
    for (const IpNetwork& network : list.networks) add(network, marking);
  }

  void add_to(std::vector<Marking>& where, std::string_view name, Marking marking) {
    const Node node = builder_.node(name);
    if (where.size() < builder_.node_count()) where.resize(builder_.node_count(), kUnmarked);
    Marking& at = where[static_cast<size_t>(node)];
    at = markings_.both(at, marking);
  }

  HostSpace::Leaf leaf_of(Marking marking) {
    const auto [found, fresh] = leaves_.try_emplace(marking);
    if (fresh) found->second = builder_.leaf(markings_.folded(marking, folding_));
    return found->second;
  }

  bool finish_names() {
    const size_t count = builder_.node_count();
    exact_.resize(count, kUnmarked);
    below_.resize(count, kUnmarked);
    if (!named_) {  // a name is no request
      builder_.set_below(HostSpace::kRoot, builder_.leaf(every_port(automata::kOutside)));
      return true;
    }
    for (size_t i = 0; i < count; ++i) {
      const auto node = static_cast<Node>(i);
      Marking above = kUnmarked;  // complete already: a parent comes first
      if (i > 0) above = below_[static_cast<size_t>(builder_.parent_of(node))];
      below_[i] = markings_.both(above, below_[i]);
      if (i > 0) builder_.set_exact(node, leaf_of(markings_.both(above, exact_[i])));
      builder_.set_below(node, leaf_of(below_[i]));
      if (markings_.overflowed()) return false;
    }
    return true;
  }

  bool finish_addresses() { return finish_family(false) && finish_family(true); }

  // A sweep: networks in order, wider ones first, with a stack of those around the current place.
  bool finish_family(bool v6) {
    auto& networks = networks_[v6 ? 1 : 0];
    std::sort(networks.begin(), networks.end(), [](const MarkedNetwork& a, const MarkedNetwork& b) {
      if (a.network.address != b.network.address) return a.network.address < b.network.address;
      return a.network.prefix < b.network.prefix;
    });
    struct Around {
      IpAddress last;
      Marking marking;
    };
    std::vector<Around> stack{{every_address(v6).last, kUnmarked}};
    std::vector<HostSpace::AddressPiece> pieces;
    const auto emit = [&](const IpAddress& from, Marking marking) {
      if (!pieces.empty() && pieces.back().from == from) pieces.pop_back();
      pieces.push_back({from, leaf_of(marking)});
    };
    const auto close = [&] {
      const auto behind = next(stack.back().last);
      stack.pop_back();
      if (behind && !stack.empty()) emit(*behind, stack.back().marking);
    };
    emit(every_address(v6).first, kUnmarked);
    for (const MarkedNetwork& marked : networks) {
      while (stack.back().last < marked.network.address) close();
      const Marking marking = markings_.both(stack.back().marking, marked.marking);
      stack.push_back({range_of(marked.network).last, marking});
      emit(marked.network.address, marking);
      if (markings_.overflowed()) return false;
    }
    while (!stack.empty()) close();
    builder_.set_pieces(v6, std::move(pieces));
    return true;
  }

  const Policy& policy_;
  const automata::Folding& folding_;
  Markings markings_;
  bool named_;
  HostSpaceBuilder builder_;
  std::vector<Marking> exact_;  // by node
  std::vector<Marking> below_;
  std::vector<MarkedNetwork> networks_[2];  // v4, v6
  std::map<Marking, HostSpace::Leaf> leaves_;
};

}  // namespace

tl::expected<HostSpace, HostOverflow> host_space_of(const Policy& policy, Operation operation,
                                                    const MarkedRules& rules, size_t most_pieces) {
  return HostRules(policy, operation, rules.folding, most_pieces).run(rules.marked);
}

}  // namespace sbxc
