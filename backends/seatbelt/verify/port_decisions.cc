#include "backends/seatbelt/verify/port_decisions.h"

namespace sbxc::sbpl {
namespace {

struct Truths {  // disjoint; at all other ports the filter does not hold
  Ports yes;
  Ports unknown;
};

class PortFilter {
 public:
  explicit PortFilter(const AddressRequests& requests) : requests_(requests) {}

  Truths truths_of(const Filter& filter) const {
    if (const auto* all = std::get_if<AllFilter>(&filter.test)) return all_of(all->of);
    if (const auto* any = std::get_if<AnyFilter>(&filter.test)) return any_of(any->of);
    if (const auto* inner = std::get_if<NotFilter>(&filter.test)) return not_of(*inner->of);
    Truths out;
    add_leaf(filter, out);
    return out;
  }

 private:
  void add_leaf(const Filter& leaf, Truths& into) const {
    const auto* address = std::get_if<AddressFilter>(&leaf.test);
    const bool one = address != nullptr && address->remote == requests_.remote && address->port;
    const uint16_t port = one ? *address->port : 1;
    const Truth truth = holds(leaf, requests_.at(port), requests_.operation);
    if (truth == Truth::no) return;
    Ports& ports = truth == Truth::yes ? into.yes : into.unknown;
    if (one) {
      ports.set(port);
    } else {
      ports.set();
    }
  }

  Truths any_of(const std::vector<FilterPtr>& of) const {
    Truths out;
    for (const FilterPtr& one : of) {
      const bool leaf = !std::holds_alternative<AllFilter>(one->test) &&
                        !std::holds_alternative<AnyFilter>(one->test) &&
                        !std::holds_alternative<NotFilter>(one->test);
      if (leaf) {
        add_leaf(*one, out);
        continue;
      }
      const Truths inner = truths_of(*one);
      out.yes |= inner.yes;
      out.unknown |= inner.unknown;
    }
    out.unknown &= ~out.yes;
    return out;
  }

  Truths all_of(const std::vector<FilterPtr>& of) const {
    Truths out;
    out.yes.set();
    for (const FilterPtr& one : of) {
      const Truths inner = truths_of(*one);
      const Ports maybe = (out.yes | out.unknown) & (inner.yes | inner.unknown);
      out.yes &= inner.yes;
      out.unknown = maybe & ~out.yes;
    }
    return out;
  }

  Truths not_of(const Filter& filter) const {
    const Truths inner = truths_of(filter);
    return {.yes = ~(inner.yes | inner.unknown), .unknown = inner.unknown};
  }

  const AddressRequests& requests_;
};

}  // namespace

Request AddressRequests::at(uint16_t port) const {
  Request request{.complete = false};
  Endpoint end = endpoint;
  end.port = port;
  (remote ? request.remote : request.local) = std::move(end);
  return request;
}

PortVerdicts decisions_of(const Profile& profile, const AddressRequests& requests) {
  const PortFilter filter(requests);
  Ports open;  // not decided for sure yet
  open.set();
  Ports allows;
  Ports denies;
  for (OperationId at = requests.operation;; at = facts_of(at).parent) {
    const OperationRules& rules = profile.rules(at);
    for (size_t i = rules.filtered.size(); i-- > 0;) {
      const Truths truths = filter.truths_of(*rules.filtered[i].filter);
      Ports& verdict = rules.filtered[i].action == Action::allow ? allows : denies;
      verdict |= open & (truths.yes | truths.unknown);
      open &= ~truths.yes;
    }
    if (rules.tail == Tail::parent) continue;
    (rules.tail == Tail::allow ? allows : denies) |= open;
    return {.allow = allows & ~denies, .depends = allows & denies};
  }
}

}  // namespace sbxc::sbpl
