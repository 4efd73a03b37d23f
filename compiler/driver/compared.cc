#include "compiler/driver/compared.h"

#include <fmt/core.h>

#include <filesystem>

#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"
#include "compiler/driver/targets.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMaxBytes = 256U << 20;

struct KindRow {
  FileKind kind;
  TargetName target;
  std::string_view file;  // of `sbxc compile`
  std::string_view description;
};
constexpr KindRow kKinds[] = {
    {FileKind::profile, TargetName::seatbelt, "profile.sb", "Seatbelt profile"},
    {FileKind::plan, TargetName::bwrap, "plan.json", "bubblewrap plan"},
    {FileKind::filter_x86_64, TargetName::seccomp, "filter.x86_64.bpf", "seccomp filter"},
    {FileKind::filter_aarch64, TargetName::seccomp, "filter.aarch64.bpf",
     "seccomp filter of aarch64"},
    {FileKind::hosts, TargetName::proxy, "hosts.sbxt", "host table"},
};

const KindRow& row_of(FileKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row;
  }
  return kKinds[0];
}

bool is_json_of(std::string_view bytes, std::string_view format) {
  return bytes.starts_with('{') && bytes.substr(0, 200).find(format) != std::string_view::npos;
}

// By what it holds; by its name where bytes alone tell nothing.
std::optional<FileKind> kind_of(const std::string& path, std::string_view bytes) {
  if (bytes.starts_with("\x89SBXT") || is_json_of(bytes, "\"sbx-hosts\"")) return FileKind::hosts;
  if (is_json_of(bytes, "\"sbxc_plan\"")) return FileKind::plan;
  const std::filesystem::path name(path);
  if (name.extension() == ".bpf") {
    const bool arm = name.filename().string().find("aarch64") != std::string::npos;
    return arm ? FileKind::filter_aarch64 : FileKind::filter_x86_64;
  }
  const size_t text = bytes.find_first_not_of(" \t\r\n");
  const bool scheme = text != std::string_view::npos && (bytes[text] == '(' || bytes[text] == ';');
  if (name.extension() == ".sb" || scheme) return FileKind::profile;
  return std::nullopt;
}

Result<Given> look_at_directory(Given given, const std::string& path) {
  for (const KindRow& row : kKinds) {
    const std::string file = path + "/" + std::string(row.file);
    if (!std::filesystem::exists(file)) continue;
    auto bytes = read_file(file, kMaxBytes);
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    given.files.emplace(row.kind, std::move(*bytes));
  }
  if (!given.files.empty()) return given;
  return tl::unexpected(
      Diagnostic{.kind = Kind::cannot_read,
                 .span = std::nullopt,
                 .message = fmt::format("`{}` has no artifacts in it", printable(path)),
                 .help = "give the directory that `sbxc compile -o` wrote, or one file"});
}

}  // namespace

std::string_view describe(FileKind kind) { return row_of(kind).description; }
std::string_view usual_name(FileKind kind) { return row_of(kind).file; }

Result<Given> look_at(const std::string& path) {
  Given given{.name = path == "-" ? "<stdin>" : path, .sbx = std::nullopt, .files = {}};
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) {
    given.is_directory = true;
    return look_at_directory(std::move(given), path);
  }
  if (path == "-" || std::filesystem::path(path).extension() == ".sbx") {
    given.sbx = path;
    return given;
  }
  auto bytes = read_file(path, kMaxBytes);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  if (const auto kind = kind_of(path, *bytes)) {
    given.files.emplace(*kind, std::move(*bytes));
  } else {
    given.sbx = path;
  }
  return given;
}

Result<Files> compile_kinds(const Loaded& policy, const Files& like) {
  Files files;
  std::optional<Lowered> lowered;
  for (const KindRow& row : kKinds) {
    if (!like.contains(row.kind)) continue;
    if (!lowered || lowered->target != row.target) {
      lowered = lower(row.target, *policy.policy, policy.sources, policy.resolve.surroundings, {});
    }
    for (Diagnostic& diagnostic : lowered->diagnostics) {
      if (facts_of(diagnostic.kind).severity == Severity::error) {
        return tl::unexpected(std::move(diagnostic));
      }
    }
    for (const Artifact& artifact : lowered->artifacts) {
      if (artifact.file == row.file) files.emplace(row.kind, artifact.bytes);
    }
  }
  return files;
}

RuleId PointedAt::add(report::DecidingRule rule) {
  const auto next = static_cast<RuleId>(rules_.size());
  const auto [found, fresh] = known_.try_emplace({rule.place, rule.statement}, next);
  if (fresh) rules_.push_back(std::move(rule));
  return found->second;
}

}  // namespace sbxc::driver
