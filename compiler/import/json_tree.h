// JSON in which every value and key knows where it stands, so that what is said about a setting can
// point at it. Untrusted input: bounded depth, no key twice in one object (readers disagree on
// which of the two counts), valid UTF-8. RFC 8259, nothing beyond it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace sbxc::import {

inline constexpr size_t kMaxJsonDepth = 64;

struct JsonValue {
  enum class Kind : uint8_t { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  Span span{};  // of an array or object: its opening bracket
  bool boolean = false;
  bool integral = false;
  double number = 0;
  std::string text{};
  std::vector<JsonValue> items{};  // of an array or an object
  std::string key{};               // of a member of an object
  Span key_span{};

  // The member of an object; null when there is none, or this is no object.
  const JsonValue* find(std::string_view name) const;
};

std::string_view name_of(JsonValue::Kind kind);  // `an array`

Result<JsonValue> parse_json(const Sources& sources, FileId file);

}  // namespace sbxc::import
