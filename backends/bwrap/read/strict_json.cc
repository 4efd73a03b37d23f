#include "backends/bwrap/read/strict_json.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

const Json kNull;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<Json> parse_strictly(std::string_view bytes, Complaint& complaint) {
  std::vector<std::set<std::string>> open;
  std::string twice;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!open.back().insert(key).second) twice = key;
    }
    return true;
  };
  Json json = Json::parse(bytes, watch, false);
  if (json.is_discarded()) {
    complaint.say("it is no JSON");
    return std::nullopt;
  }
  if (!twice.empty()) {
    complaint.say(fmt::format("the key `{}` stands twice in one object", printable(twice)));
    return std::nullopt;
  }
  return json;
}

StrictObject::StrictObject(const Json& json, std::string where, Complaint& complaint)
    : json_(json), where_(std::move(where)), complaint_(complaint) {
  if (!json.is_object()) complain("is no object");
}

void StrictObject::complain(const std::string& what) const { complaint_.say(where_ + " " + what); }

const Json& StrictObject::any(const char* key) {
  known_.emplace(key);
  if (has(key)) return json_.at(key);
  complain(fmt::format("has no `{}`", key));
  return kNull;
}

std::string StrictObject::word(const char* key) {
  const Json& json = any(key);
  if (json.is_string()) return json.get<std::string>();
  complain(fmt::format("has a `{}` that is no text", key));
  return {};
}

std::string StrictObject::bytes(const char* key) {
  return text_bytes(any(key), fmt::format("`{}` of {}", key, where_), complaint_);
}

bool StrictObject::boolean(const char* key) {
  const Json& json = any(key);
  if (json.is_boolean()) return json.get<bool>();
  complain(fmt::format("has a `{}` that is neither true nor false", key));
  return false;
}

uint64_t StrictObject::number(const char* key) {
  const Json& json = any(key);
  if (json.is_number_unsigned()) return json.get<uint64_t>();
  complain(fmt::format("has a `{}` that is no whole number", key));
  return 0;
}

std::vector<Json> StrictObject::list(const char* key) {
  const Json& json = any(key);
  if (json.is_array()) return json.get<std::vector<Json>>();
  complain(fmt::format("has a `{}` that is no list", key));
  return {};
}

StrictObject StrictObject::object(const char* key) {
  return {any(key), fmt::format("`{}`", key), complaint_};
}

void StrictObject::close() const {
  if (!json_.is_object()) return;
  for (const auto& item : json_.items()) {
    if (known_.contains(item.key())) continue;
    complain(fmt::format("has a key that is not known: `{}`", printable(item.key())));
  }
}

std::string text_bytes(const Json& json, const std::string& where, Complaint& complaint) {
  std::string text;
  if (json.is_string()) {
    text = json.get<std::string>();
  } else if (json.is_object() && json.size() == 1 && json.contains("hex") &&
             json.at("hex").is_string()) {
    const auto& hex = json.at("hex").get_ref<const std::string&>();
    for (size_t i = 0; i + 1 < hex.size() + hex.size() % 2; i += 2) {
      const int high = digit(hex[i]);
      const int low = i + 1 < hex.size() ? digit(hex[i + 1]) : -1;
      if (high < 0 || low < 0) {
        complaint.say(where + " is no bytes in hex");
        return {};
      }
      text += static_cast<char>(high * 16 + low);
    }
  } else {
    complaint.say(where + " is no text");
    return {};
  }
  if (text.find('\0') != std::string::npos) complaint.say(where + " holds a NUL");
  return text;
}

}  // namespace sbxc::bwrap_read
