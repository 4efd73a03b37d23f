#include "compiler/import/importer.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/import/srt.h"

namespace sbxc::import {

const std::vector<Importer>& importers() {
  static const std::vector<Importer> all = {
      {"srt", "settings of Anthropic's sandbox-runtime (.srt-settings.json)", import_srt},
  };
  return all;
}

Result<const Importer*> find_importer(std::string_view name) {
  std::string names;
  std::vector<std::string_view> candidates;
  for (const Importer& importer : importers()) {
    if (importer.name == name) return &importer;
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", importer.name);
    candidates.push_back(importer.name);
  }
  Diagnostic d{.kind = Kind::unknown_importer, .span = {}, .message = {}};
  d.message = fmt::format("there is no importer `{}`", printable(name));
  const std::string meant = nearest(name, candidates);
  d.help =
      meant.empty() ? fmt::format("there is {}", names) : fmt::format("did you mean `{}`?", meant);
  return tl::unexpected(std::move(d));
}

}  // namespace sbxc::import
