#include "compiler/import/policy_draft.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/ast/quote.h"

namespace sbxc::import {

namespace {

std::string list(const std::vector<std::string>& patterns) {
  std::string out;
  for (const std::string& pattern : patterns) out += (out.empty() ? "" : ", ") + pattern;
  return out;
}

// In a value `$` begins a variable.
std::string value_text(const std::string& value) {
  std::string out;
  for (const char c : value) out += c == '$' ? "$$" : std::string(1, c);
  return ast::quote(out);
}

}  // namespace

bool PolicyDraft::Line::same_statement(const Line& other) const {
  return section == other.section && setting == other.setting && rule.head == other.rule.head &&
         rule.because == other.rule.because && rule.accept_widened == other.rule.accept_widened &&
         rule.except.empty() && other.rule.except.empty();
}

std::string PolicyDraft::Line::key() const {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", section, setting, rule.head, rule.because,
                     rule.accept_widened, list(rule.patterns), list(rule.except));
}

void PolicyDraft::section(std::string heading) { headings_.push_back(std::move(heading)); }

void PolicyDraft::add_line(Os os, Line line) {
  const auto index = static_cast<size_t>(os);
  if (keys_[index].insert(line.key()).second) lines_[index].push_back(std::move(line));
}

void PolicyDraft::add(Os os, const DraftRule& rule) {
  const size_t section = headings_.size() - 1;
  if (!rule.except.empty()) {
    add_line(os, {section, rule});
    return;
  }
  for (const std::string& pattern : rule.patterns) {
    add_line(os, {section, {rule.head, {pattern}, {}, rule.because, rule.accept_widened}});
  }
}

void PolicyDraft::add(const DraftRule& rule) {
  add(Os::linux, rule);
  add(Os::macos, rule);
}

void PolicyDraft::set_env(Os os, const std::string& name, const std::string& value) {
  add_line(os,
           {headings_.size() - 1, {fmt::format("set env {} = ", name), {value_text(value)}}, true});
}

void PolicyDraft::set_env(const std::string& name, const std::string& value) {
  set_env(Os::linux, name, value);
  set_env(Os::macos, name, value);
}

std::string PolicyDraft::statements(const std::vector<Line>& lines) {
  std::string out;
  for (size_t i = 0; i < lines.size();) {
    const Line& first = lines[i];
    if (first.setting) {
      out += first.rule.head + first.rule.patterns.front() + "\n";
      ++i;
      continue;
    }
    std::vector<std::string> patterns = first.rule.patterns;
    for (++i; i < lines.size() && first.same_statement(lines[i]); ++i) {
      patterns.push_back(lines[i].rule.patterns.front());
    }
    out += fmt::format("{} {}", first.rule.head, list(patterns));
    if (!first.rule.except.empty()) out += "\n except " + list(first.rule.except);
    if (!first.rule.because.empty()) out += "\n because " + ast::quote(first.rule.because);
    if (!first.rule.accept_widened.empty()) {
      out += "\n accept widened " + ast::quote(first.rule.accept_widened);
    }
    out += '\n';
  }
  return out;
}

std::string PolicyDraft::text() const {
  std::string out =
      fmt::format("sbx 1\n\n{}policy {} {}\n", comment_, name_, ast::quote(description_));
  for (size_t section = 0; section < headings_.size(); ++section) {
    std::vector<Line> common;
    std::array<std::vector<Line>, 2> own;
    for (const size_t os : {0U, 1U}) {
      for (const Line& line : lines_[os]) {
        if (line.section != section) continue;
        if (!keys_[1 - os].contains(line.key())) {
          own[os].push_back(line);
        } else if (os == 0) {
          common.push_back(line);
        }
      }
    }
    if (common.empty() && own[0].empty() && own[1].empty()) continue;
    out += fmt::format("\n{}{}", headings_[section], statements(common));
    for (const Os os : {Os::linux, Os::macos}) {
      const auto& lines = own[static_cast<size_t>(os)];
      if (!lines.empty()) out += fmt::format("on {} {{\n{}}}\n", name_of(os), statements(lines));
    }
  }
  return out;
}

}  // namespace sbxc::import
