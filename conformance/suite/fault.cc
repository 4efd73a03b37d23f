#include "conformance/suite/fault.h"

#include <fmt/core.h>

#include <cstring>

namespace sbxc::conform {

Fault system_fault(const std::string& message, int error) {
  return {fmt::format("{}: {}", message, std::strerror(error)), {}, {}};
}

std::string in_words(const Fault& fault) {
  std::string text = fault.message;
  if (fault.at) text = fmt::format("{}:{}: {}", fault.at->file, fault.at->line, text);
  if (!fault.help.empty()) text += fmt::format("\nhelp: {}", fault.help);
  return text;
}

}  // namespace sbxc::conform
