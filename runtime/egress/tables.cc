// Tables with an owner: what serves from one keeps it until the next one is taken.
#include <cstring>
#include <memory>

#include "runtime/egress/egress.h"

namespace sbxc::egress {

namespace {

std::string why(const host_table::OpenResult& result) {
  std::string text(host_table::describe(result.error));
  if (result.system_error != 0) text += std::string(": ") + std::strerror(result.system_error);
  return text;
}

struct OwnedTable {
  std::vector<uint64_t> words;  // aligned
  host_table::HostTable table;
};

}  // namespace

Table open_table(const char* path, std::string& error) {
  host_table::OpenResult result = host_table::HostTable::open(path);
  if (!result) {
    error = why(result);
    return nullptr;
  }
  return std::make_shared<host_table::HostTable>(std::move(result.table));
}

Table view_table(std::string_view bytes, std::string& error) {
  auto owned = std::make_shared<OwnedTable>();
  owned->words.resize((bytes.size() + 7) / 8);
  if (!bytes.empty()) std::memcpy(owned->words.data(), bytes.data(), bytes.size());
  host_table::OpenResult result = host_table::HostTable::view(
      {reinterpret_cast<const uint8_t*>(owned->words.data()), bytes.size()});
  if (!result) {
    error = why(result);
    return nullptr;
  }
  owned->table = std::move(result.table);
  return {owned, &owned->table};
}

}  // namespace sbxc::egress
