#include "compiler/resolve/list_files.h"

#include "compiler/resolve/file_name.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {

ListFiles::ListFiles(const Units& units, const Scope& scope, Session& session,
                     std::vector<HostList>& lists, std::vector<Input>& inputs) {
  for (const Declaration& declaration : scope.all()) {
    if (declaration.let == nullptr || !declaration.let->hosts) continue;
    const ast::Text& written = *declaration.let->hosts;
    const std::string path = join_path(units[declaration.unit].directory, written.value);
    const auto file = read_source(session, path, kMaxListBytes, written.span);
    if (!file) continue;
    auto list = read_host_list(session.sources, *file, session.diagnostics);
    if (!list) continue;
    list->name = declaration.let->name.text;
    list->path = written.value;
    list->span = declaration.let->span;
    ids_.emplace(declaration.let, ListId{static_cast<uint32_t>(lists.size())});
    lists.push_back(std::move(*list));
    inputs.push_back({path, sha256_hex(session.sources.text(*file)), false});
  }
}

std::optional<ListId> ListFiles::find(const ast::Let* let) const {
  const auto found = ids_.find(let);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sbxc
