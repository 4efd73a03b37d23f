// Ports are worked out here, denies included, so that the profile holds allows alone and their
// order cannot matter. A deny for some addresses only is held for all addresses: too much is
// denied.
//
// Reference for `localhost`: a bind to 0.0.0.0 passes `(local ip "localhost:PORT")`, and accept is
// decided by the local address, of which every one of the machine's counts as local (public
// measurements on macOS 14 to 26; docs/formats.md, section profile.sb).
#include "backends/seatbelt/listen_rules.h"

#include <fmt/core.h>

namespace sbxc::seatbelt {
namespace {

enum class Addresses : uint8_t { any, loopback, some };

Addresses addresses_of(const ListenPattern& pattern) {
  bool any4 = false;
  bool any6 = false;
  bool loopback = true;
  for (const IpNetwork& network : pattern.addresses) {
    (network.address.v6 ? any6 : any4) |= network.prefix == 0;
    const bool local4 =
        !network.address.v6 && network.prefix >= 8 && network.address.bytes[0] == 127;
    const bool local6 = network.address.v6 && network.text() == "::1";
    loopback = loopback && (local4 || local6);
  }
  if (any4 && any6) return Addresses::any;
  return loopback ? Addresses::loopback : Addresses::some;
}

struct Ports {
  PortSet any;
  PortSet loopback;
  PortSet some;

  void add(const ListenPattern& pattern) {
    PortSet* to = &some;
    if (addresses_of(pattern) == Addresses::any) to = &any;
    if (addresses_of(pattern) == Addresses::loopback) to = &loopback;
    *to = plus(*to, pattern.ports);
  }
  static Ports of(const std::vector<Pattern>& patterns) {
    Ports ports;
    for (const Pattern& pattern : patterns) ports.add(std::get<ListenPattern>(pattern));
    return ports;
  }
  PortSet whole() const { return plus(plus(any, loopback), some); }
};

class ListenLowering {
 public:
  ListenLowering(const Policy& policy, Lowered& lowered) : policy_(policy), lowered_(lowered) {
    for (const Rule& rule : policy.rules) {
      if (rule.operation != Operation::listen || !rule.os.macos) continue;
      const Ports ports = Ports::of(rule.patterns);
      if (rule.effect == Effect::deny) {
        // An exception of a deny for the same kind of address gives its ports back.
        const Ports except = Ports::of(rule.except);
        denied_any_ = plus(denied_any_, minus(ports.whole(), except.any));
        denied_loopback_ = plus(denied_loopback_, minus(plus(ports.any, ports.loopback),
                                                        plus(except.any, except.loopback)));
      }
    }
  }

  std::vector<ListenLine> run() {
    for (const Rule& rule : policy_.rules) {
      if (rule.operation == Operation::listen && rule.os.macos && rule.effect != Effect::deny) {
        lower(rule);
      }
    }
    for (const Rule& rule : policy_.rules) {
      if (rule.operation == Operation::listen && rule.os.macos && rule.effect == Effect::deny) {
        judge_deny(rule);
      }
    }
    judge_loopback();
    return std::move(lines_);
  }

 private:
  RuleVerdict& verdict(RuleId rule) { return lowered_.verdicts[static_cast<size_t>(rule)]; }

  void lower(const Rule& rule) {
    const Ports ports = Ports::of(rule.patterns);
    const Ports except = Ports::of(rule.except);
    add(rule, true, minus(minus(ports.any, except.whole()), denied_any_));
    if (!minus(ports.any, except.any).ranges.empty() &&
        !minus(except.whole(), except.any).ranges.empty()) {
      narrow(rule.id, "an exception for some addresses is held for all addresses");
    }
    add(rule, false,
        minus(minus(ports.loopback, plus(except.any, except.loopback)), denied_loopback_));
    if (!ports.some.ranges.empty()) {
      RuleVerdict& held = verdict(rule.id);
      held.fidelity = Fidelity::impossible;
      held.what = "a profile for macOS cannot name an address to listen on";
      for (const Pattern& pattern : rule.patterns) {
        const auto& listen = std::get<ListenPattern>(pattern);
        if (addresses_of(listen) != Addresses::some) continue;
        held.witness = listen.addresses.front().address.text() + ":" +
                       std::to_string(listen.ports.ranges.front().low);
        held.help =
            fmt::format("write `*:{}` and let the program choose its address", listen.ports.text());
        break;
      }
    }
  }

  void add(const Rule& rule, bool any_address, PortSet ports) {
    if (ports.ranges.empty()) return;
    ListenLine line{.rule = rule.id, .any_address = any_address, .ports = std::move(ports)};
    const size_t named = count(line.ports);
    if (named > kMaxNamedPorts && 65535 - named > kMaxNamedPorts) {
      line.every_port = true;
      RuleVerdict& held = verdict(rule.id);
      held.fidelity = Fidelity::widened;
      held.what = fmt::format("a profile cannot name {} ports, so every port would be open", named);
      const PortSet others = minus(PortSet::any(), line.ports);
      held.witness = "127.0.0.1:" + std::to_string(others.ranges.back().low);
      held.help = fmt::format("allow at most {} ports, or all of them: `*`", kMaxNamedPorts);
    }
    lines_.push_back(std::move(line));
  }

  void narrow(RuleId rule, std::string what) {
    RuleVerdict& held = verdict(rule);
    if (held.fidelity != Fidelity::exact) return;
    held.fidelity = Fidelity::narrowed;
    held.what = std::move(what);
  }

  void judge_deny(const Rule& rule) {
    const Ports ports = Ports::of(rule.patterns);
    const Ports except = Ports::of(rule.except);
    const PortSet spared = minus(plus(except.loopback, except.some), except.any);
    const PortSet partly = plus(minus(plus(ports.loopback, ports.some), ports.any),
                                minus(spared, minus(spared, ports.any)));
    for (const Rule& other : policy_.rules) {
      if (other.operation != Operation::listen || !other.os.macos || other.effect == Effect::deny) {
        continue;
      }
      const PortSet open = Ports::of(other.patterns).any;
      const PortSet lost = minus(partly, minus(partly, open));
      if (lost.ranges.empty()) continue;
      narrow(rule.id, "ports denied on some addresses are denied on all of them");
      verdict(rule.id).witness = "0.0.0.0:" + std::to_string(lost.ranges.front().low);
      return;
    }
  }

  void judge_loopback() {
    PortSet open;
    for (const ListenLine& line : lines_) {
      if (line.any_address) open = plus(open, line.ports);
    }
    for (const ListenLine& line : lines_) {
      RuleVerdict& held = verdict(line.rule);
      if (line.any_address || line.every_port || includes(open, line.ports)) continue;
      if (held.fidelity == Fidelity::impossible) continue;
      const uint16_t port = minus(line.ports, open).ranges.front().low;
      held.fidelity = Fidelity::widened;
      held.what = "on macOS `localhost` covers every address of this machine, not loopback alone";
      held.witness = fmt::format("192.168.1.20:{}", port);
      held.help = fmt::format("to allow just that: `allow listen *:{}`", line.ports.text());
    }
  }

  const Policy& policy_;
  Lowered& lowered_;
  PortSet denied_any_;
  PortSet denied_loopback_;
  std::vector<ListenLine> lines_;
};

}  // namespace

std::vector<ListenLine> listen_lines(const Policy& policy, Lowered& lowered) {
  return ListenLowering(policy, lowered).run();
}

}  // namespace sbxc::seatbelt
