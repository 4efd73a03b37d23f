#include "conformance/suite/attempt_words.h"

#include <fmt/core.h>

#include "conformance/suite/shell_words.h"

namespace sbxc::conform {

namespace {

// Says `start` and how it ended, as the probe program does; `exit` in the script ends a subshell.
std::string shell_script(const ManifestEntry& entry, const Stage& stage) {
  std::string text;
  for (const auto& [key, value] : stage.words()) {
    text += fmt::format("{}={}\n", key, shell_quoted(value));
  }
  text += fmt::format("echo start\n(\n{}\n)\n", entry.script);
  text += "if [ $? = 0 ]; then printf '\\nend done\\n'; else printf '\\nend refused\\n'; fi\n";
  return text;
}

std::string python_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\' || static_cast<unsigned char>(c) < ' ') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string python_script(const ManifestEntry& entry, const Stage& stage) {
  std::string text = "scene = {";
  for (const auto& [key, value] : stage.words()) {
    text += fmt::format("'{}': {}, ", key, python_text(value));
  }
  return text +
         fmt::format("}}\nprint('start', flush=True)\n{}\nprint('\\nend done', flush=True)\n",
                     entry.script);
}

}  // namespace

std::vector<std::string> attempt_words(const ManifestEntry& entry, const Stage& stage) {
  if (entry.runner == "sh") return {"/bin/sh", "-c", shell_script(entry, stage)};
  if (entry.runner == "python3") {
    return {"/usr/bin/python3", "-c", python_script(entry, stage)};
  }
  std::vector<std::string> words = {stage.program(), entry.probe.id};
  for (const auto& [key, value] : stage.words()) words.push_back(key + "=" + value);
  return words;
}

}  // namespace sbxc::conform
