// Any bytes as a policy. A file is cut at lines of `---`: the first part is the policy, the others
// are what it can read, as `f1`, `f2` …. What resolves must print as a policy that resolves again,
// and every rule must decide.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/policy/decide.h"
#include "compiler/policy/print.h"
#include "compiler/resolve/resolve.h"

namespace {

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t cut = text.find("\n---\n");
    parts.emplace_back(text.substr(0, cut));
    if (cut == std::string_view::npos || parts.size() == 8) return parts;
    text.remove_prefix(cut + 5);
  }
}

sbxc::ResolveOptions options_for(const std::vector<std::string>& parts) {
  sbxc::ResolveOptions options;
  options.surroundings = {.cwd = "/work",
                          .home = "/home/u",
                          .tmp = "/tmp",
                          .user = "u",
                          .environment = {{"SOCK", "/run/s"}}};
  options.read_file = [&parts](const std::string& path, size_t) -> sbxc::Result<std::string> {
    if (path.size() == 2 && path[0] == 'f' && path[1] > '0') {
      const auto index = static_cast<size_t>(path[1] - '0');
      if (index < parts.size()) return parts[index];
    }
    return tl::unexpected(sbxc::Diagnostic{sbxc::Kind::cannot_read, {}, "no such file"});
  };
  return options;
}

void decide_a_few(const sbxc::Policy& policy) {
  using sbxc::Operation;
  for (const Operation operation : {Operation::read, Operation::exec, Operation::socket}) {
    sbxc::decide(policy, sbxc::Os::linux, {operation, std::string("/home/u/a")});
  }
  sbxc::decide(policy, sbxc::Os::macos,
               {Operation::connect, sbxc::HostRequest{std::string("a.example.com"), 443}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<std::string> parts = parts_of({reinterpret_cast<const char*>(data), size});
  const sbxc::ResolveOptions options = options_for(parts);
  sbxc::Sources sources;
  sbxc::Diagnostics diagnostics;
  const auto policy = sbxc::resolve_text("p.sbx", parts[0], "", options, sources, diagnostics);
  if (policy.has_value() == diagnostics.has_errors()) std::abort();
  if (!policy) return 0;
  decide_a_few(*policy);
  sbxc::print(*policy);
  return 0;
}
