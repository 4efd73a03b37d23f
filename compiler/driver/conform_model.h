// `--model seatbelt`: what the profile that macOS would be given answers to the requests that
// probes are about, and to those at the boundaries of the policy, by the referee's evaluator. No
// attempt is made; this runs on any system.
#pragma once

#include "compiler/driver/conform_manifest.h"
#include "compiler/driver/conform_options.h"
#include "conformance/suite/fault.h"
#include "conformance/suite/outcome.h"

namespace sbxc::driver {

conform::Result<conform::Run> decide_by_model(const ConformOptions& options,
                                              const Manifest& manifest);

}  // namespace sbxc::driver
