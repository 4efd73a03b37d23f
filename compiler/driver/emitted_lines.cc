#include "compiler/driver/emitted_lines.h"

#include <algorithm>

namespace sbxc::driver {

namespace {

bool is_text(std::string_view file) { return file.ends_with(".sb") || file.ends_with(".txt"); }

std::string line_of(const Lowered& lowered, std::string_view file, uint32_t number) {
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file != file) continue;
    std::string_view rest = artifact.bytes;
    for (uint32_t line = 1; !rest.empty(); ++line) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      if (line == number) return std::string(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

std::string trimmed(const std::string& text) {
  const size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin);
}

}  // namespace

std::vector<EmittedLine> emitted_for(const Lowered& lowered, const std::vector<RuleId>& rules) {
  std::vector<EmittedLine> found;
  for (const MapEntry& entry : lowered.map) {
    const bool wanted = std::any_of(entry.rules.begin(), entry.rules.end(), [&](RuleId rule) {
      return std::find(rules.begin(), rules.end(), rule) != rules.end();
    });
    if (!wanted) continue;
    found.push_back({entry.file, entry.where, {}});
    if (is_text(entry.file)) found.back().text = trimmed(line_of(lowered, entry.file, entry.where));
  }
  return found;
}

std::vector<RuleId> rules_of(const Lowered& lowered, std::string_view file, uint32_t where) {
  std::vector<RuleId> rules;
  for (const MapEntry& entry : lowered.map) {
    if (entry.file != file || entry.where != where) continue;
    rules.insert(rules.end(), entry.rules.begin(), entry.rules.end());
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

}  // namespace sbxc::driver
