#include "backends/target/json_layout.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbxc {

namespace {

using Json = nlohmann::ordered_json;

// A table is a list with objects in it; whatever holds a table is spread over lines.
bool holds_table(const Json& json) {
  if (json.is_array()) {
    return std::any_of(json.begin(), json.end(), [](const Json& j) { return j.is_object(); });
  }
  return json.is_object() && std::any_of(json.begin(), json.end(), holds_table);
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write(std::string& out, const Json& json, size_t indent, bool top) {
  if (json.empty() || (!top && !holds_table(json))) {
    out += compact(json);
    return;
  }
  const bool object = json.is_object();
  out += object ? "{\n" : "[\n";
  for (auto it = json.begin(); it != json.end(); ++it) {
    if (it != json.begin()) out += ",\n";
    out.append(indent + 2, ' ');
    if (object) out += compact(Json(it.key())) + ": ";
    write(out, *it, indent + 2, false);
  }
  out += "\n";
  out.append(indent, ' ');
  out += object ? "}" : "]";
}

}  // namespace

std::string layout_json(const Json& json) {
  std::string out;
  write(out, json, 0, true);
  return out + "\n";
}

}  // namespace sbxc
