#include "compiler/source/source.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc {

FileId Sources::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}};
  for (size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_starts.push_back(static_cast<uint32_t>(i + 1));
  }
  files_.push_back(std::move(file));
  return FileId{static_cast<uint32_t>(files_.size() - 1)};
}

const std::string& Sources::name(FileId file) const {
  return files_[static_cast<uint32_t>(file)].name;
}

std::string_view Sources::text(FileId file) const {
  return files_[static_cast<uint32_t>(file)].text;
}

std::string_view Sources::text(Span span) const {
  return text(span.file).substr(span.begin, span.end - span.begin);
}

LineColumn Sources::locate(FileId file, uint32_t offset) const {
  const auto& starts = files_[static_cast<uint32_t>(file)].line_starts;
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const auto index = static_cast<uint32_t>(after - starts.begin() - 1);
  return {index + 1, offset - starts[index] + 1};
}

std::string_view Sources::line_at(FileId file, uint32_t offset, uint32_t* start) const {
  const auto& source = files_[static_cast<uint32_t>(file)];
  const uint32_t begin = source.line_starts[locate(file, offset).line - 1];
  size_t end = source.text.find('\n', begin);
  if (end == std::string::npos) end = source.text.size();
  if (end > begin && source.text[end - 1] == '\r') --end;
  *start = begin;
  return std::string_view(source.text).substr(begin, end - begin);
}

std::string Sources::describe(Span span) const {
  const LineColumn at = locate(span.file, span.begin);
  return fmt::format("{}:{}:{}", name(span.file), at.line, at.column);
}

}  // namespace sbxc
