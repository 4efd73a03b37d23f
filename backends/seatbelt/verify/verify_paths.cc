// The product of what is expected and what the profile decides, for each of Seatbelt's operations
// on paths and each type of file that the profile tells apart.
#include <map>

#include "backends/seatbelt/read/filter_names.h"
#include "backends/seatbelt/verify/expectation.h"
#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/profile_decisions.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "compiler/automata/product.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Dfa;
using automata::Label;

struct Carrier {  // an operation of Seatbelt that carries one of the policy's
  const char* name;
  Operation operation;
  Family family;
};
constexpr Carrier kCarriers[] = {
    {"file-read-data", Operation::read, Family::reading},
    {"file-read-xattr", Operation::read, Family::reading},
    {"file-clone", Operation::read, Family::reading},
    {"file-read-metadata", Operation::read, Family::looking_up},
    {"file-test-existence", Operation::read, Family::looking_up},
    {"file-write-data", Operation::write, Family::changing},
    {"file-write-mode", Operation::write, Family::changing},
    {"file-write-owner", Operation::write, Family::changing},
    {"file-write-flags", Operation::write, Family::changing},
    {"file-write-times", Operation::write, Family::changing},
    {"file-write-xattr", Operation::write, Family::changing},
    {"file-write-acl", Operation::write, Family::changing},
    {"file-write-finderinfo", Operation::write, Family::changing},
    {"file-link", Operation::write, Family::linking},
    {"file-write-create", Operation::write, Family::making},
    {"file-write-unlink", Operation::write, Family::removing},
    {"process-exec*", Operation::exec, Family::running},
    {"process-exec-interpreter", Operation::exec, Family::running},
    {"network-outbound", Operation::socket, Family::connecting},
    {"network-inbound", Operation::socket, Family::connecting},
    {"network-bind", Operation::socket, Family::connecting},
};

bool looks_at_type(const sbpl::Filter& filter) {
  const auto any = [](const std::vector<sbpl::FilterPtr>& of) {
    return std::any_of(of.begin(), of.end(),
                       [](const sbpl::FilterPtr& one) { return looks_at_type(*one); });
  };
  if (const auto* all = std::get_if<sbpl::AllFilter>(&filter.test)) return any(all->of);
  if (const auto* some = std::get_if<sbpl::AnyFilter>(&filter.test)) return any(some->of);
  if (const auto* inner = std::get_if<sbpl::NotFilter>(&filter.test)) {
    return looks_at_type(*inner->of);
  }
  return std::holds_alternative<sbpl::VnodeTypeFilter>(filter.test);
}

// The types of files that the rules an operation asks tell apart.
std::vector<std::string> types_of(const sbpl::Profile& profile, const Carrier& carrier) {
  if (carrier.family == Family::connecting) return {"SOCKET"};
  for (sbpl::OperationId at = operation_called(carrier.name);; at = sbpl::facts_of(at).parent) {
    for (const sbpl::Rule& rule : profile.rules(at).filtered) {
      if (looks_at_type(*rule.filter)) {
        return {std::begin(sbpl::kVnodeTypes), std::end(sbpl::kVnodeTypes)};
      }
    }
    if (profile.rules(at).tail != sbpl::Tail::parent) return {"REGULAR-FILE"};
  }
}

Family of_directories(Family family) {
  if (family == Family::making) return Family::making_directory;
  return family == Family::removing ? Family::removing_directory : family;
}

class PathProof {
 public:
  PathProof(const Verifying& on, Findings& findings) : on_(on), findings_(findings) {}

  void run() {
    auto expectations = Expectations::of(on_.policy, on_.budget);
    if (!expectations) {
      for (const Operation operation :
           {Operation::read, Operation::write, Operation::exec, Operation::socket}) {
        findings_.undecided(operation, too_large(expectations.error()));
      }
      return;
    }
    expectations_ = &*expectations;
    for (const Carrier& carrier : kCarriers) {
      for (const std::string& type : types_of(on_.profile, carrier)) compare(carrier, type);
      findings_.method(carrier.operation, "every path, by a product of automata");
    }
  }

 private:
  std::string too_large(const OverBudget& over) const {
    std::string out = "the automaton of `" + std::string(name_of(over.operation)) +
                      "` grows over " + std::to_string(over.states) + " states";
    for (const RuleId rule : over.rules) {
      out += ", with `" + printable(written(on_.policy.rule(rule).patterns.at(0))) + '`';
    }
    return out;
  }

  void compare(const Carrier& carrier, const std::string& type) {
    const sbpl::WordRequests requests{.operation = operation_called(carrier.name),
                                      .subject = "path",
                                      .rest = {.complete = false, .vnode_type = type},
                                      .domain = &macos_paths()};
    const Family family = type == "DIRECTORY" ? of_directories(carrier.family) : carrier.family;
    const Dfa* expected = expected_of(carrier, family);
    const Dfa* held = expected == nullptr ? nullptr : held_of(carrier, requests);
    if (held == nullptr) return;
    const std::string pair = std::to_string(reinterpret_cast<uintptr_t>(expected)) + ' ' +
                             std::to_string(reinterpret_cast<uintptr_t>(held));
    if (!compared_.emplace(pair, true).second) return;
    look_for(carrier, requests, *expected, *held, [](Label wanted, Label given) {
      return wanted == kMustDeny && given != sbpl::kDenies;
    });
    look_for(carrier, requests, *expected, *held, [](Label wanted, Label given) {
      return wanted == kMustAllow && given != sbpl::kAllows;
    });
    const auto less = automata::shortest_difference(
        *expected, *held,
        [](Label wanted, Label given) { return wanted == kEither && given == sbpl::kDenies; },
        on_.budget);
    if (less && *less && carrier.family != Family::looking_up) {
      findings_.narrowed(carrier.operation,
                         "other spellings of what is denied, and directories above it, are denied "
                         "too");
    }
  }

  template <typename Differs>
  void look_for(const Carrier& carrier, const sbpl::WordRequests& requests, const Dfa& expected,
                const Dfa& held, const Differs& differs) {
    const auto found = automata::shortest_difference(expected, held, differs, on_.budget);
    if (!found) {
      return findings_.undecided(carrier.operation,
                                 too_large({carrier.operation, found.error().states, {}}));
    }
    if (*found) report(carrier, requests, **found);
  }

  void report(const Carrier& carrier, const sbpl::WordRequests& requests, const std::string& path) {
    const Request request{carrier.operation, path};
    const Asked asked{requests.operation, requests.with(path)};
    const bool allowed = decide(on_.policy, Os::macos, request).verdict == Effect::allow;
    const bool given =
        on_.profile.decide(asked.operation, asked.request).verdict == sbpl::Verdict::allow;
    if (allowed != given) return findings_.disagree(request, asked);
    findings_.misfit(what_is_wrong(carrier, path), asked);
  }

  // Of a path that may be written by itself, and yet not in this way.
  static std::string what_is_wrong(const Carrier& carrier, const std::string& path) {
    const std::string shown = '`' + printable(path) + '`';
    const std::string name = carrier.name;
    if (carrier.family == Family::removing) {
      return "`" + name + "` of " + shown +
             " is allowed: it can be moved, and with it what is denied below it or at it";
    }
    if (carrier.family == Family::linking) {
      return "`" + name + "` of " + shown + " is allowed: a denied socket gets another name";
    }
    return "`" + name + "` of " + shown +
           " is allowed: it is, or leads to, another spelling of what is denied";
  }

  const Dfa* expected_of(const Carrier& carrier, Family family) {
    auto& slot = expected_[family];
    if (!slot) {
      auto made = expectations_->for_family(family);
      if (!made) {
        findings_.undecided(carrier.operation, too_large(made.error()));
        return nullptr;
      }
      slot = std::make_unique<Dfa>(std::move(*made));
    }
    return slot.get();
  }

  const Dfa* held_of(const Carrier& carrier, const sbpl::WordRequests& requests) {
    auto& slot = held_[sbpl::rules_asked(on_.profile, requests)];
    if (!slot) {
      auto made = sbpl::decisions_of(on_.profile, requests, on_.budget);
      if (!made) {
        const sbpl::Place place = on_.profile.place_of(static_cast<uint32_t>(made.error().first));
        findings_.undecided(carrier.operation,
                            "the automaton of `" + std::string(carrier.name) + "` grows over " +
                                std::to_string(made.error().states) + " states, see line " +
                                std::to_string(place.line));
        return nullptr;
      }
      slot = std::make_unique<Dfa>(std::move(*made));
    }
    return slot.get();
  }

  const Verifying& on_;
  Findings& findings_;
  const Expectations* expectations_ = nullptr;
  std::map<Family, std::unique_ptr<Dfa>> expected_;
  std::map<std::string, std::unique_ptr<Dfa>> held_;
  std::map<std::string, bool> compared_;
};

}  // namespace

sbpl::OperationId operation_called(std::string_view name) {
  return sbpl::find_operation(name).value();
}

void verify_paths(const Verifying& on, Findings& findings) { PathProof(on, findings).run(); }

}  // namespace sbxc::seatbelt_verify
