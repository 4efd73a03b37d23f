// Which sandbox a run of the suite is about: this program, some words, an adapter's file.
#pragma once

#include "compiler/driver/conform_options.h"
#include "conformance/suite/adapter.h"

namespace sbxc::driver {

conform::Result<conform::Adapter> sandbox_of(const ConformOptions& options);

}  // namespace sbxc::driver
