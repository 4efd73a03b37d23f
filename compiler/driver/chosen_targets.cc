#include "compiler/driver/chosen_targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/driver/targets.h"

namespace sbxc::driver {

std::vector<TargetName> chosen_targets(const std::vector<std::string>& wanted,
                                       Diagnostics& diagnostics) {
  if (wanted.empty()) return {std::begin(kTargets), std::end(kTargets)};
  std::vector<std::string_view> names;
  for (const TargetName target : kTargets) names.push_back(name_of(target));
  std::vector<TargetName> chosen;
  for (const std::string& name : wanted) {
    if (const auto target = target_named(name)) {
      chosen.push_back(*target);
      continue;
    }
    Diagnostic d{Kind::no_such_target, {}, {}};
    d.message = fmt::format("no target is called `{}`", printable(name));
    const std::string near = nearest(name, names);
    d.help = near.empty() ? "targets are seatbelt, bwrap, seccomp and proxy"
                          : fmt::format("did you mean `{}`?", near);
    diagnostics.report(std::move(d));
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

}  // namespace sbxc::driver
