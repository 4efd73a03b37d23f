// Permissions that are broad by what they say, without asking about single requests.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

void check_broad_grants(const Policy& policy, Diagnostics& diagnostics) {
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::listen || rule.effect != Effect::allow) continue;
    if (!rule.because.empty()) continue;
    for (const Pattern& pattern : rule.patterns) {
      const auto& listen = std::get<ListenPattern>(pattern);
      const bool everywhere =
          std::any_of(listen.addresses.begin(), listen.addresses.end(),
                      [](const IpNetwork& network) { return network.prefix == 0; });
      if (!everywhere || listen.ports.ranges.empty()) continue;
      const uint16_t port = listen.ports.ranges.front().low;
      diagnostics.report(
          {.kind = Kind::listens_everywhere,
           .span = listen.span,
           .message = fmt::format("`allow listen {}` takes connections from other machines",
                                  printable(listen.written)),
           .witness = sentence(Effect::allow,
                               {Operation::listen, HostRequest{IpAddress::v4(0, 0, 0, 0), port}}),
           .help = fmt::format("write `localhost:{}`, or say why: `because \"…\"`",
                               listen.ports.text())});
    }
  }
}

}  // namespace sbxc
