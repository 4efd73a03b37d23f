// A run in which everything went wrong that can, with texts by somebody who means ill: each form of
// a report is made of it, and held to a reader of that form that is not ours.
#pragma once

#include <string>

#include "conformance/report/report.h"

namespace sbxc::conform::testing {

// Ends tags, quotes, strings, lines and comments; turns text around; is no UTF-8; runs if it can.
inline const std::string kHostile =
    "</pre></script><script>document.title='owned'</script><img src=x onerror=\"document.title="
    "'owned'\">]]>--> ' \" & \\ # SKIP\n  ...\nok 99 - forged\r\x1b[2J\x07\xE2\x80\xAE\xFF\xFE"
    "\xEF\xBF\xBF";

ProbeOutcome outcome(std::string id, std::string category, Verdict verdict);
Run empty_run();
Run sample_run();
// What it is compared with: FSR-001 held there, as did a probe that is not in the sample.
Baseline sample_baseline();

// A run with what is concluded from it, alive together.
struct Judged {
  explicit Judged(Run of, Gate with = {}, std::optional<Baseline> baseline = std::nullopt);
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;

  Report report() const;

  Run run;
  Gate gate;
  std::optional<Comparison> compared;
  Judgement judgement;
};

}  // namespace sbxc::conform::testing
