// hosts.json, by docs/formats.md alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "backends/proxy/read/host_claims.h"

namespace sbxc::hosts {

class HostsJson {
 public:
  // The names of the result are views into this.
  Result<Claims> read(std::string_view bytes, std::string_view file);

 private:
  nlohmann::json json_;
};

}  // namespace sbxc::hosts
