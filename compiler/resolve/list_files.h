// The list files of a policy: `let blocked = hosts "blocklist.txt"`, each read once.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/resolve/scope.h"

namespace sbxc {

class ListFiles {
 public:
  // Reads every list file of the policy into `lists`, and adds it to `inputs`.
  ListFiles(const Units& units, const Scope& scope, Session& session, std::vector<HostList>& lists,
            std::vector<Input>& inputs);

  std::optional<ListId> find(const ast::Let* let) const;

 private:
  std::unordered_map<const ast::Let*, ListId> ids_;
};

}  // namespace sbxc
