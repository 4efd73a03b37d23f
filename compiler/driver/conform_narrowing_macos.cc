// Seatbelt's rules speak of names, whether something bears them or not, so the verdict of a rule
// that allows the request is all there is to ask.
#include "backends/seatbelt/seatbelt.h"
#include "compiler/driver/conform_narrowing.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {

std::vector<std::string> narrowings(const Loaded& loaded, const PolicyTrials& trials,
                                    const std::vector<size_t>& places) {
  const Lowered lowered = lower_seatbelt(*loaded.policy, loaded.sources, {});
  std::vector<std::string> why(places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    const PolicyTrial& one = trials.trials[places[i]];
    if (one.verdict != Effect::allow) continue;
    for (const RuleId rule : decide(*loaded.policy, Os::macos, one.request).deciding) {
      const RuleVerdict& said = lowered.verdicts.at(static_cast<size_t>(rule));
      if (said.fidelity == Fidelity::narrowed) why[i] = said.what;
    }
  }
  return why;
}

}  // namespace sbxc::driver
