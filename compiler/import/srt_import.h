// What the parts of the srt importer share: the settings, where they hold, what is made of them.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "compiler/import/importer.h"
#include "compiler/import/json_tree.h"
#include "compiler/import/policy_draft.h"

namespace sbxc::import {

struct SrtImport {
  const JsonValue& root;
  const ImportContext& context;
  Diagnostics& diagnostics;
  PolicyDraft& draft;
  std::set<std::pair<std::string, std::string>> said{};

  // `/network/allowedDomains`; a null where there is none.
  const JsonValue& at(std::string_view pointer) const;
  bool on(std::string_view pointer) const { return at(pointer).boolean; }
  // Reports, once, what of a setting is not in the policy.
  void lost(Kind kind, const JsonValue& value, const std::string& pointer, const std::string& why);
  void not_carried(const JsonValue& value, const std::string& pointer, const std::string& why) {
    lost(Kind::setting_not_carried, value, pointer, why);
  }
  void in_part(const JsonValue& value, const std::string& pointer, const std::string& why) {
    lost(Kind::setting_carried_in_part, value, pointer, why);
  }
};

void import_srt_files(SrtImport& import);
void import_srt_network(SrtImport& import);
void import_srt_environment(SrtImport& import);
void import_srt_systems(SrtImport& import);  // sockets, services, system calls

}  // namespace sbxc::import
