#include "compiler/driver/console.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace sbxc::driver {

namespace {

// https://no-color.org: set to anything but the empty string.
bool wants_color(std::string_view choice) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term) == "dumb") return false;
  return isatty(STDERR_FILENO) == 1;
}

}  // namespace

Console::Console(std::string_view color) : color_(wants_color(color)) {}

void Console::out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed_ = true;
}

void Console::err(std::string_view text) {
  if (std::fflush(stdout) != 0) failed_ = true;  // the two may be one terminal or one file
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool Console::finish() {
  if (std::fflush(stdout) != 0) failed_ = true;
  return !failed_;
}

}  // namespace sbxc::driver
