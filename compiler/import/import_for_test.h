// For tests: an import with a disk made up for it, resolved, and asked.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "compiler/import/importer.h"
#include "compiler/policy/decide.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::import::testing {

struct MadeUpDisk {
  std::map<std::string, FileLook> looks;

  void directory(const std::string& path) { looks[path] = {FileLook::Kind::directory}; }
  void file(const std::string& path) { looks[path] = {FileLook::Kind::other}; }
  void link(const std::string& path, const std::string& target) {
    looks[path] = {FileLook::Kind::link, target};
  }
  FileLook look(const std::string& path) const {
    const auto at = looks.find(path);
    return at == looks.end() ? FileLook{} : at->second;
  }
};

struct Imported {
  std::string text;
  Diagnostics said;
  Diagnostics resolving;
  std::optional<Policy> policy;

  bool tells(Kind kind, const std::string& words) const {
    for (const Diagnostic& d : said.all()) {
      if (d.kind == kind && d.message.find(words) != std::string::npos) return true;
    }
    return false;
  }
};

inline Surroundings surroundings() {
  return {.cwd = "/home/you/project", .home = "/home/you", .tmp = "/tmp", .user = "you"};
}

inline Imported import_with(const std::string& settings, const Surroundings& here,
                            const MadeUpDisk& disk = {}) {
  Imported out;
  Sources sources;
  const FileId file = sources.add("settings.json", settings);
  const ImportContext context{.surroundings = here,
                              .host = Os::linux,
                              .look = [&](const std::string& path) { return disk.look(path); }};
  const auto text = importers().front().run(sources, file, context, out.said);
  if (!text) return out;
  out.text = *text;
  ResolveOptions resolve;
  resolve.surroundings = here;
  resolve.read_file = [](const std::string& path, size_t) -> Result<std::string> {
    return tl::unexpected(Diagnostic{.kind = Kind::cannot_read, .span = {}, .message = path});
  };
  out.policy = resolve_text("imported", out.text, here.cwd, resolve, sources, out.resolving);
  return out;
}

inline Imported import_with(const std::string& settings, const MadeUpDisk& disk = {}) {
  return import_with(settings, surroundings(), disk);
}

// `read /home/you/.ssh/id`: the verdict on one system.
inline std::string verdict(const Imported& imported, Os os, const std::string& question,
                           const Surroundings& here = surroundings()) {
  if (!imported.policy) return "no policy";
  const size_t blank = question.find(' ');
  const auto operation = operation_named(question.substr(0, blank));
  if (!operation) return "no operation";
  std::string target = question.substr(blank + 1);
  if (target.starts_with("$cwd")) target.replace(0, 4, literal_path_glob(here.cwd).text());
  const auto request = parse_request(*operation, target, here);
  if (!request) return "no request: " + request.error().message;
  return std::string(name_of(decide(*imported.policy, os, *request).verdict));
}

}  // namespace sbxc::import::testing
