// The features of a system that probes ask for by name and reports list: one table a system.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

// Of every system, for the manifest is one for all.
inline constexpr std::array<std::string_view, 14> kFeatureNames = {
    "landlock", "user-namespaces", "io_uring", "userfaultfd",    "pidfd", "vsock", "ipv6",
    "keyrings", "mqueue",          "sysvipc",  "legacy-tiocsti", "yama",  "int80", "macos"};

struct FeatureRow {
  std::string_view name;
  Feature (*look)();  // the value is `no` where it is not there
};

const std::vector<FeatureRow>& feature_rows();

}  // namespace sbxc::conform
