// sourcemap.json read back (docs/formats.md): from an emitted line, instruction, entry or step to
// the lines of the policy.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

class SourceMap {
 public:
  SourceMap() = default;  // knows nothing
  static Result<SourceMap> read(std::string_view json);

  // The rules that the place of an artifact came from; empty when it came from none.
  std::vector<RuleId> rules_of(std::string_view file, uint32_t where) const;
  // `agent.sbx:12:1`; empty for a rule that the map does not have.
  std::string place_of(RuleId rule) const;

 private:
  std::map<std::pair<std::string, uint32_t>, std::vector<RuleId>> rules_;
  std::map<RuleId, std::string> places_;
};

// How an artifact answers one request: the part of it that decides, and where that part came from.
struct Held {
  std::string file;                 // `filter.x86_64.bpf`
  uint32_t where = 0;               // its line, instruction, entry or step
  std::string emitted;              // that part's text
  std::string answer;               // in the target's words
  std::vector<std::string> places;  // of the policy, by the source map: `agent.sbx:12:1`
};
// `filter.x86_64.bpf:59: jeq 0x5412 -> 65 else 60: EPERM [agent.sbx:12:1]`
std::string text_of(const Held& held);

}  // namespace sbxc
