// How a sandbox is told the scenario: which words start it, which files it reads. `sbxc run` is one
// of them; `--sandbox 'CMD…'` another; the rest are TOML files (docs/conformance.md):
//
//   name = "srt"
//   command = ["srt", "--settings", "{file:settings.json}", "{command}"]
//   version = ["srt", "--version"]
//   [environment]
//   [[file]]  name = "settings.json"  text = "…{home}…"
//
// {home} {work} {outside} {tmp} {stage} {uid} {file:NAME}; `{command}` alone is the attempt's
// words,
// `{command:quoted}` is all of them as one word for a shell. Without either they come last.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"
#include "conformance/suite/outcome.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

struct Adapter {
  struct File {
    std::string name;
    std::string text;
    unsigned mode = 0600;
  };
  std::string name;
  std::vector<std::string> command;  // empty: none, which is how the control is started
  std::vector<std::string> version;
  std::map<std::string, std::string> environment;
  std::vector<File> files;
  std::string as_given;  // for reports
};

Result<Adapter> read_adapter(const std::string& name, std::string_view text);
// Words as a shell would split them: quotes and backslashes, nothing is expanded.
Result<Adapter> adapter_of_words(std::string_view text);

// Writes its files to the stage and gives the words that start `command` in it.
Result<std::vector<std::string>> adapted(const Adapter& adapter, const Stage& stage,
                                         const std::vector<std::string>& command);
// What `version` prints, first line; empty when there is nothing to say.
std::string version_of(const Adapter& adapter);

}  // namespace sbxc::conform
