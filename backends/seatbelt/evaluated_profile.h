// For tests: a policy lowered, and its profile read back by the reader.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "backends/seatbelt/read/profile.h"
#include "backends/seatbelt/seatbelt.h"

namespace sbxc::seatbelt {

struct EvaluatedProfile {
  Lowered lowered;
  sbpl::Profile profile;

  static sbpl::Profile read(const std::string& text, const sbpl::CompileOptions& options) {
    auto profile = sbpl::Profile::compile(text, options);
    if (!profile) {
      throw std::runtime_error("line " + std::to_string(profile.error().line) + ": " +
                               profile.error().message + "\n" + text);
    }
    return std::move(*profile);
  }
  static sbpl::CompileOptions at_launch() {
    sbpl::CompileOptions options;
    options.parameters["PROXY_PORT"] = "3128";
    return options;
  }
  static EvaluatedProfile of(const Policy& policy, const Sources& sources = {},
                             const sbpl::CompileOptions& options = at_launch()) {
    Lowered lowered = lower_seatbelt(policy, sources, {});
    sbpl::Profile profile = read(lowered.artifacts.at(0).bytes, options);
    return {std::move(lowered), std::move(profile)};
  }

  const std::string& text() const { return lowered.artifacts.at(0).bytes; }
  Fidelity fidelity(size_t rule) const { return lowered.verdicts.at(rule).fidelity; }

  sbpl::Decision decide(std::string_view operation, const sbpl::Request& request) const {
    return profile.decide(sbpl::find_operation(operation).value(), request);
  }
  sbpl::Verdict path(std::string_view operation, const std::string& path,
                     const std::string& vnode_type = "REGULAR-FILE") const {
    return decide(operation, {.path = path, .vnode_type = vnode_type}).verdict;
  }
  bool allows(std::string_view operation, const std::string& path_text,
              const std::string& vnode_type = "REGULAR-FILE") const {
    return path(operation, path_text, vnode_type) == sbpl::Verdict::allow;
  }
  bool denies(std::string_view operation, const std::string& path_text,
              const std::string& vnode_type = "REGULAR-FILE") const {
    return path(operation, path_text, vnode_type) == sbpl::Verdict::deny;
  }
};

}  // namespace sbxc::seatbelt
