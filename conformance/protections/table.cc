#include "conformance/protections/table.h"

#include <fmt/core.h>

#include "conformance/suite/toml_table.h"
#include "runtime/protections/protections.h"

namespace sbxc::conform {

namespace {

std::string listed(const std::vector<std::string>& words, std::string_view around) {
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", around, word, around);
  }
  return text;
}

// What an entry adds to the cell of its protection.
std::string cell(const ProtectionEntry& entry) {
  std::string text = listed(entry.probes, "");
  if (!entry.account.empty()) text += entry.account == "root" ? " (root)" : " (ordinary users)";
  if (!entry.machine.empty()) text += fmt::format(", with {}", entry.machine);
  if (!entry.rules.empty()) text += fmt::format(", under {}", listed(entry.rules, "`"));
  return text;
}

}  // namespace

Result<std::vector<ProtectionEntry>> read_protections(const std::string& name,
                                                      std::string_view text) {
  auto whole = parse_toml(name, text);
  if (!whole) return tl::unexpected(whole.error());
  TableReader top(name, *whole);
  std::vector<ProtectionEntry> entries;
  if (const toml::array* tables = top.tables("needs")) {
    for (const toml::node& node : *tables) {
      TableReader reader(name, *node.as_table());
      ProtectionEntry entry;
      entry.protection = reader.required_text("protection");
      entry.probes = reader.texts("probes");
      entry.besides = reader.texts("besides");
      entry.account = reader.text("account", "");
      entry.machine = reader.text("machine", "");
      entry.rules = reader.texts("rules");
      entry.why = reader.text("why", "");
      if (auto wrong = reader.finish()) return tl::unexpected(std::move(*wrong));
      entries.push_back(std::move(entry));
    }
  }
  if (auto wrong = top.finish()) return tl::unexpected(std::move(*wrong));
  return entries;
}

std::string protections_table(const std::vector<ProtectionEntry>& entries) {
  std::string text;
  std::string_view group;
  for (const protections::Facts& facts : protections::all()) {
    if (facts.group != group) {
      group = facts.group;
      text += fmt::format(
          "{}### {}\n\n| protection | keeps away | where | without it these escape | "
          "other walls before them |\n|---|---|---|---|---|\n",
          text.empty() ? "" : "\n", group);
    }
    std::string probes;
    std::string besides;
    std::string why;
    for (const ProtectionEntry& entry : entries) {
      if (entry.protection != facts.name) continue;
      probes += (probes.empty() ? "" : "; ") + cell(entry);
      const std::string others = listed(entry.besides, "`");
      if (besides.find(others) == std::string::npos) {
        besides += (besides.empty() ? "" : "; ") + others;
      }
      if (!entry.why.empty()) why += (why.empty() ? "" : "; ") + entry.why;
    }
    if (!why.empty()) besides += (besides.empty() ? "" : "; ") + why;
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", facts.name, facts.keeps_away, facts.place,
                        probes, besides);
  }
  return text;
}

}  // namespace sbxc::conform
