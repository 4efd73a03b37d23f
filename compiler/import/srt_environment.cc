// Variables. All that srt's caller has come in, but those that credentials.envVars names. A masked
// one is denied and set to a stand-in; nothing puts the real value into requests.
#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/import/srt_import.h"

namespace sbxc::import {

void import_srt_environment(SrtImport& import) {
  import.draft.section("# Variables: all but credentials.envVars.\n");
  import.draft.add({"allow env", { "*" }});
  const JsonValue& variables = import.at("/credentials/envVars");
  for (size_t i = 0; i < variables.items.size(); ++i) {
    const JsonValue& variable = variables.items[i];
    import.draft.add(
        {"deny env", {variable.find("name")->text}, {}, "credentials (credentials.envVars)"});
    const JsonValue& mode = *variable.find("mode");
    if (mode.text != "mask") continue;
    import.draft.set_env(variable.find("name")->text, "fake_value_of_a_masked_variable");
    import.in_part(mode, fmt::format("/credentials/envVars/{}/mode", i),
                   "the command sees a stand-in, as with srt; but nothing puts the real value into "
                   "requests here");
  }
  import.draft.set_env("SANDBOX_RUNTIME", "1");
  // A directory of temporary files that is there, and the sandbox's own. srt names /tmp/claude,
  // which somebody has to make first.
  import.draft.set_env(Os::linux, "TMPDIR", "/dev/shm");
  import.draft.set_env(Os::macos, "TMPDIR", "/tmp/claude");
  const JsonValue& safe = import.at("/git/safeDirectories");
  if (safe.items.empty()) return;
  import.draft.set_env("GIT_CONFIG_COUNT", std::to_string(safe.items.size()));
  for (size_t i = 0; i < safe.items.size(); ++i) {
    import.draft.set_env(fmt::format("GIT_CONFIG_KEY_{}", i), "safe.directory");
    import.draft.set_env(fmt::format("GIT_CONFIG_VALUE_{}", i), printable(safe.items[i].text));
  }
}

}  // namespace sbxc::import
