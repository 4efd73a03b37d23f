// ClientHellos put together by hand, each part of which can be anything.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "runtime/wire/byte_reader.h"

namespace sbxc::wire {

inline std::string with_u8_length(std::string_view bytes) {
  return static_cast<char>(bytes.size()) + std::string(bytes);
}

inline std::string with_u16_length(std::string_view bytes) {
  std::string out;
  append_u16(out, bytes.size());
  return out + std::string(bytes);
}

inline std::string extension(uint16_t type, std::string_view data) {
  std::string out;
  append_u16(out, type);
  return out + with_u16_length(data);
}

// The list of names of a server_name extension, with one name or with any entries.
inline std::string name_entry(std::string_view name, char type = 0) {
  return type + with_u16_length(name);
}
inline std::string server_name(std::string_view name) {
  return extension(0, with_u16_length(name_entry(name)));
}

struct HelloForTest {
  std::string version = "\x03\x03";
  std::string session = std::string(32, 's');
  std::string suites = "\x13\x01";
  std::string compressions = std::string(1, '\0');
  std::string extensions{};
  bool has_extensions = true;

  std::string message(char type = 1) const {
    std::string body = version + std::string(32, 'r') + with_u8_length(session) +
                       with_u16_length(suites) + with_u8_length(compressions);
    if (has_extensions) body += with_u16_length(extensions);
    std::string out(1, type);
    out += static_cast<char>(body.size() >> 16);
    append_u16(out, body.size());
    return out + body;
  }
};

inline std::string record(std::string_view fragment, char type = 22) {
  return type + std::string("\x03\x01") + with_u16_length(fragment);
}

// In records of so many bytes.
inline std::string records(std::string_view message, size_t size) {
  std::string out;
  for (; !message.empty(); message.remove_prefix(std::min(size, message.size()))) {
    out += record(message.substr(0, size));
  }
  return out;
}

}  // namespace sbxc::wire
