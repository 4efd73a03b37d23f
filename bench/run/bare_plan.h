// What bubblewrap alone has to do for the same sandbox: the arguments that `sbxc run` gives it.
#pragma once

#include <string>

namespace sbxc::bench {

// For `bwrap --args FD`; the policy is planned for the directory `cwd`, beside the broker. Ends the
// program when the policy has errors.
std::string bare_arguments(const std::string& policy, const std::string& cwd);

}  // namespace sbxc::bench
