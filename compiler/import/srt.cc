// Settings of srt, by meaning:
//
//   reading    everything, minus denyRead, plus allowRead: the deeper of the two counts, allowRead
//              on a tie. Here a deny beats an allow, so every denyRead is a deny with its own
//              exceptions, those allowRead entries that lie in it.
//   writing    nothing, plus allowWrite, minus denyWrite and the names that srt always protects
//              below the working directory. Here as there a deny wins.
//   network    nothing, plus allowedDomains, minus deniedDomains; no port means any.
//   the rest   programs run what they can read; variables all come in but those that are denied.
//
// Where the two systems differ in srt, the statements stand in `on linux` and `on macos`. Laws of
// this language that are stricter than srt stay: what cannot be read cannot be written, patterns
// hold for names that appear later, names do not lead to private addresses, the kernel's settings
// are never written. docs/importing.md has the whole list.
//
// Reference: the package's README and schema, version 0.0.83.
#include "compiler/import/srt.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/import/srt_import.h"
#include "compiler/import/srt_schema.h"

namespace sbxc::import {

namespace {

constexpr const char* kComment =
    "# Made by `sbxc import srt` from settings of sandbox-runtime (srt). It says what they mean "
    "there;\n"
    "# what could not be said was listed when it was made. Relative paths of the settings start at "
    "$cwd.\n"
    "# `sbxc check` names the grants to think about; `use std/secrets` and `use std/persistence` "
    "close\n"
    "# most of them.\n";

}  // namespace

const JsonValue& SrtImport::at(std::string_view pointer) const {
  static const JsonValue none;
  const JsonValue* value = &root;
  while (value != nullptr && !pointer.empty()) {
    const size_t end = std::min(pointer.find('/', 1), pointer.size());
    value = value->find(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
  }
  return value != nullptr ? *value : none;
}

void SrtImport::lost(Kind kind, const JsonValue& value, const std::string& pointer,
                     const std::string& why) {
  if (!said.emplace(pointer, why).second) return;
  diagnostics.report(
      {.kind = kind,
       .span = value.span,
       .message = fmt::format(
           "`{}` is {}: {}", printable(pointer),
           kind == Kind::setting_not_carried ? "not carried over" : "carried over in part", why)});
}

std::optional<std::string> import_srt(const Sources& sources, FileId settings,
                                      const ImportContext& context, Diagnostics& diagnostics) {
  const auto root = parse_json(sources, settings);
  if (!root) {
    diagnostics.report(root.error());
    return std::nullopt;
  }
  check_srt_settings(*root, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  PolicyDraft draft("imported", "What the settings of srt allow", kComment);
  SrtImport import{*root, context, diagnostics, draft};
  import_srt_files(import);
  import_srt_network(import);
  import_srt_systems(import);
  import_srt_environment(import);
  return draft.text();
}

}  // namespace sbxc::import
