// The product of what is expected and what the profile decides, for each of Seatbelt's operations
// on paths and each type of file that the profile tells apart.
#include <set>

#include "backends/seatbelt/read/filter_names.h"
#include "backends/seatbelt/verify/expectation.h"
#include "backends/seatbelt/verify/profile_paths.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Label;
using paths::PathDfa;

// Origins of the profile's lines, which rules of the policy stay below.
constexpr uint32_t kLines = uint32_t{1} << 31;

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

void collect_types(const sbpl::Filter& filter, std::set<std::string>& types) {
  if (const auto* all = std::get_if<sbpl::AllFilter>(&filter.test)) {
    for (const sbpl::FilterPtr& one : all->of) collect_types(*one, types);
  }
  if (const auto* some = std::get_if<sbpl::AnyFilter>(&filter.test)) {
    for (const sbpl::FilterPtr& one : some->of) collect_types(*one, types);
  }
  if (const auto* inner = std::get_if<sbpl::NotFilter>(&filter.test)) {
    collect_types(*inner->of, types);
  }
  if (const auto* type = std::get_if<sbpl::VnodeTypeFilter>(&filter.test)) {
    types.insert(type->type);
  }
}

// The types of files that the rules an operation asks tell apart, and one that they do not.
// Directories are expected to differ, so they are always among them.
std::set<std::string> types_of(const sbpl::Profile& profile, const Carrier& carrier) {
  if (carrier.family == Family::connecting) return {"SOCKET"};
  std::set<std::string> types{"DIRECTORY"};
  for (sbpl::OperationId at = operation_called(carrier.name);; at = sbpl::facts_of(at).parent) {
    for (const sbpl::Rule& rule : profile.rules(at).filtered) collect_types(*rule.filter, types);
    if (profile.rules(at).tail != sbpl::Tail::parent) break;
  }
  for (const std::string_view other : {"REGULAR-FILE", "FIFO", "SOCKET"}) {
    if (types.emplace(other).second) break;
  }
  return types;
}

Family of_directories(Family family) {
  if (family == Family::making) return Family::making_directory;
  return family == Family::removing ? Family::removing_directory : family;
}

class PathProof {
 public:
  PathProof(const Verifying& on, Findings& findings) : on_(on), findings_(findings) {}

  void run() {
    std::vector<sbpl::OperationId> operations;
    for (const Carrier& carrier : kCarriers) operations.push_back(operation_called(carrier.name));
    paths::Languages languages;
    Expectations expectations(on_.policy, languages);
    sbpl::ProfilePaths held(on_.profile, operations, languages, kLines);
    const auto space = paths::PathSpace::of(languages.nfa, on_.budget);
    if (!space) return all_undecided(described("names of files", space.error()));
    const auto decided = expectations.decide(*space, on_.budget);
    if (!decided) return all_undecided(too_large(decided.error()));
    space_ = &*space;
    expectations_ = &expectations;
    held_ = &held;
    for (const Carrier& carrier : kCarriers) {
      for (const std::string& type : types_of(on_.profile, carrier)) compare(carrier, type);
      findings_.method(carrier.operation, "every path, by a product of automata");
    }
  }

 private:
  void all_undecided(const std::string& why) {
    for (const Operation operation :
         {Operation::read, Operation::write, Operation::exec, Operation::socket}) {
      findings_.undecided(operation, why);
    }
  }
  std::string too_large(const OverBudget& over) const {
    std::string out = "the automaton of `" + std::string(name_of(over.operation)) +
                      "` grows over " + std::to_string(over.states) + " states";
    for (const RuleId rule : over.rules) {
      out += ", with `" + printable(written(on_.policy.rule(rule).patterns.at(0))) + '`';
    }
    return out;
  }
  // What an automaton of the profile grew over, and by which line.
  std::string described(const std::string& what, const automata::Overflow& overflow) const {
    std::string out =
        "the automaton of " + what + " grows over " + std::to_string(overflow.states) + " states";
    const auto origin = static_cast<uint32_t>(overflow.first);
    if (origin > kLines) {
      const uint32_t line = on_.profile.place_of(origin - kLines).line;
      out += ", see line " + std::to_string(line);
    }
    return out;
  }

  void compare(const Carrier& carrier, const std::string& type) {
    const sbpl::WordRequests requests{.operation = operation_called(carrier.name),
                                      .subject = "path",
                                      .rest = {.complete = false, .vnode_type = type}};
    const Family family = type == "DIRECTORY" ? of_directories(carrier.family) : carrier.family;
    const auto held = held_->decide(*space_, requests, on_.budget);
    if (!held) {
      findings_.undecided(carrier.operation,
                          described('`' + std::string(carrier.name) + '`', held.error()));
      return;
    }
    if (!compared_.emplace(family, held->get()).second) return;
    const PathDfa& expected = expectations_->of(family);
    look_for(carrier, requests, expected, **held, [](Label wanted, Label given) {
      return wanted == kMustDeny && given != sbpl::kDenies;
    });
    look_for(carrier, requests, expected, **held, [](Label wanted, Label given) {
      return wanted == kMustAllow && given != sbpl::kAllows;
    });
    const auto less = paths::shortest_difference(
        expected, **held,
        [](Label wanted, Label given) { return wanted == kEither && given == sbpl::kDenies; },
        on_.budget);
    if (less && *less && carrier.family != Family::looking_up) {
      findings_.narrowed(carrier.operation,
                         "other spellings of what is denied, and directories above it, are denied "
                         "too");
    }
  }

  template <typename Differs>
  void look_for(const Carrier& carrier, const sbpl::WordRequests& requests, const PathDfa& expected,
                const PathDfa& held, const Differs& differs) {
    const auto found = paths::shortest_difference(expected, held, differs, on_.budget);
    if (!found) {
      return findings_.undecided(carrier.operation,
                                 too_large({carrier.operation, found.error().states, {}}));
    }
    if (*found) report(carrier, requests, space_->path(**found));
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

  const Verifying& on_;
  Findings& findings_;
  const paths::PathSpace* space_ = nullptr;
  const Expectations* expectations_ = nullptr;
  sbpl::ProfilePaths* held_ = nullptr;
  std::set<std::pair<Family, const PathDfa*>> compared_;
};

}  // namespace

sbpl::OperationId operation_called(std::string_view name) {
  return sbpl::find_operation(name).value();
}

void verify_paths(const Verifying& on, Findings& findings) { PathProof(on, findings).run(); }

}  // namespace sbxc::seatbelt_verify
