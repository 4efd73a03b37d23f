#include "conformance/suite/adapter.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "conformance/suite/shell_words.h"
#include "conformance/suite/toml_table.h"

namespace sbxc::conform {

namespace {

std::string file_name(const std::string& word) {
  const size_t slash = word.rfind('/');
  return slash == std::string::npos ? word : word.substr(slash + 1);
}

std::string filled(const std::string& text, const Stage& stage) {
  std::string out = stage.filled(text);
  const std::string uid = std::to_string(getuid());
  for (size_t at = out.find("{uid}"); at != std::string::npos; at = out.find("{uid}", at)) {
    out.replace(at, 5, uid);
  }
  constexpr std::string_view kFile = "{file:";
  for (size_t at = out.find(kFile); at != std::string::npos; at = out.find(kFile, at + 1)) {
    const size_t end = out.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = out.substr(at + kFile.size(), end - at - kFile.size());
    out.replace(at, end + 1 - at, stage.root() + "/adapter/" + name);
  }
  return out;
}

std::string quoted(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + shell_quoted(word);
  return all;
}

Result<Adapter::File> read_file_entry(const std::string& name, const toml::table& table) {
  TableReader reader(name, table);
  Adapter::File file;
  file.name = reader.required_text("name");
  file.text = reader.text("text", "");
  file.mode = static_cast<mode_t>(reader.integer("mode", 0600, 0, 0777));
  if (file.name.find('/') != std::string::npos) {
    reader.blame("name", "a file's name has no `/`: it stands in a directory of its own");
  }
  if (auto wrong = reader.finish()) return tl::unexpected(*wrong);
  return file;
}

}  // namespace

Result<Adapter> read_adapter(const std::string& name, std::string_view text) {
  const auto parsed = parse_toml(name, text);
  if (!parsed) return tl::unexpected(parsed.error());
  TableReader reader(name, *parsed);
  Adapter adapter;
  adapter.name = reader.required_text("name");
  adapter.command = reader.texts("command");
  adapter.version = reader.texts("version");
  adapter.environment = reader.text_map("environment");
  adapter.as_given = name;
  if (adapter.command.empty()) reader.blame("command", "`command` is missing or empty");
  if (const toml::array* files = reader.tables("file")) {
    for (const toml::node& each : *files) {
      auto file = read_file_entry(name, *each.as_table());
      if (!file) return tl::unexpected(file.error());
      adapter.files.push_back(std::move(*file));
    }
  }
  if (auto wrong = reader.finish()) return tl::unexpected(*wrong);
  return adapter;
}

Result<Adapter> adapter_of_words(std::string_view text) {
  auto words = shell_words(text);
  if (!words) return tl::unexpected(words.error());
  if (words->empty()) return fault("`--sandbox` names no command");
  Adapter adapter;
  adapter.command = std::move(*words);
  adapter.name = file_name(adapter.command.front());
  adapter.as_given = text;
  return adapter;
}

Result<std::vector<std::string>> adapted(const Adapter& adapter, const Stage& stage,
                                         const std::vector<std::string>& command) {
  for (const Adapter::File& file : adapter.files) {
    if (auto put = stage.put_aside("adapter/" + file.name, filled(file.text, stage),
                                   static_cast<mode_t>(file.mode));
        !put) {
      return tl::unexpected(put.error());
    }
  }
  std::vector<std::string> words;
  bool placed = adapter.command.empty();
  for (const std::string& word : adapter.command) {
    if (word == "{command}") {
      words.insert(words.end(), command.begin(), command.end());
      placed = true;
      continue;
    }
    constexpr std::string_view kQuoted = "{command:quoted}";
    std::string out = filled(word, stage);
    if (const size_t at = out.find(kQuoted); at != std::string::npos) {
      out.replace(at, kQuoted.size(), quoted(command));
      placed = true;
    }
    words.push_back(std::move(out));
  }
  if (!placed || adapter.command.empty()) {
    words.insert(words.end(), command.begin(), command.end());
  }
  return words;
}

std::string version_of(const Adapter& adapter) {
  if (adapter.version.empty()) return {};
  FILE* pipe = popen((quoted(adapter.version) + " 2>/dev/null").c_str(), "re");
  if (pipe == nullptr) return {};
  std::string line;
  for (int c = fgetc(pipe); c != EOF && c != '\n' && line.size() < 200; c = fgetc(pipe)) {
    line += static_cast<char>(c);
  }
  while (fgetc(pipe) != EOF) continue;
  pclose(pipe);
  return line;
}

}  // namespace sbxc::conform
