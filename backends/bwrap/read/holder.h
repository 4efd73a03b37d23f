// For `explain`: which part of a compiled plan holds one request about a path, in one clause.
#pragma once

#include <string>

#include "backends/bwrap/read/verify.h"

namespace sbxc {

struct PlanHolder {
  std::string clause;  // `read-only by step 12, ro_bind /usr`
  std::string file;
  uint32_t step = 0;
};

// For read, write, exec and socket; what was not understood otherwise.
tl::expected<PlanHolder, std::string> bwrap_holder(const Policy& policy,
                                                   const BwrapArtifacts& artifacts,
                                                   const Request& request,
                                                   const BwrapVerifyOptions& options = {});

}  // namespace sbxc
