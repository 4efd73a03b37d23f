#include "runtime/ask/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/diag/printable.h"

namespace sbxc::ask {
namespace {

constexpr size_t kMaxText = 1000;  // bytes of a statement, a place, a reason in a question

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text.substr(0, kMaxText))) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// A rule's first line, as one line.
std::string first_line(std::string_view text) {
  const size_t end = std::min(text.find('\n'), kMaxText);
  std::string line = printable(text.substr(0, end));
  return end >= text.size() ? line : line + " …";
}

}  // namespace

std::string host_and_port(const Question& question) {
  const bool v6 = question.host.find(':') != std::string::npos;
  const std::string host = printable(question.host);
  return fmt::format("{}:{}", v6 ? "[" + host + "]" : host, question.port);
}

Word word_of(std::string_view line) {
  char bytes[16];
  size_t size = 0;
  for (const char c : line) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (size == sizeof(bytes)) return Word::unclear;
    bytes[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const std::string_view said(bytes, size);
  if (said == "thisrun") return Word::this_run;
  constexpr std::pair<std::string_view, Word> kWords[] = {
      {"once", Word::once}, {"run", Word::this_run}, {"always", Word::always}, {"no", Word::no}};
  for (const auto& [text, word] : kWords) {
    if (said == text || said == text.substr(0, 1)) return word;
  }
  return Word::unclear;
}

Always always_of(const Options& options, const Question& question) {
  if (options.always) return options.always(question);
  const std::string target = host_and_port(question);
  return {fmt::format("except {}   # at the end of {}", target, printable(question.place)),
          fmt::format("allow connect {}", target)};
}

std::string question_text(const Question& question) {
  std::string out = fmt::format("\nsbxc: may it connect to {}?", host_and_port(question));
  if (!question.client.empty()) out += fmt::format(" (client {})", printable(question.client));
  out += fmt::format("\n  {}\n    {}", first_line(question.statement), printable(question.place));
  const bool says_why = question.statement.find(question.because) != std::string::npos;
  if (!says_why) out += fmt::format(": \"{}\"", printable(question.because));
  return out + "\n[o]nce, this [r]un, [a]lways, [n]o: ";
}

std::string always_text(const Always& always) {
  return fmt::format("allowed for this run; for good, write into the policy:\n  {}\n",
                     fmt::join(always, "\n  "));
}

std::string question_json(const Question& question, const Always& always) {
  std::string out = R"({"sbxc_ask":1,"operation":"connect")";
  if (!question.client.empty()) out += fmt::format(R"(,"client":{})", quoted(question.client));
  out +=
      fmt::format(R"(,"host":{},"port":{},"rule":{{"statement":{},"at":{})", quoted(question.host),
                  question.port, quoted(question.statement), quoted(question.place));
  if (!question.because.empty()) out += fmt::format(R"(,"because":{})", quoted(question.because));
  out += R"(},"allow":[)";
  for (size_t i = 0; i < always.size(); ++i) {
    out += fmt::format("{}{}", i == 0 ? "" : ",", quoted(always[i]));
  }
  return out + "]}\n";
}

}  // namespace sbxc::ask
