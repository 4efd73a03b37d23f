// Seatbelt holds all of a policy but its hosts, which the proxy outside does, and its limits.
#include <algorithm>

#include "compiler/driver/doctor_policy.h"

namespace sbxc::driver {
namespace {

limits::Holding holding_of(const Limit& limit) {
  limits::Holding holding{
      .kind = limit.kind, .value = limit.value, .by = limits::Mechanism::process, .how = {}};
  switch (limit.kind) {
    case LimitKind::processes:
      holding.how = "RLIMIT_NPROC: of this user, outside as well";
      break;
    case LimitKind::memory:
      holding.how = "RLIMIT_AS: the addresses of each process by itself";
      break;
    case LimitKind::open_files:
      holding.how = "RLIMIT_NOFILE: of each process";
      break;
    case LimitKind::file_size:
      holding.how = "RLIMIT_FSIZE: of each file that is written";
      break;
    case LimitKind::time:
      holding.by = limits::Mechanism::supervisor;
      holding.how = "the supervisor ends the sandbox then";
      break;
  }
  return holding;
}

}  // namespace

PolicyPrognosis prognosis(const Loaded& loaded, const doctor::Examination& examination) {
  PolicyPrognosis result;
  const doctor::Mechanism* seatbelt = doctor::find(examination, "seatbelt");
  if (seatbelt != nullptr) {
    result.reliances.push_back({"seatbelt", "every rule", {}, seatbelt->state});
    result.enforced = seatbelt->state != doctor::State::missing;
  }
  for (const Limit& limit : loaded.policy->limits) {
    if (limit.os.macos) result.limits.push_back(holding_of(limit));
  }
  return result;
}

}  // namespace sbxc::driver
