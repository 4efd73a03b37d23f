#include "conformance/suite/toml_table.h"

#include <fmt/core.h>

namespace sbxc::conform {

Result<toml::table> parse_toml(const std::string& name, std::string_view text) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return tl::unexpected(
        Fault{std::string(error.description()), {}, Place{name, error.source().begin.line}});
  }
}

const toml::node* TableReader::node(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

std::string TableReader::text(std::string_view key, std::string_view otherwise) {
  const toml::node* value = node(key);
  if (value == nullptr) return std::string(otherwise);
  if (!value->is_string()) {
    blame(key, fmt::format("`{}` must be a text", key));
    return {};
  }
  return value->value_or(std::string());
}

std::string TableReader::required_text(std::string_view key) {
  std::string value = text(key, "");
  if (value.empty()) blame(key, fmt::format("`{}` is missing or empty", key));
  return value;
}

int64_t TableReader::integer(std::string_view key, int64_t otherwise, int64_t least, int64_t most) {
  const toml::node* value = node(key);
  if (value == nullptr) return otherwise;
  const auto number = value->value_exact<int64_t>();
  if (!number || *number < least || *number > most) {
    blame(key, fmt::format("`{}` must be a number from {} to {}", key, least, most));
    return otherwise;
  }
  return *number;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  const toml::node* value = node(key);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->value_or(std::string())};
  std::vector<std::string> all;
  const toml::array* list = value->as_array();
  if (list != nullptr) {
    for (const toml::node& each : *list) {
      if (each.is_string()) all.push_back(each.value_or(std::string()));
    }
  }
  if (list == nullptr || all.size() != list->size()) {
    blame(key, fmt::format("`{}` must be a list of texts", key));
  }
  return all;
}

std::map<std::string, std::string> TableReader::text_map(std::string_view key) {
  const toml::node* value = node(key);
  if (value == nullptr) return {};
  std::map<std::string, std::string> all;
  const toml::table* table = value->as_table();
  if (table != nullptr) {
    for (const auto& [name, each] : *table) {
      if (each.is_string()) all.emplace(name.str(), each.value_or(std::string()));
    }
  }
  if (table == nullptr || all.size() != table->size()) {
    blame(key, fmt::format("`{}` must be a table of texts", key));
  }
  return all;
}

const toml::array* TableReader::tables(std::string_view key) {
  const toml::node* value = node(key);
  if (value == nullptr) return nullptr;
  const toml::array* list = value->as_array();
  bool all_tables = list != nullptr;
  if (list != nullptr) {
    for (const toml::node& each : *list) all_tables = all_tables && each.is_table();
  }
  if (!all_tables) {
    blame(key, fmt::format("`{}` must be a list of tables", key));
    return nullptr;
  }
  return list;
}

Place TableReader::place() const { return {file_, table_.source().begin.line}; }

void TableReader::blame(std::string_view key, std::string message, std::string help) {
  if (fault_) return;
  const toml::node* value = table_.get(key);
  Place at = place();
  if (value != nullptr) at.line = value->source().begin.line;
  fault_ = Fault{std::move(message), std::move(help), at};
}

std::optional<Fault> TableReader::finish() {
  for (const auto& [key, value] : table_) {
    if (asked_.contains(key.str())) continue;
    std::string known;
    for (const std::string& each : asked_) known += (known.empty() ? "" : ", ") + each;
    blame(key.str(), fmt::format("`{}` is no key here", key.str()),
          fmt::format("keys are {}", known));
  }
  return fault_;
}

}  // namespace sbxc::conform
