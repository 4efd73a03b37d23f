// Mach services: by global name as the policy says, and by no other kind of name.
#include "backends/seatbelt/verify/profile_decisions.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/product.h"
#include "compiler/automata/witness.h"
#include "compiler/decisions/decisions.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Dfa;
using automata::Label;

struct OtherName {
  const char* operation;
  const char* subject;
  const char* says;
};
constexpr OtherName kOtherNames[] = {
    {"mach-lookup", "xpc-service-name", "looked up by its XPC name"},
    {"mach-lookup", "local-name", "looked up by a local name"},
    {"mach-register", "global-name", "registered"},
    {"mach-register", "local-name", "registered under a local name"},
};

sbpl::WordRequests names_of(const char* operation, const char* subject) {
  return {.operation = operation_called(operation),
          .subject = subject,
          .rest = {.complete = false},
          .domain = &automata::plain_names()};
}

void compare(const Verifying& on, const Dfa& wanted, const Dfa& held, Findings& findings) {
  const auto differs = [](Label want, Label given) {
    if (want == automata::kOutside) return false;
    return want == label_of(Effect::allow) ? given != sbpl::kAllows : given != sbpl::kDenies;
  };
  const auto found = automata::shortest_difference(wanted, held, differs, on.budget);
  if (!found) return findings.undecided(Operation::mach, "the automata of services grow too large");
  if (!*found) return;
  const sbpl::WordRequests requests = names_of("mach-lookup", "global-name");
  findings.disagree({Operation::mach, **found}, {requests.operation, requests.with(**found)});
}

}  // namespace

void verify_services(const Verifying& on, Findings& findings) {
  findings.method(Operation::mach, "every name, by a product of automata");
  const auto wanted = decisions_of(on.policy, Os::macos, Operation::mach, on.budget);
  const auto held =
      sbpl::decisions_of(on.profile, names_of("mach-lookup", "global-name"), on.budget);
  if (!wanted || !held) {
    return findings.undecided(Operation::mach, "the automata of services grow too large");
  }
  compare(on, std::get<Dfa>(*wanted), *held, findings);
  for (const OtherName& other : kOtherNames) {
    const sbpl::WordRequests requests = names_of(other.operation, other.subject);
    const auto others = sbpl::decisions_of(on.profile, requests, on.budget);
    if (!others) {
      findings.undecided(Operation::mach, "the automata of services grow too large");
      continue;
    }
    const auto open = automata::shortest_word(
        *others, [](Label label) { return label == sbpl::kAllows || label == sbpl::kDepends; });
    if (!open) continue;
    findings.misfit("the service `" + printable(*open) + "` can be " + other.says,
                    {requests.operation, requests.with(*open)});
  }
}

}  // namespace sbxc::seatbelt_verify
