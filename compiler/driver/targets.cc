#include "compiler/driver/targets.h"

#include <algorithm>
#include <span>

#include "backends/bwrap/bwrap.h"
#include "backends/proxy/proxy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seccomp/seccomp.h"
#include "backends/target/capability_table.h"
#include "compiler/source/embedded_file.h"

namespace sbxc::driver {

std::span<const EmbeddedFile> finding_pages();  // docs/findings/

namespace {

// The tables of both systems when they differ, one when they do not: most policies have no
// `connect` under `on`.
Lowered lower_both_proxies(const Policy& policy, const Sources& sources) {
  Lowered linux_table = lower_proxy(policy, Os::linux, sources);
  Lowered macos_table = lower_proxy(policy, Os::macos, sources);
  const auto same = [](const Artifact& a, const Artifact& b) { return a.bytes == b.bytes; };
  if (std::equal(linux_table.artifacts.begin(), linux_table.artifacts.end(),
                 macos_table.artifacts.begin(), macos_table.artifacts.end(), same)) {
    return linux_table;
  }
  const auto rename = [](Lowered& lowered, std::string_view os) {
    const auto renamed = [&](std::string& file) {
      file.insert(file.rfind('.'), "." + std::string(os));
    };
    for (Artifact& artifact : lowered.artifacts) renamed(artifact.file);
    for (MapEntry& entry : lowered.map) renamed(entry.file);
  };
  rename(linux_table, name_of(Os::linux));
  rename(macos_table, name_of(Os::macos));
  Lowered both = std::move(linux_table);
  std::move(macos_table.artifacts.begin(), macos_table.artifacts.end(),
            std::back_inserter(both.artifacts));
  std::move(macos_table.map.begin(), macos_table.map.end(), std::back_inserter(both.map));
  // A rule of one system is absent from the other's table; the verdict is that of where it exists.
  for (size_t i = 0; i < both.verdicts.size(); ++i) {
    if (both.verdicts[i].fidelity == Fidelity::absent) both.verdicts[i] = macos_table.verdicts[i];
  }
  return both;
}

// With the script asked for, it is one more artifact: it carries the filters of both machines.
Lowered lower_plan(const Policy& policy, const Sources& sources, const Surroundings& surroundings,
                   const LowerRequest& request) {
  const BwrapOptions options{
      .static_only = request.hold_static,
      .directory = surroundings.cwd,
      .keep_terminal = request.keep_terminal,
      .walk_limit = request.walk_limit == 0 ? kDefaultWalkLimit : request.walk_limit};
  if (!request.script) return lower_bwrap(policy, sources, options);
  Planned planned = plan_bwrap(policy, sources, options);
  ScriptOptions script;
  for (const Artifact& artifact : lower_seccomp(policy, sources).artifacts) {
    for (const Arch arch : kArchs) {
      if (artifact.file == "filter." + std::string(name_of(arch)) + ".bpf") {
        script.filters.emplace_back(name_of(arch), artifact.bytes);
      }
    }
  }
  Lowered lowered{.target = TargetName::bwrap,
                  .artifacts = {},
                  .verdicts = std::move(planned.verdicts),
                  .map = {},
                  .diagnostics = std::move(planned.diagnostics)};
  lowered.artifacts.push_back({"run.sh", render_script(planned.plan, policy, sources, script)});
  return lowered;
}

}  // namespace

std::optional<TargetName> target_named(std::string_view name) {
  for (const TargetName target : kTargets) {
    if (name_of(target) == name) return target;
  }
  return std::nullopt;
}

Lowered lower(TargetName target, const Policy& policy, const Sources& sources,
              const Surroundings& surroundings, const LowerRequest& request) {
  switch (target) {
    case TargetName::seatbelt:
      return lower_seatbelt(policy, sources, {});
    case TargetName::bwrap:
      return lower_plan(policy, sources, surroundings, request);
    case TargetName::seccomp:
      return lower_seccomp(policy, sources);
    case TargetName::proxy:
      return lower_both_proxies(policy, sources);
  }
  return {};
}

std::string capability_document() {
  std::vector<Capability> rows;
  const auto add = [&](std::span<const Capability> more) {
    rows.insert(rows.end(), more.begin(), more.end());
  };
  add(seatbelt_capabilities());
  add(bwrap_capabilities());
  add(seccomp_capabilities());
  add(proxy_capabilities());
  return "# What each target holds\n\n"
         "Printed by `sbxc help backends` from the capability tables in `backends/*`. The best "
         "each\n"
         "target can do with an operation; the verdict for a given rule stands in "
         "`manifest.json`.\n\n"
         "- **exact**: the target means what the rule says\n"
         "- **narrowed**: the target allows less; the verdict names what is lost\n"
         "- **widened**, **impossible**: the target would allow more, or cannot say it: an error\n"
         "  unless the statement ends in `accept widened \"why\"`\n"
         "- **elsewhere**: another part holds it\n"
         "- **absent**: the operation does not exist on that system\n\n" +
         render_capabilities(rows);
}

std::string_view finding_page(std::string_view slug) {
  const auto pages = finding_pages();
  const auto page = std::ranges::find(pages, slug, &EmbeddedFile::name);
  return page == pages.end() ? std::string_view() : page->text;
}

}  // namespace sbxc::driver
