// Everything here walks the CLI11 tree: commands, options, descriptions. Nothing is written twice.
#include "compiler/driver/documents.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "compiler/driver/exit_codes.h"

namespace sbxc::driver {

namespace {

struct OptionWords {
  std::vector<std::string> spellings;  // `-o`, `--output`
  std::string value;                   // empty for a flag
  std::string about;
  bool positional = false;
};

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  for (const std::string& name : option.get_snames()) words.spellings.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.spellings.push_back("--" + name);
  words.positional = option.get_positional();
  if (words.positional) words.spellings.push_back(option.get_name(true));
  if (option.get_expected_max() > 0 && !words.positional) {
    words.value = option.get_type_name();
    // A member check prints itself as `TEXT:{a,b}`; the choices alone are what a person reads.
    const size_t colon = words.value.find(':');
    if (colon != std::string::npos) words.value = words.value.substr(colon + 1);
    if (words.value.empty()) words.value = "TEXT";
  }
  words.about = option.get_description();
  return words;
}

std::vector<OptionWords> options_of(const CLI::App& app) {
  std::vector<OptionWords> all;
  for (const CLI::Option* option : app.get_options()) all.push_back(words_of(*option));
  return all;
}

// Commands a person may type; those in the empty group are hidden.
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  std::vector<const CLI::App*> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) commands.push_back(command);
  }
  return commands;
}

std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else {
      out += c;
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

std::string roff_options(const CLI::App& app) {
  std::string out;
  for (const OptionWords& option : options_of(app)) {
    std::string names;
    for (const std::string& spelling : option.spellings) {
      names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(spelling));
    }
    if (!option.value.empty()) names += fmt::format(" \\fI{}\\fR", roff(option.value));
    out += fmt::format(".TP\n{}\n{}\n", names, roff(option.about));
  }
  return out;
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string dashed(const CLI::App& app) {
  std::string out;
  for (const OptionWords& option : options_of(app)) {
    if (option.positional) continue;
    for (const std::string& spelling : option.spellings) out += " " + spelling;
  }
  return out;
}

std::string command_names(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : commands_of(app)) {
    out += fmt::format("{}{}", out.empty() ? "" : " ", command->get_name());
  }
  return out;
}

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string out = fmt::format(
      ".TH SBXC 1 \"\" \"sbxc {}\" \"User Commands\"\n.SH NAME\nsbxc \\- {}\n.SH SYNOPSIS\n"
      ".B sbxc\n\\fICOMMAND\\fR [\\fIoptions\\fR] \\fIpolicy.sbx\\fR\n",
      SBXC_VERSION, roff(app.get_description()));
  out += fmt::format(".SH OPTIONS\n{}", roff_options(app));
  out += ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) {
    out += fmt::format(".SS {}\n{}\n{}", roff(command->get_name()),
                       roff(command->get_description()), roff_options(*command));
    if (!command->get_footer().empty())
      out += fmt::format(".PP\n{}\n", roff(command->get_footer()));
  }
  out += ".SH EXIT STATUS\n";
  for (const ExitFacts& facts : kExits) {
    out += fmt::format(".TP\n.B {}\n{}\n", static_cast<int>(facts.status), roff(facts.meaning));
  }
  return out;
}

std::string bash_completion(const CLI::App& app) {
  std::string out =
      "_sbxc() {\n  local current=\"${COMP_WORDS[COMP_CWORD]}\" command=\"${COMP_WORDS[1]}\"\n"
      "  local words=\"\"\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  out += fmt::format("    words={}\n  else\n    case \"$command\" in\n",
                     shell_quoted(command_names(app) + dashed(app)));
  for (const CLI::App* command : commands_of(app)) {
    out +=
        fmt::format("      {}) words={} ;;\n", command->get_name(), shell_quoted(dashed(*command)));
  }
  out +=
      "    esac\n  fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  case \"$current\" in\n    -*) ;;\n    *) [ \"$COMP_CWORD\" -gt 1 ] && "
      "COMPREPLY+=($(compgen -f -- \"$current\")) ;;\n  esac\n}\n"
      "complete -o filenames -F _sbxc sbxc\n";
  return out;
}

std::string zsh_completion(const CLI::App& app) {
  std::string out = "#compdef sbxc\n_sbxc() {\n  local -a commands\n  commands=(\n";
  for (const CLI::App* command : commands_of(app)) {
    out += fmt::format("    {}\n", shell_quoted(fmt::format("{}:{}", command->get_name(),
                                                            command->get_description())));
  }
  out +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  case \"$words[2]\" in\n";
  for (const CLI::App* command : commands_of(app)) {
    out += fmt::format("    {})\n      _arguments", command->get_name());
    for (const OptionWords& option : options_of(*command)) {
      if (option.positional) continue;
      for (const std::string& spelling : option.spellings) {
        std::string about;
        for (const char c : option.about) about += c == '[' || c == ']' ? ' ' : c;
        out += " " + shell_quoted(fmt::format("{}[{}]{}", spelling, about,
                                              option.value.empty() ? "" : ":value:_files"));
      }
    }
    out += " '*:file:_files'\n      ;;\n";
  }
  out += "  esac\n}\n_sbxc \"$@\"\n";
  return out;
}

std::string fish_completion(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : commands_of(app)) {
    out += fmt::format("complete -c sbxc -n __fish_use_subcommand -f -a {} -d {}\n",
                       command->get_name(), shell_quoted(command->get_description()));
    for (const OptionWords& option : options_of(*command)) {
      if (option.positional) continue;
      std::string names;
      for (const std::string& spelling : option.spellings) {
        names += spelling.starts_with("--") ? fmt::format(" -l {}", spelling.substr(2))
                                            : fmt::format(" -s {}", spelling.substr(1));
      }
      out += fmt::format("complete -c sbxc -n '__fish_seen_subcommand_from {}'{}{} -d {}\n",
                         command->get_name(), names, option.value.empty() ? "" : " -r",
                         shell_quoted(option.about));
    }
  }
  return out;
}

}  // namespace sbxc::driver
