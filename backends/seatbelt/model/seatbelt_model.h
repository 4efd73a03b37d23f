// What a Seatbelt profile that sbxc wrote answers to single requests of the policy language, by the
// referee's evaluator: the kernel's part in a run of the conformance suite where there is no macOS
// to ask.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/read/profile.h"
#include "compiler/policy/policy.h"

namespace sbxc {

// One operation of Seatbelt's that carries the request.
struct ModelAnswer {
  std::string operation;  // `file-write-create`
  sbpl::Verdict verdict{};
  bool main = true;   // false: beside the main one; it may be denied where the main one is allowed
  uint32_t line = 0;  // of the profile, of the rule that decided; 0: none
};

class SeatbeltModel {
 public:
  // An error: the profile would not compile, and why.
  static tl::expected<SeatbeltModel, std::string> of(std::string_view profile);

  // Empty where no profile decides such requests; `why` says who does.
  std::vector<ModelAnswer> answers(const Request& request, std::string& why) const;

 private:
  explicit SeatbeltModel(sbpl::Profile profile) : profile_(std::move(profile)) {}
  sbpl::Profile profile_;
};

// Whether the answers let the request be made, whole or in part. What depends on something unknown
// counts as allowed here and as denied in the other: neither is to be trusted.
bool lets_any(const std::vector<ModelAnswer>& answers);
bool lets_main(const std::vector<ModelAnswer>& answers);

// The policy as macOS spells its paths: `/tmp` is `/private/tmp` there. Requests to compare have to
// be made from this one.
Policy as_the_model_spells(const Policy& policy);

}  // namespace sbxc
