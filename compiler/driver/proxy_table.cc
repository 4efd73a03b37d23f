#include "compiler/driver/proxy_table.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "backends/proxy/proxy.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"
#include "compiler/driver/load.h"
#include "compiler/driver/this_system.h"

namespace sbxc::driver {
namespace {

constexpr size_t kMaxTable = size_t{4} << 30;  // offsets in it have 32 bits

tl::unexpected<launch::Failure> failure(std::string message, std::string help = {}) {
  return tl::unexpected(launch::Failure{.message = std::move(message), .help = std::move(help)});
}

}  // namespace

bool TableSource::Stamp::operator==(const Stamp& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         time.tv_sec == other.time.tv_sec && time.tv_nsec == other.time.tv_nsec;
}

std::vector<TableSource::Stamp> TableSource::stamps() const {
  std::vector<Stamp> all;
  for (const std::string& file : files_) {
    struct stat facts {};
    Stamp stamp;
    if (stat(file.c_str(), &facts) == 0) {
#ifdef __APPLE__
      stamp = {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtimespec};
#else
      stamp = {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim};
#endif
    }
    all.push_back(stamp);
  }
  return all;
}

std::vector<std::string> TableSource::with_tokens(std::vector<std::string> files) const {
  files.insert(files.end(), options_.token_files.begin(), options_.token_files.end());
  return files;
}

bool TableSource::changed() {
  std::vector<Stamp> now = stamps();
  const bool settled = now == seen_;
  seen_ = std::move(now);
  return settled && seen_ != read_;
}

launch::Result<egress::Table> TableSource::load(std::string& report) {
  if (files_.empty()) files_ = with_tokens({name()});
  read_ = stamps();  // before reading: what is written meanwhile is a change
  seen_ = read_;
  if (options_.table.empty()) return of_policy(report);
  const auto bytes = read_file(options_.table, kMaxTable);
  if (!bytes) return failure(bytes.error().message, bytes.error().help);
  std::string error;
  egress::Table table = egress::view_table(*bytes, error);
  if (table) return table;
  return failure(fmt::format("`{}` is not to be used: {}", options_.table, error),
                 "`sbxc compile -t proxy policy.sbx` makes a table");
}

launch::Result<egress::Table> TableSource::of_policy(std::string& report) {
  Loaded loaded = load_policy(options_.policy);
  Diagnostics shown;
  for (const Diagnostic& d : loaded.diagnostics.all()) {
    if (facts_of(d.kind).severity == Severity::error) shown.report(d);
  }
  report = render(shown, loaded.sources, {});
  if (!loaded.policy) {
    return failure(fmt::format("the policy `{}` has errors", options_.policy.path));
  }
  std::vector<std::string> files = {options_.policy.path};
  for (const Input& input : loaded.policy->inputs) {
    if (!input.built_in && input.name != options_.policy.path) files.push_back(input.name);
  }
  files = with_tokens(std::move(files));
  if (files != files_) {
    files_ = std::move(files);
    read_ = stamps();
    seen_ = read_;
  }
  const Lowered lowered = lower_proxy(*loaded.policy, kThisSystem, loaded.sources);
  for (const Diagnostic& d : lowered.diagnostics) return failure(d.message, d.help);
  for (const Artifact& artifact : lowered.artifacts) {
    if (!artifact.file.ends_with(".sbxt")) continue;
    std::string error;
    egress::Table table = egress::view_table(artifact.bytes, error);
    if (table) return table;
    return failure(fmt::format("a bug in sbxc: the table that it made is refused: {}", error));
  }
  return failure("a bug in sbxc: there is no table");
}

}  // namespace sbxc::driver
