// Where a proxy's table comes from: a file of `sbxc compile`, or a policy that is compiled here;
// and whether that has changed. Files are read whole, for one that is mapped and overwritten in
// place would change under the proxy's feet.
#pragma once

#include <sys/types.h>

#include <ctime>
#include <string>
#include <vector>

#include "compiler/driver/options.h"
#include "compiler/driver/policy_options.h"
#include "runtime/egress/egress.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

class TableSource {
 public:
  explicit TableSource(const ProxyOptions& options) : options_(options) {}

  // `hosts.sbxt`
  const std::string& name() const {
    return options_.table.empty() ? options_.policy.path : options_.table;
  }

  // What the files say now. Findings of a policy are `report`'s: text for a person.
  launch::Result<egress::Table> load(std::string& report);

  // Whether the files, and those of tokens, differ from those that were read last, and have been as
  // they are for one look: who is writing is given the time to finish.
  bool changed();

 private:
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec time{};
    bool operator==(const Stamp& other) const;
  };
  std::vector<Stamp> stamps() const;
  std::vector<std::string> with_tokens(std::vector<std::string> files) const;
  launch::Result<egress::Table> of_policy(std::string& report);

  const ProxyOptions& options_;
  std::vector<std::string> files_;
  std::vector<Stamp> read_;  // of the files, when they were read
  std::vector<Stamp> seen_;  // at the last look
};

}  // namespace sbxc::driver
