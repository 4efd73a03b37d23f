// Source text and positions in it. Every policy, list file and command-line value that can be
// pointed at in a message is a file here; a Span is a half-open byte range of one of them.
// Columns are counted in bytes for editors' sake and in characters only where a caret is drawn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc {

enum class FileId : uint32_t {};

struct Span {
  FileId file{};
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const Span&) const = default;
};

// One-based, as editors count. `column` is a byte offset within the line, plus one.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;

  bool operator==(const LineColumn&) const = default;
};

class Sources {
 public:
  // `name` is what messages show: a path as the user wrote it, `std/node`, or `-D workspace`.
  FileId add(std::string name, std::string text);

  const std::string& name(FileId file) const;
  std::string_view text(FileId file) const;
  std::string_view text(Span span) const;
  LineColumn locate(FileId file, uint32_t offset) const;
  // The line (without its end) that holds `offset`; `start` receives the line's first byte.
  std::string_view line_at(FileId file, uint32_t offset, uint32_t* start) const;
  // `policy.sbx:12:3`
  std::string describe(Span span) const;
  size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> line_starts;
  };
  std::vector<File> files_;
};

}  // namespace sbxc
