// hosts.json: the `connect` rules of one system for people and other tools. Format:
// docs/formats.md.
#pragma once

#include <string>

#include "compiler/policy/policy.h"

namespace sbxc {

std::string render_hosts_json(const Policy& policy, Os os, const Sources& sources);

}  // namespace sbxc
