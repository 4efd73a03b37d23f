#include "runtime/violations/violation.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace sbxc::violations {
namespace {

constexpr size_t kLongestLine = size_t{64} * 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `touch(4711) deny(1) file-write-create /private/tmp/x`, without what precedes it.
std::optional<Violation> denial_of(std::string_view text) {
  // The first that fits: a target may contain the same words, a process's name hardly ever does.
  for (size_t at = text.find(") deny("); at != std::string_view::npos;
       at = text.find(") deny(", at + 1)) {
    size_t number = at;
    while (number > 0 && is_digit(text[number - 1])) --number;
    const size_t closed = text.find(") ", at + 7);
    if (number == at || number == 0 || text[number - 1] != '(' ||
        closed == std::string_view::npos) {
      continue;
    }
    Violation found{.process = std::string(text.substr(0, number - 1)), .operation{}, .target{}};
    const auto read = std::from_chars(text.data() + number, text.data() + at, found.pid);
    if (read.ec != std::errc()) return std::nullopt;
    const std::string_view rest = text.substr(closed + 2);
    const size_t space = rest.find(' ');
    found.operation = rest.substr(0, space);
    if (space != std::string_view::npos) found.target = rest.substr(space + 1);
    if (found.operation.empty()) return std::nullopt;
    return found;
  }
  return std::nullopt;
}

// The kernel, or who reports for it.
bool is_of_the_system(const nlohmann::json& line) {
  const auto process = line.find("processID");
  if (process != line.end() && process->is_number_integer() && *process == 0) return true;
  const auto image = line.find("processImagePath");
  return image != line.end() && image->is_string() && *image == "/usr/libexec/sandboxd";
}

}  // namespace

std::optional<Violation> violation_of(std::string_view line, std::string_view message) {
  if (line.size() > kLongestLine || !line.starts_with('{')) return std::nullopt;
  const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
  if (!json.is_object() || !is_of_the_system(json)) return std::nullopt;
  const auto event = json.find("eventMessage");
  if (event == json.end() || !event->is_string()) return std::nullopt;
  std::string_view text = event->get_ref<const std::string&>();
  if (message.empty() || !text.ends_with(message)) return std::nullopt;
  text.remove_suffix(message.size());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);

  constexpr std::string_view kHead = "Sandbox: ";
  const size_t head = text.find(kHead);
  if (head == std::string_view::npos) return std::nullopt;
  uint64_t more = 0;
  std::from_chars(text.data(), text.data() + head, more);  // `2 duplicate reports for `
  auto found = denial_of(text.substr(head + kHead.size()));
  if (found) found->more = more > 0 ? more - 1 : 0;
  return found;
}

std::string predicate_for(std::string_view message) {
  return "eventMessage ENDSWITH \"" + std::string(message) + "\"";
}

Meaning meaning_of(const Violation& violation) {
  const std::string_view operation = violation.operation;
  const bool path = violation.target.starts_with('/');
  if (operation.starts_with("file-write") || operation == "file-link") return Meaning::write;
  if (operation.starts_with("file-read") || operation == "file-clone" ||
      operation == "file-test-existence") {
    return Meaning::read;
  }
  if (operation.starts_with("process-exec")) return Meaning::exec;
  if (operation == "mach-lookup") return Meaning::service;
  if (operation == "network-outbound") return path ? Meaning::socket : Meaning::connect;
  if (operation == "network-bind" || operation == "network-inbound") {
    return path ? Meaning::socket : Meaning::listen;
  }
  return Meaning::other;
}

}  // namespace sbxc::violations
