// For tests of this room: policies in memory instead of on disk.
#pragma once

#include <map>
#include <string>

#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"

namespace sbxc {

struct Resolved {
  Sources sources;
  Diagnostics diagnostics;
  std::optional<Policy> policy;

  // Every message as a person sees it.
  std::string messages() const { return render(diagnostics, sources, {}); }
};

struct Workbench {
  std::map<std::string, std::string> files;  // by the path that is asked for
  ResolveOptions options;
  std::vector<std::string> files_read;

  Workbench() {
    options.surroundings = {.cwd = "/work", .home = "/home/u", .tmp = "/tmp", .user = "u"};
    options.read_file = [this](const std::string& path, size_t limit) -> Result<std::string> {
      files_read.push_back(path);
      const auto found = files.find(path);
      if (found == files.end()) {
        return tl::unexpected(Diagnostic{.kind = Kind::cannot_read,
                                         .span = {},
                                         .message = "cannot read `" + path + "`: no such file"});
      }
      return found->second.substr(0, limit + 1);
    };
  }
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  // `text` without its first line, which is always the same.
  Resolved resolve(const std::string& text) {
    Resolved out;
    out.policy = resolve_text("p.sbx", "sbx 1\n" + text, "", options, out.sources, out.diagnostics);
    return out;
  }
};

}  // namespace sbxc
