// Which sandbox a run of the suite is about: this program, some words, an adapter's file.
#pragma once

#include "compiler/driver/conform_options.h"
#include "conformance/suite/adapter.h"

namespace sbxc::driver {

// `program`: of the stage; the policy of `sbxc run` is given a rule more, which lets it be run.
conform::Result<conform::Adapter> sandbox_of(const ConformOptions& options,
                                             const std::string& program = {});

}  // namespace sbxc::driver
