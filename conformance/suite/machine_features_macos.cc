#include <sys/sysctl.h>

#include <array>
#include <string>

#include "conformance/suite/machine_features.h"

namespace sbxc::conform {

namespace {

Feature product_version() {
  std::array<char, 64> version{};
  size_t size = version.size();
  const int result = sysctlbyname("kern.osproductversion", version.data(), &size, nullptr, 0);
  return {"macos", result == 0 ? version.data() : "no", "sysctl kern.osproductversion"};
}

// Linux can be told not to have it.
Feature legacy_tiocsti() { return {"legacy-tiocsti", "yes", "macOS has TIOCSTI"}; }

}  // namespace

const std::vector<FeatureRow>& feature_rows() {
  static const std::vector<FeatureRow> rows = {{"macos", product_version},
                                               {"legacy-tiocsti", legacy_tiocsti}};
  return rows;
}

}  // namespace sbxc::conform
