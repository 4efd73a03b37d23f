#include "compiler/driver/load_stand.h"

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/driver/conform_policy.h"
#include "compiler/driver/files.h"

namespace sbxc::driver {

conform::Result<Loaded> load_at(const PolicyOptions& options, const Stand& stand) {
  Loaded like = options.path.empty() ? Loaded{} : load_policy(options);
  like.resolve.read_file = read_file;
  Surroundings& there = like.resolve.surroundings;
  there.cwd = stand.work;
  there.home = stand.home;
  there.tmp = stand.tmp;
  there.environment["SSH_AUTH_SOCK"] = agent_socket(stand);
  if (options.path.empty()) like.resolve.start_directory = stand.work;
  std::string text(kUsualPolicy);
  if (!options.path.empty()) {
    auto read = read_file(options.path, kMaxPolicyBytes);
    if (!read) return conform::fault(read.error().message, read.error().help);
    text = std::move(*read);
  }
  Loaded loaded = reload({options.path.empty() ? "-" : options.path, {}}, like, text);
  if (loaded.policy) return loaded;
  return conform::fault("the policy has errors: " +
                        printable(render(loaded.diagnostics, loaded.sources, {})));
}

std::string agent_socket(const Stand& stand) { return stand.home + "/agent.sock"; }

}  // namespace sbxc::driver
