// Unix sockets, Mach services, system calls: what srt opens by itself, and the keys that open more.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/import/srt_import.h"
#include "compiler/import/srt_path.h"

namespace sbxc::import {

namespace {

// Services that every command may look up there; without com.apple.distributed_notifications@Uv3,
// whose name a policy cannot hold.
constexpr const char* kServices[] = {
    "com.apple.audio.systemsoundserver",
    "com.apple.FontObjectsServer",
    "com.apple.fonts",
    "com.apple.logd",
    "com.apple.lsd.mapdb",
    "com.apple.PowerManagement.control",
    "com.apple.system.logger",
    "com.apple.system.notification_center",
    "com.apple.system.opendirectoryd.libinfo",
    "com.apple.system.opendirectoryd.itemship",
    "com.apple.bsd.dirhelper",
    "com.apple.securityd.xpc",
    "com.apple.coreservices.launchservicesd",
    "com.apple.SecurityServer",
};

void sockets(SrtImport& import) {
  if (import.on("/network/allowAllUnixSockets")) {
    import.draft.add({"allow socket", {"/**"}, {}, "allowAllUnixSockets"});
    return;
  }
  const JsonValue& list = import.at("/network/allowUnixSockets");
  for (size_t i = 0; i < list.items.size(); ++i) {
    for (const Os os : {Os::linux, Os::macos}) {
      const PathReadings read =
          read_path_entry({list.items[i].text, true}, PathUse::allow_read, os, import.context);
      for (const std::string& why : read.lost) {
        import.not_carried(list.items[i], fmt::format("/network/allowUnixSockets/{}", i), why);
      }
      for (const PathReading& reading : read.readings) {
        import.draft.add(os, {"allow socket",
                              { pattern_text(reading.globs.front(), Tail::everything_below,
                                             reading.start, import.context) }});
      }
    }
  }
}

// A name of which `*` at the end alone is a wildcard; in letters that a policy has for services.
bool is_service(std::string_view name) {
  if (name.ends_with('*')) name.remove_suffix(1);
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

void services(SrtImport& import) {
  for (const char* name : kServices) import.draft.add(Os::macos, {"allow mach", { name }});
  if (import.on("/enableWeakerNetworkIsolation")) {
    import.draft.add(Os::macos, {"allow mach", { "com.apple.trustd.agent" }});
  }
  const JsonValue& list = import.at("/network/allowMachLookup");
  for (size_t i = 0; i < list.items.size(); ++i) {
    const std::string& name = list.items[i].text;
    if (!name.empty() && is_service(name)) {
      import.draft.add(Os::macos, {"allow mach", { name }});
    } else {
      import.not_carried(list.items[i], fmt::format("/network/allowMachLookup/{}", i),
                         "a policy names services by letters, digits, `.`, `-` and `_`");
    }
  }
}

}  // namespace

void import_srt_systems(SrtImport& import) {
  import.draft.section("# Unix sockets.\n");
  sockets(import);
  import.draft.section("# What programs need of the system.\n");
  import.draft.add(Os::linux, {"allow syscall", { "@default" }});
  if (import.on("/allowNestedUserNamespaces")) {
    import.draft.add(Os::linux,
                     {"allow syscall", {"@namespaces", "@mount"}, {}, "allowNestedUserNamespaces"});
    import.draft.add(
        Os::linux,
        {"allow write", {"/proc/*/{uid_map,gid_map,setgroups}"}, {}, "allowNestedUserNamespaces"});
  }
  services(import);
}

}  // namespace sbxc::import
