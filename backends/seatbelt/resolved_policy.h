// For tests: a policy from sbx text, as it is on one Mac.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::seatbelt {

struct ResolvedPolicy {
  Sources sources;
  Policy policy;

  static ResolveOptions on_a_mac() {
    ResolveOptions options;
    options.surroundings.cwd = "/Users/alice/work";
    options.surroundings.home = "/Users/alice";
    options.surroundings.tmp = "/private/var/folders/ab/cd/T";
    options.surroundings.user = "alice";
    options.surroundings.environment["SSH_AUTH_SOCK"] =
        "/private/tmp/com.apple.launchd.x/Listeners";
    options.read_file = [](const std::string& path, size_t) -> Result<std::string> {
      return tl::unexpected(Diagnostic{.kind = Kind::cannot_read, .span = {}, .message = path});
    };
    return options;
  }
  static ResolvedPolicy of(std::string_view text) {
    ResolvedPolicy made;
    Diagnostics diagnostics;
    auto policy = resolve_text("policy.sbx", std::string(text), "/Users/alice/work", on_a_mac(),
                               made.sources, diagnostics);
    if (!policy) throw std::runtime_error(render(diagnostics, made.sources, {}));
    made.policy = std::move(*policy);
    return made;
  }
};

}  // namespace sbxc::seatbelt
