// Any bytes as settings: a policy that resolves, or errors; never both, never neither.
#include <cstdint>
#include <cstdlib>

#include "compiler/import/importer.h"

namespace sbxc::import {
namespace {

FileLook look(const std::string& path) {
  switch (path.size() % 4) {
    case 0:
      return {FileLook::Kind::directory};
    case 1:
      return {FileLook::Kind::link, path.size() % 8 == 1 ? "../x" : "/y/z"};
    default:
      return {};
  }
}

void import_bytes(std::string text) {
  Sources sources;
  Diagnostics said;
  const FileId file = sources.add("settings.json", std::move(text));
  const ImportContext context{.surroundings = {.cwd = "/home/you/project",
                                               .home = "/home/you",
                                               .tmp = "/tmp",
                                               .user = "you"},
                              .host = Os::linux,
                              .look = look};
  const auto policy = importers().front().run(sources, file, context, said);
  if (policy.has_value() == said.has_errors()) std::abort();
  if (!policy || policy->size() > kMaxPolicyBytes) return;
  ResolveOptions resolve;
  resolve.surroundings = context.surroundings;
  Diagnostics resolving;
  const auto resolved =
      resolve_text("imported", *policy, "/home/you/project", resolve, sources, resolving);
  if (!resolved && !resolving.has_errors()) std::abort();
}

}  // namespace
}  // namespace sbxc::import

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sbxc::import::import_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
