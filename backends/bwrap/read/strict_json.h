// One JSON object at a time, strictly: every key is either taken or a complaint, nothing is
// converted, and a key that stands twice was noticed when the text was parsed. The first complaint
// of a reading is kept, with where it was.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::bwrap_read {

using Json = nlohmann::json;

class Complaint {
 public:
  void say(std::string what) {
    if (first_.empty()) first_ = std::move(what);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

// Nothing and a complaint when the text is no JSON or has a key twice.
std::optional<Json> parse_strictly(std::string_view bytes, Complaint& complaint);

class StrictObject {
 public:
  StrictObject(const Json& json, std::string where, Complaint& complaint);

  bool has(const char* key) const { return json_.is_object() && json_.contains(key); }
  const Json& any(const char* key);  // null and a complaint when it is missing
  std::string word(const char* key);
  std::string bytes(const char* key);  // a text, or {"hex": …}
  bool boolean(const char* key);
  uint64_t number(const char* key);
  std::vector<Json> list(const char* key);
  StrictObject object(const char* key);
  const std::string& where() const { return where_; }
  void complain(const std::string& what) const;
  // After the last key: any other is a complaint.
  void close() const;

 private:
  const Json& json_;
  std::string where_;
  Complaint& complaint_;
  std::set<std::string, std::less<>> known_;
};

// A text, or its bytes in hex; no NUL.
std::string text_bytes(const Json& json, const std::string& where, Complaint& complaint);

}  // namespace sbxc::bwrap_read
