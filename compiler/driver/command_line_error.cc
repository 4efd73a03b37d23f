#include "compiler/driver/command_line_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"

namespace sbxc::driver {
namespace {

std::string lines(std::string_view error, std::string_view help) {
  return fmt::format("error: {}\nhelp: {}\n", error, help);
}

bool is_option(std::string_view word) { return word.starts_with('-') && word.size() > 1; }

std::string no_command(const CLI::App& app, const std::vector<std::string>& words) {
  constexpr std::string_view kOverview = "`sbxc --help` lists the commands and their options";
  const auto word = std::ranges::find_if_not(words, is_option);
  if (word == words.end()) {
    if (words.empty()) return lines("a command is missing", kOverview);
    return lines(fmt::format("`{}` is no option of sbxc", printable(words.front())), kOverview);
  }
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  const std::string near = nearest(*word, {names.begin(), names.end()});
  return lines(fmt::format("`{}` is no command of sbxc", printable(*word)),
               near.empty() ? std::string(kOverview) : fmt::format("did you mean `{}`?", near));
}

}  // namespace

std::string command_line_error(const CLI::App& app, const std::vector<std::string>& words,
                               const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) return no_command(app, words);
  const CLI::App& command = *chosen.front();
  const std::string help = fmt::format("`sbxc {} --help` tells what it takes", command.get_name());
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty()) return lines(printable(error.what()), help);
  const std::string shown = printable(left.front());
  return lines(
      is_option(left.front())
          ? fmt::format("`{}` is no option of `sbxc {}`", shown, command.get_name())
          : fmt::format("`sbxc {}` does not know what to do with `{}`", command.get_name(), shown),
      help);
}

}  // namespace sbxc::driver
