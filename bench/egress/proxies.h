// The proxies that are compared, each in a process of its own that ends with this one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sbxc::bench {

struct Proxy {
  std::string name{};
  bool speaks_connect = true;
  pid_t process = -1;
  uint16_t port = 0;
  std::string field{};          // of a CONNECT: who asks
  int most = 5000;              // tunnels at once; 0: they are not weighed
  std::vector<pid_t> relays{};  // other processes that each tunnel passes
};

// Each is given the place of the server behind it.
using Start = std::function<Proxy(const std::string& origin)>;
Proxy start_ours(const std::string& origin);
Proxy start_tinyproxy(const std::string& origin);
Proxy start_haproxy(const std::string& origin);
// `script`: package_proxy.mjs, which loads the npm package's `package` (its dist/index.js).
Proxy start_package(const std::string& node, const std::string& script, const std::string& package,
                    const std::string& origin);
// The same with the relays that stand before it in a sandbox.
Proxy start_package_inside(const std::string& node, const std::string& script,
                           const std::string& package, const std::string& origin);
void end(const Proxy& proxy);

pid_t fork_for_this_run();

}  // namespace sbxc::bench
