#include "conformance/suite/manifest.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "conformance/suite/error_names.h"
#include "conformance/suite/machine.h"
#include "conformance/suite/prop.h"
#include "conformance/suite/toml_table.h"

namespace sbxc::conform {

namespace {

constexpr std::array<std::string_view, 2> kSystems = {"linux", "macos"};
constexpr std::array<std::string_view, 9> kOperations = {
    "read", "write", "exec", "connect", "listen", "socket", "env", "syscall", "mach"};

// `FSR-001`, `MAC-012`, `FSR-101`
bool is_id(std::string_view id) {
  const size_t dash = id.find('-');
  if (dash == std::string_view::npos || dash < 2 || id.size() != dash + 4) return false;
  const auto all = [](std::string_view text, char least, char most) {
    return std::all_of(text.begin(), text.end(), [=](char c) { return c >= least && c <= most; });
  };
  return all(id.substr(0, dash), 'A', 'Z') && all(id.substr(dash + 1), '0', '9');
}

void check_words(TableReader& reader, const ManifestEntry& entry) {
  for (const std::string& system : entry.probe.systems) {
    if (std::find(kSystems.begin(), kSystems.end(), system) == kSystems.end()) {
      reader.blame("systems", fmt::format("`{}` is no system", system), "systems are linux, macos");
    }
  }
  if (entry.probe.systems.empty()) reader.blame("systems", "`systems` is missing or empty");
  for (const std::string& request : entry.probe.about) {
    const std::string operation = request.substr(0, request.find(' '));
    if (operation.size() == request.size() ||
        std::find(kOperations.begin(), kOperations.end(), operation) == kOperations.end()) {
      reader.blame("about", fmt::format("`{}` is no request", request),
                   "write an operation and what it is about: `read $home/.netrc`");
    }
  }
  // What another system has is not known here.
  const auto& systems = entry.probe.systems;
  const bool for_here = std::find(systems.begin(), systems.end(), this_system()) != systems.end();
  for (const std::string& need : entry.needs) {
    if (for_here && !is_need(need))
      reader.blame("needs", fmt::format("nothing is known of `{}`", need));
  }
  for (const std::string& error : entry.expect) {
    if (error.starts_with('E') && !error_number(error)) {
      reader.blame("expect", fmt::format("`{}` is no error's name", error));
    }
  }
}

void read_evidence(TableReader& reader, ManifestEntry& entry) {
  for (const std::string& text : reader.texts("evidence")) {
    auto evidence = parse_evidence(text);
    if (!evidence) {
      reader.blame("evidence", evidence.error().message, evidence.error().help);
      return;
    }
    entry.probe.evidence += (entry.probe.evidence.empty() ? "" : ", ") + text;
    entry.evidence.push_back(std::move(*evidence));
  }
  if (entry.evidence.empty()) reader.blame("evidence", "`evidence` is missing or empty");
}

void read_runner(TableReader& reader, ManifestEntry& entry) {
  entry.runner = reader.text("runner", "");
  entry.script = reader.text("script", "");
  if (!entry.runner.empty() && entry.runner != "sh" && entry.runner != "python3") {
    reader.blame("runner", fmt::format("`{}` runs no scripts here", entry.runner),
                 "runners are sh, python3");
  }
  if (entry.runner.empty() != entry.script.empty()) {
    reader.blame("script", "`runner` and `script` go together");
  }
}

Result<ManifestEntry> read_entry(const std::string& file, const toml::table& table) {
  TableReader reader(file, table);
  ManifestEntry entry;
  entry.at = reader.place();
  Probe& probe = entry.probe;
  probe.id = reader.required_text("id");
  if (!is_id(probe.id)) {
    reader.blame("id", fmt::format("`{}` is no id", probe.id),
                 "ids are a group and three digits: `FSR-001`");
  }
  probe.title = reader.required_text("title");
  probe.category = reader.required_text("category");
  probe.systems = reader.texts("systems");
  probe.priority = static_cast<uint32_t>(reader.integer("priority", 1, 0, 2));
  probe.reference = reader.required_text("reference");
  probe.about = reader.texts("about");
  probe.must_work = probe.id.starts_with("OKS-");
  entry.needs = reader.texts("needs");
  entry.props = reader.texts("props");
  entry.expect = reader.texts("expect");
  read_evidence(reader, entry);
  read_runner(reader, entry);
  check_words(reader, entry);
  entry.words = reader.text_map("words");
  entry.environment = reader.text_map("environment");
  entry.directory = reader.text("directory", "home/work");
  entry.afterwards = reader.texts("afterwards");
  entry.launches = static_cast<int>(reader.integer("launches", 1, 1, 5));
  entry.limit = std::chrono::milliseconds(reader.integer("limit", 10, 1, 60) * 1000);
  if (auto wrong = reader.finish()) return tl::unexpected(*wrong);
  return entry;
}

Result<ExpectedEntry> read_expected_entry(const std::string& file, const toml::table& table) {
  TableReader reader(file, table);
  ExpectedEntry entry;
  entry.probe = reader.required_text("id");
  entry.sandbox = reader.text("sandbox", "sbxc");
  entry.systems = reader.texts("systems");
  entry.account = reader.text("account", "");
  if (!entry.account.empty() && entry.account != "root" && entry.account != "user") {
    reader.blame("account", fmt::format("`{}` is neither root nor user", entry.account));
  }
  entry.failure.reason = reader.required_text("reason");
  entry.failure.until = reader.required_text("until");
  if (auto wrong = reader.finish()) return tl::unexpected(*wrong);
  return entry;
}

// Reads each table of the one array that a file holds.
template <typename Entry>
Result<std::vector<Entry>> read_all(const std::string& name, std::string_view text,
                                    std::string_view key,
                                    Result<Entry> (*read)(const std::string&, const toml::table&)) {
  const auto file = parse_toml(name, text);
  if (!file) return tl::unexpected(file.error());
  TableReader top(name, *file);
  std::vector<Entry> entries;
  if (const toml::array* tables = top.tables(key)) {
    for (const toml::node& each : *tables) {
      auto entry = read(name, *each.as_table());
      if (!entry) return tl::unexpected(entry.error());
      entries.push_back(std::move(*entry));
    }
  }
  if (auto wrong = top.finish()) return tl::unexpected(*wrong);
  return entries;
}

}  // namespace

Result<std::vector<ManifestEntry>> read_manifest(const std::string& name, std::string_view text) {
  return read_all<ManifestEntry>(name, text, "probe", read_entry);
}

Result<std::vector<ExpectedEntry>> read_expected(const std::string& name, std::string_view text) {
  return read_all<ExpectedEntry>(name, text, "expected", read_expected_entry);
}

Result<std::vector<ManifestEntry>> joined(std::vector<std::vector<ManifestEntry>> parts,
                                          const StagePlan& plan) {
  std::vector<ManifestEntry> all;
  for (auto& part : parts) {
    std::move(part.begin(), part.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const ManifestEntry& a, const ManifestEntry& b) {
    return a.probe.id < b.probe.id;
  });
  const auto sets = plan.sets();
  for (size_t i = 0; i < all.size(); ++i) {
    const ManifestEntry& entry = all[i];
    if (i > 0 && all[i - 1].probe.id == entry.probe.id) {
      const Place& other = all[i - 1].at;
      return tl::unexpected(Fault{fmt::format("`{}` is there twice", entry.probe.id),
                                  fmt::format("the other is {}:{}", other.file, other.line),
                                  entry.at});
    }
    for (const std::string& prop : entry.props) {
      if (prop_row(prop) != nullptr || sets.contains(prop)) continue;
      return tl::unexpected(
          Fault{fmt::format("`{}` is no prop, and no set of the stage", prop), {}, entry.at});
    }
  }
  return all;
}

bool applies(const ExpectedEntry& entry, std::string_view probe, std::string_view sandbox) {
  const bool here = entry.systems.empty() || std::find(entry.systems.begin(), entry.systems.end(),
                                                       this_system()) != entry.systems.end();
  const std::string_view account = this_account().uid == 0 ? "root" : "user";
  return here && entry.probe == probe && entry.sandbox == sandbox &&
         (entry.account.empty() || entry.account == account);
}

bool id_matches(std::string_view glob, std::string_view id) {
  if (glob.empty()) return id.empty();
  if (glob.front() == '*') {
    return id_matches(glob.substr(1), id) || (!id.empty() && id_matches(glob, id.substr(1)));
  }
  if (id.empty() || (glob.front() != '?' && glob.front() != id.front())) return false;
  return id_matches(glob.substr(1), id.substr(1));
}

}  // namespace sbxc::conform
