#include "backends/target/json_writer.h"

#include <cstring>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// Where the run of plain bytes from `at` on ends, eight bytes at a step.
size_t plain_end(std::string_view text, size_t at) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    // The high bit of a byte is set, or a byte is below ' ', or becomes zero and borrows.
    const uint64_t odd = word | (word - kOnes * ' ') | ((word ^ kOnes * '"') - kOnes) |
                         ((word ^ kOnes * '\\') - kOnes);
    if ((odd & kOnes * 0x80) != 0) break;
  }
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

void append_escaped(std::string& out, char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += c;
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
  }
}

}  // namespace

JsonWriter::JsonWriter() : out_("{"), open_{{'}', JsonLayout::lines}} {}

void JsonWriter::separate() {
  Level& level = open_.back();
  if (!level.empty) out_ += ',';
  level.empty = false;
  if (level.layout == JsonLayout::compact) return;
  out_ += '\n';
  out_.append(2 * open_.size(), ' ');
}

// A key separates itself from what is before it; its value is not separated from the key.
void JsonWriter::element() {
  if (!after_key_) separate();
  after_key_ = false;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  out_ += open_.back().layout == JsonLayout::lines ? ": " : ":";
  after_key_ = true;
  return *this;
}

void JsonWriter::open(char bracket, JsonLayout layout) {
  element();
  out_ += bracket;
  open_.push_back({bracket == '{' ? '}' : ']', layout});
}

void JsonWriter::close() {
  const Level level = open_.back();
  open_.pop_back();
  if (level.layout == JsonLayout::lines && !level.empty) {
    out_ += '\n';
    out_.append(2 * open_.size(), ' ');
  }
  out_ += level.closing;
}

void JsonWriter::text(std::string_view value) {
  element();
  quote(value);
}

void JsonWriter::boolean(bool value) {
  element();
  out_ += value ? "true" : "false";
}

void JsonWriter::written(std::string_view json) {
  element();
  out_ += json;
}

void JsonWriter::quote(std::string_view value) {
  out_ += '"';
  size_t invalid = 0;  // no byte before it is out of place
  for (size_t at = 0; at < value.size();) {
    const size_t end = plain_end(value, at);
    out_ += value.substr(at, end - at);
    at = end;
    if (at == value.size()) break;
    if (static_cast<unsigned char>(value[at]) < 0x80) {
      append_escaped(out_, value[at++]);
      continue;
    }
    if (invalid <= at) {
      const size_t found = find_invalid_utf8(value.substr(at));
      invalid = found == std::string_view::npos ? value.size() : at + found;
    }
    if (invalid == at) {
      out_ += kReplacement;
      ++at;
      continue;
    }
    while (at < invalid && static_cast<unsigned char>(value[at]) >= 0x80) out_ += value[at++];
  }
  out_ += '"';
}

std::string JsonWriter::finish() && {
  while (!open_.empty()) close();
  out_ += '\n';
  return std::move(out_);
}

}  // namespace sbxc
