// Seatbelt holds all of a policy but its hosts, which the proxy outside does, and its limits.
#include <algorithm>

#include "compiler/driver/doctor_policy.h"
#include "runtime/seatbelt_plan/seatbelt_limits.h"

namespace sbxc::driver {
namespace {

limits::Holding holding_of(const seatbelt::HeldLimit& limit) {
  return {.kind = limit.kind,
          .value = limit.value,
          .by = limit.by_the_clock ? limits::Mechanism::supervisor : limits::Mechanism::process,
          .how = limit.how};
}

}  // namespace

PolicyPrognosis prognosis(const Loaded& loaded, const doctor::Examination& examination) {
  PolicyPrognosis result;
  const doctor::Mechanism* seatbelt = doctor::find(examination, "seatbelt");
  if (seatbelt != nullptr) {
    result.reliances.push_back({"seatbelt", "every rule", {}, seatbelt->state});
    result.enforced = seatbelt->state != doctor::State::missing;
  }
  for (const seatbelt::HeldLimit& limit : seatbelt::held_limits(*loaded.policy)) {
    result.limits.push_back(holding_of(limit));
  }
  return result;
}

}  // namespace sbxc::driver
