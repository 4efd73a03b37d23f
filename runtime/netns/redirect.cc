// A table of nftables in the sandbox's namespace:
//
//   table inet sbxc {
//     set ports    { type inet_service; flags constant,interval; elements = { 1-52, 54-65535 } }
//     set loopback { … }
//     chain capture {
//       type nat hook output priority dstnat;
//       meta mark != OURS meta nfproto ipv4 meta l4proto tcp
//         ip daddr & 255.0.0.0 != 127.0.0.0 tcp dport @ports redirect to :P4
//       …the same for ipv6, and both again for the loopback
//     }
//   }
//
// What is marked as ours goes where it is sent (outside_mark.h).
//
// All in one transaction: nothing of it or all. It is written as the kernel reads it, since it
// never changes, and a library would be a second program's worth of code. Who made a connection can
// be asked with SO_ORIGINAL_DST. No process inside can touch it: that takes CAP_NET_ADMIN over the
// namespace.
//
// References: linux/netfilter/nf_tables.h; net/netfilter/{nft_redir,nft_payload,nft_set_rbtree}.c.
#include "runtime/netns/redirect.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>

#include <cerrno>
#include <string>

#include "runtime/netns/failure.h"
#include "runtime/netns/netlink.h"
#include "runtime/netns/outside_mark.h"

namespace sbxc::netns {

namespace {

constexpr const char* kTable = "sbxc";
constexpr const char* kChain = "capture";
constexpr const char* kPorts = "ports";
constexpr const char* kLoopback = "loopback";
constexpr int32_t kDestinationNat = -100;  // NF_IP_PRI_NAT_DST
constexpr uint32_t kInetService = 13;      // the type's number in nft's own listings

std::string bytes(std::initializer_list<uint8_t> list) { return {list.begin(), list.end()}; }
std::string network_order(uint16_t number) {
  return bytes({static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number & 0xFF)});
}

// One family's way to tell the loopback.
struct Family {
  uint8_t protocol;  // NFPROTO_…
  uint32_t offset;   // of the destination in the header
  std::string mask;
  std::string loopback;
  uint16_t port;
};

class Ruleset {
 public:
  Ruleset() { batch(NFNL_MSG_BATCH_BEGIN); }

  void table() {
    begin(NFT_MSG_NEWTABLE);
    requests_.text(NFTA_TABLE_NAME, kTable);
  }

  void chain() {
    begin(NFT_MSG_NEWCHAIN);
    requests_.text(NFTA_CHAIN_TABLE, kTable);
    requests_.text(NFTA_CHAIN_NAME, kChain);
    requests_.nest(NFTA_CHAIN_HOOK);
    requests_.number(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
    requests_.number(NFTA_HOOK_PRIORITY, static_cast<uint32_t>(kDestinationNat));
    requests_.end_nest();
    requests_.number(NFTA_CHAIN_POLICY, NF_ACCEPT);
    requests_.text(NFTA_CHAIN_TYPE, "nat");
  }

  void set(const char* name, uint32_t id, const Ports& ports) {
    begin(NFT_MSG_NEWSET);
    requests_.text(NFTA_SET_TABLE, kTable);
    requests_.text(NFTA_SET_NAME, name);
    requests_.number(NFTA_SET_FLAGS, NFT_SET_CONSTANT | NFT_SET_INTERVAL);
    requests_.number(NFTA_SET_KEY_TYPE, kInetService);
    requests_.number(NFTA_SET_KEY_LEN, sizeof(uint16_t));
    requests_.number(NFTA_SET_ID, id);
    begin(NFT_MSG_NEWSETELEM);
    requests_.text(NFTA_SET_ELEM_LIST_TABLE, kTable);
    requests_.text(NFTA_SET_ELEM_LIST_SET, name);
    requests_.nest(NFTA_SET_ELEM_LIST_ELEMENTS);
    for (const PortRange& range : ports) {
      element(range.low, 0);
      if (range.high != UINT16_MAX) {
        element(static_cast<uint16_t>(range.high + 1), NFT_SET_ELEM_INTERVAL_END);
      }
    }
    requests_.end_nest();
  }

  void rule(const Family& family, nft_cmp_ops loopback, const char* set, uint32_t set_id) {
    begin(NFT_MSG_NEWRULE);
    requests_.text(NFTA_RULE_TABLE, kTable);
    requests_.text(NFTA_RULE_CHAIN, kChain);
    requests_.nest(NFTA_RULE_EXPRESSIONS);
    meta(NFT_META_MARK);
    compare(NFT_CMP_NEQ, bytes_of(kOutsideMark));
    meta_is(NFT_META_NFPROTO, family.protocol);
    meta_is(NFT_META_L4PROTO, IPPROTO_TCP);
    payload(NFT_PAYLOAD_NETWORK_HEADER, family.offset,
            static_cast<uint32_t>(family.loopback.size()));
    mask(family.mask);
    compare(loopback, family.loopback);
    payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, sizeof(uint16_t));
    lookup(set, set_id);
    redirect_to(family.port);
    requests_.end_nest();
  }

  Requests& finish() {
    batch(NFNL_MSG_BATCH_END);
    return requests_;
  }

 private:
  static constexpr uint32_t kRegister = NFT_REG_1;

  void batch(uint16_t type) {
    nfgenmsg header{};
    header.res_id = htons(NFNL_SUBSYS_NFTABLES);
    requests_.begin(type, 0, bytes_of(header));
  }

  void begin(int type) {
    nfgenmsg header{};
    header.nfgen_family = NFPROTO_INET;
    requests_.begin(static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type),
                    NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND, bytes_of(header));
  }

  void element(uint16_t port, uint32_t flags) {
    requests_.nest(NFTA_LIST_ELEM);
    data(NFTA_SET_ELEM_KEY, network_order(port));
    if (flags != 0) requests_.number(NFTA_SET_ELEM_FLAGS, flags);
    requests_.end_nest();
  }

  void data(uint16_t type, std::string_view value) {
    requests_.nest(type);
    requests_.attribute(NFTA_DATA_VALUE, value);
    requests_.end_nest();
  }

  template <typename Body>
  void expression(const char* name, Body body) {
    requests_.nest(NFTA_LIST_ELEM);
    requests_.text(NFTA_EXPR_NAME, name);
    requests_.nest(NFTA_EXPR_DATA);
    body();
    requests_.end_nest();
    requests_.end_nest();
  }

  void meta(nft_meta_keys key) {
    expression("meta", [&] {
      requests_.number(NFTA_META_DREG, kRegister);
      requests_.number(NFTA_META_KEY, key);
    });
  }

  void meta_is(nft_meta_keys key, uint8_t value) {
    meta(key);
    compare(NFT_CMP_EQ, bytes({value}));
  }

  void compare(nft_cmp_ops op, std::string_view value) {
    expression("cmp", [&] {
      requests_.number(NFTA_CMP_SREG, kRegister);
      requests_.number(NFTA_CMP_OP, op);
      data(NFTA_CMP_DATA, value);
    });
  }

  void payload(nft_payload_bases base, uint32_t offset, uint32_t length) {
    expression("payload", [&] {
      requests_.number(NFTA_PAYLOAD_DREG, kRegister);
      requests_.number(NFTA_PAYLOAD_BASE, base);
      requests_.number(NFTA_PAYLOAD_OFFSET, offset);
      requests_.number(NFTA_PAYLOAD_LEN, length);
    });
  }

  void mask(std::string_view mask) {
    expression("bitwise", [&] {
      requests_.number(NFTA_BITWISE_SREG, kRegister);
      requests_.number(NFTA_BITWISE_DREG, kRegister);
      requests_.number(NFTA_BITWISE_LEN, static_cast<uint32_t>(mask.size()));
      data(NFTA_BITWISE_MASK, mask);
      data(NFTA_BITWISE_XOR, std::string(mask.size(), '\0'));
    });
  }

  void lookup(const char* set, uint32_t set_id) {
    expression("lookup", [&] {
      requests_.text(NFTA_LOOKUP_SET, set);
      requests_.number(NFTA_LOOKUP_SREG, kRegister);
      requests_.number(NFTA_LOOKUP_SET_ID, set_id);
    });
  }

  void redirect_to(uint16_t port) {
    expression("immediate", [&] {
      requests_.number(NFTA_IMMEDIATE_DREG, kRegister);
      data(NFTA_IMMEDIATE_DATA, network_order(port));
    });
    expression("redir", [&] {
      requests_.number(NFTA_REDIR_REG_PROTO_MIN, kRegister);
      requests_.number(NFTA_REDIR_FLAGS, NF_NAT_RANGE_PROTO_SPECIFIED);
    });
  }

  Requests requests_;
};

Failure refused(int error) {
  // Without the subsystem, the nat chains or the redir expression, these are what comes back.
  const bool unsupported = error == EINVAL || error == ENOENT || error == EOPNOTSUPP ||
                           error == EPROTONOSUPPORT || error == EAFNOSUPPORT;
  Failure failed =
      unsupported ? failure("this kernel has no redirects of nftables (CONFIG_NFT_REDIR)", error)
                  : failure("the redirect of the sandbox's connections cannot be set up", error);
  failed.unsupported = unsupported;
  return failed;
}

}  // namespace

Result<bool> redirect(const Ports& ports, const Ports& loopback_ports, const RedirectPorts& to) {
  auto netlink = Netlink::open(NETLINK_NETFILTER);
  if (!netlink) {
    return tl::unexpected(netlink.error().unsupported ? refused(netlink.error().error)
                                                      : netlink.error());
  }
  const std::string v6_loopback = std::string(15, '\0') + '\1';
  std::vector<Family> families = {
      {NFPROTO_IPV4, 16, bytes({255, 0, 0, 0}), bytes({127, 0, 0, 0}), to.v4}};
  if (to.v6 != 0) {
    families.push_back({NFPROTO_IPV6, 24, std::string(16, '\xFF'), v6_loopback, to.v6});
  }
  Ruleset rules;
  rules.table();
  rules.chain();
  rules.set(kPorts, 1, ports);
  if (!loopback_ports.empty()) rules.set(kLoopback, 2, loopback_ports);
  for (const Family& family : families) {
    rules.rule(family, NFT_CMP_NEQ, kPorts, 1);
    if (!loopback_ports.empty()) rules.rule(family, NFT_CMP_EQ, kLoopback, 2);
  }
  const auto errors = netlink->perform(rules.finish(), Netlink::Until::first_error);
  if (!errors) return tl::unexpected(errors.error());
  for (const int error : *errors) {
    if (error != 0) return tl::unexpected(refused(error));
  }
  return true;
}

}  // namespace sbxc::netns
