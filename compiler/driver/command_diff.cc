// `sbxc diff OLD NEW`: what a change of a policy opens up and what it closes, for every request
// there is. The status says whether there is a change of the asked kind; the forms are made in
// compiler/report.
//
// Either side may be an artifact, or a directory of them. Then artifacts of the same kind are
// compared, and a policy on the other side is compiled to them first.
#include <fmt/core.h>

#include "compiler/decisions/over_budget.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/compared.h"
#include "compiler/driver/load.h"
#include "compiler/report/difference_json.h"
#include "compiler/report/difference_text.h"

namespace sbxc::driver {

namespace {

report::FailOn level_named(std::string_view name) {
  if (name == "widened") return report::FailOn::widened;
  if (name == "narrowed") return report::FailOn::narrowed;
  return name == "none" ? report::FailOn::none : report::FailOn::any;
}

std::string written(const report::Difference& difference, const report::DifferenceSide& before,
                    const report::DifferenceSide& after, std::string_view format) {
  if (format == "md") return report::write_markdown(difference, before, after);
  if (format == "json") return report::write_json(difference, before, after);
  if (format != "sarif") return report::write_text(difference, before, after);
  report::SarifLog log = report::sarif_log_of(difference, before, after);
  log.version = SBXC_VERSION;
  return report::write_sarif(log);
}

class Diff {
 public:
  Diff(const DiffOptions& options, Console& console) : options_(options), console_(console) {}

  Exit run() {
    if (options_.before == "-" && options_.after == "-") {
      console_.err("error: only one of the two policies can be standard input\n");
      return Exit::bad_input;
    }
    auto before = look_at(options_.before);
    auto after = look_at(options_.after);
    for (const auto* side : {&before, &after}) {
      if (!*side) console_.err(render(side->error(), Sources{}, console_.render_options()));
    }
    if (!before || !after) return Exit::bad_input;
    for (const auto& [given, loaded] : {std::pair{&*before, &before_}, {&*after, &after_}}) {
      if (given->sbx && !load(*given->sbx, *loaded)) return Exit::bad_input;
    }
    if (before->sbx && after->sbx) return compare_policies(*before, *after);
    return compare_files(*before, *after);
  }

 private:
  bool load(const std::string& path, Loaded& loaded) {
    loaded = load_policy({path, options_.defines});
    if (loaded.policy) return true;
    console_.err(render(loaded.diagnostics, loaded.sources, console_.render_options()));
    return false;
  }

  Exit compare_policies(const Given& before, const Given& after) {
    const auto difference = report::difference_of(*before_.policy, *after_.policy);
    if (!difference) {
      const Loaded& side = difference.error().side == Side::before ? before_ : after_;
      const Diagnostic d = over_budget(*side.policy, difference.error().over);
      console_.err(render(d, side.sources, console_.render_options()));
      return Exit::over_budget;
    }
    return tell(*difference, report::side_of(*before_.policy, before_.sources, before.name),
                report::side_of(*after_.policy, after_.sources, after.name));
  }

  Exit compare_files(Given& before, Given& after) {
    for (const auto& [given, loaded, other] :
         {std::tuple{&before, &before_, &after}, {&after, &after_, &before}}) {
      if (!given->sbx) continue;
      auto files = compile_kinds(*loaded, other->files);
      if (!files) {
        console_.err(render(files.error(), loaded->sources, console_.render_options()));
        return Exit::bad_input;
      }
      given->files = std::move(*files);
    }
    Comparing comparing;
    bool any = false;
    for (const auto& [kind, bytes] : before.files) {
      const auto other = after.files.find(kind);
      if (other == after.files.end()) continue;
      any = true;
      const ComparedBytes compared{.before = bytes,
                                   .after = other->second,
                                   .file_before = place_of(before, kind),
                                   .file_after = place_of(after, kind),
                                   .import_dirs = options_.import_dirs};
      if (const auto done = compare_kind(kind, compared, comparing); !done) {
        console_.err(render(done.error(), Sources{}, console_.render_options()));
        return Exit::bad_input;
      }
    }
    if (!any) return nothing_in_common(before, after);
    add_missing(before, after, comparing.difference);
    return tell(comparing.difference, side_of(before.name, comparing.before),
                side_of(after.name, comparing.after));
  }

  static Result<bool> compare_kind(FileKind kind, const ComparedBytes& bytes, Comparing& out) {
    switch (kind) {
      case FileKind::profile:
        return compare_profiles(bytes, out);
      case FileKind::plan:
        return compare_plans(bytes, out);
      case FileKind::filter_x86_64:
      case FileKind::filter_aarch64:
        return compare_filters(kind, bytes, out);
      case FileKind::hosts:
        return compare_hosts(bytes, out);
    }
    return true;
  }

  static std::string place_of(const Given& given, FileKind kind) {
    if (given.is_directory) return given.name + "/" + std::string(usual_name(kind));
    if (given.sbx) return given.name + " as " + std::string(usual_name(kind));
    return given.name;
  }

  // What one directory has and the other does not is no difference that could be told.
  static void add_missing(const Given& before, const Given& after, report::Difference& to) {
    for (const auto& [one, other] : {std::pair{&before, &after}, {&after, &before}}) {
      for (const auto& [kind, bytes] : one->files) {
        if (other->files.contains(kind)) continue;
        to.uncompared.push_back({.name = std::string(describe(kind)),
                                 .on = {},
                                 .why = fmt::format("`{}` has none", other->name)});
      }
    }
  }

  Exit nothing_in_common(const Given& before, const Given& after) {
    const auto kind = [](const Given& given) {
      return given.is_directory ? std::string("directory")
                                : std::string(describe(given.files.begin()->first));
    };
    const Diagnostic d{
        .kind = Kind::cannot_read,
        .span = std::nullopt,
        .message =
            fmt::format("`{}` is a {} and `{}` a {}: they decide nothing in common",
                        printable(before.name), kind(before), printable(after.name), kind(after)),
        .help = "compare each of them with the policy"};
    console_.err(render(d, Sources{}, console_.render_options()));
    return Exit::bad_input;
  }

  static report::DifferenceSide side_of(const std::string& name, const PointedAt& pointed) {
    return {
        .name = name, .rule = [&pointed](RuleId id) { return pointed.rule(id); }, .setting_at = {}};
  }

  Exit tell(const report::Difference& difference, const report::DifferenceSide& before,
            const report::DifferenceSide& after) {
    console_.out(written(difference, before, after, options_.format));
    if (report::fails(difference.relation(), level_named(options_.fail_on))) return Exit::findings;
    return difference.uncompared.empty() ? Exit::holds : Exit::over_budget;
  }

  const DiffOptions& options_;
  Console& console_;
  Loaded before_;
  Loaded after_;
};

}  // namespace

Exit run_diff(const DiffOptions& options, Console& console) { return Diff(options, console).run(); }

}  // namespace sbxc::driver
