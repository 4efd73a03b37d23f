// Reading TOML strictly: every key is asked for once, and what nobody asked for is an error. Faults
// carry their place. Hides toml++ from those who only need values.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

Result<toml::table> parse_toml(const std::string& name, std::string_view text);

// One table. The first fault is kept, and what is read after it does not matter.
class TableReader {
 public:
  TableReader(const std::string& file, const toml::table& table) : file_(file), table_(table) {}

  std::string text(std::string_view key, std::string_view otherwise);
  std::string required_text(std::string_view key);
  int64_t integer(std::string_view key, int64_t otherwise, int64_t least, int64_t most);
  std::vector<std::string> texts(std::string_view key);  // one text is a list of one
  std::map<std::string, std::string> text_map(std::string_view key);
  const toml::array* tables(std::string_view key);  // an array of tables; none: null

  void blame(std::string_view key, std::string message, std::string help = {});
  Place place() const;
  // Every key has been asked for, and none was wrong.
  std::optional<Fault> finish();

 private:
  const toml::node* node(std::string_view key);

  const std::string& file_;
  const toml::table& table_;
  std::set<std::string, std::less<>> asked_;
  std::optional<Fault> fault_;
};

}  // namespace sbxc::conform
