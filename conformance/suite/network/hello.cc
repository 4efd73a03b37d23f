#include "conformance/suite/network/hello.h"

#include <cstdint>

namespace sbxc::conform {

namespace {

constexpr unsigned kHandshake = 22;

// Reads numbers and strings; after an end that came too early everything is empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  unsigned number(size_t size) {
    unsigned value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::string_view take(size_t size) {
    if (size > bytes_.size()) {
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

void add_names(std::string_view extension, std::vector<std::string>* names) {
  Reader list(extension);
  Reader entries(list.take(list.number(2)));
  while (!entries.empty()) {
    entries.number(1);
    names->emplace_back(entries.take(entries.number(2)));
  }
}

}  // namespace

std::optional<std::vector<std::string>> hello_names(std::string_view bytes) {
  std::string message;  // of all records put together
  for (Reader records(bytes); !records.empty();) {
    const unsigned type = records.number(1);
    records.number(2);
    const unsigned size = records.number(2);
    const std::string_view content = records.take(size);
    if (content.size() < size || size == 0) break;
    if (type == kHandshake) message += content;
  }
  Reader reader(message);
  reader.number(1);
  const unsigned size = reader.number(3);
  if (message.size() < 4 || message.size() - 4 < size) return std::nullopt;
  reader.take(2 + 32);
  reader.take(reader.number(1));
  reader.take(reader.number(2));
  reader.take(reader.number(1));
  Reader extensions(reader.take(reader.number(2)));
  std::vector<std::string> names;
  while (!extensions.empty()) {
    const unsigned type = extensions.number(2);
    const std::string_view content = extensions.take(extensions.number(2));
    if (type == 0) add_names(content, &names);
  }
  return names;
}

}  // namespace sbxc::conform
