#include "compiler/driver/load.h"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"

extern char** environ;

namespace sbxc::driver {

namespace {

// The canonical form if the path exists, the text itself if not: resolve will judge it.
std::string canonical(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) != nullptr ? std::string(resolved) : path;
}

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : otherwise;
}

// Takes cwd, home, tmp and user out of the -D values into the surroundings.
void take_built_ins(ResolveOptions& resolve) {
  const auto take = [&](const char* name, std::string& into) {
    const auto found = resolve.defines.find(name);
    if (found == resolve.defines.end()) return;
    into = found->second;
    resolve.defines.erase(found);
  };
  take("cwd", resolve.surroundings.cwd);
  take("home", resolve.surroundings.home);
  take("tmp", resolve.surroundings.tmp);
  take("user", resolve.surroundings.user);
}

}  // namespace

Surroundings surroundings_here() {
  Surroundings here;
  here.cwd = canonical(".");
  // The account's own entry, for HOME is an input like any other and may be unset or wrong.
  const passwd* account = getpwuid(getuid());
  here.home = canonical(variable("HOME", account != nullptr ? account->pw_dir : "/"));
  here.user = account != nullptr ? account->pw_name : std::to_string(getuid());
  here.tmp = canonical(variable("TMPDIR", "/tmp"));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    here.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return here;
}

Loaded load_policy(const PolicyOptions& options) {
  Loaded loaded;
  loaded.resolve.surroundings = surroundings_here();
  loaded.resolve.start_directory = loaded.resolve.surroundings.cwd;
  loaded.resolve.read_file = read_file;
  for (const std::string& define : options.defines) {
    const size_t equals = define.find('=');
    if (equals == std::string::npos || equals == 0) {
      Diagnostic d{Kind::bad_define, {}, {}};
      d.message = fmt::format("`-D {}` is not a name and a value", printable(define));
      d.help = "write `-D name=value`";
      loaded.diagnostics.report(std::move(d));
      return loaded;
    }
    loaded.resolve.defines[define.substr(0, equals)] = define.substr(equals + 1);
  }
  take_built_ins(loaded.resolve);
  if (options.path == "-") {
    auto text = read_file("-", kMaxPolicyBytes);
    if (!text) {
      loaded.diagnostics.report(text.error());
      return loaded;
    }
    loaded.policy = resolve_text("<stdin>", std::move(*text), loaded.resolve.surroundings.cwd,
                                 loaded.resolve, loaded.sources, loaded.diagnostics);
  } else {
    loaded.policy = resolve_file(options.path, loaded.resolve, loaded.sources, loaded.diagnostics);
  }
  return loaded;
}

Loaded reload(const PolicyOptions& options, const Loaded& like, const std::string& text) {
  Loaded loaded;
  loaded.resolve = like.resolve;
  if (options.path == "-") {
    loaded.policy = resolve_text("<stdin>", text, loaded.resolve.surroundings.cwd, loaded.resolve,
                                 loaded.sources, loaded.diagnostics);
    return loaded;
  }
  ResolveOptions resolve = like.resolve;
  resolve.read_file = [&](const std::string& path, size_t limit) -> Result<std::string> {
    if (path == options.path) return text;
    return like.resolve.read_file(path, limit);
  };
  loaded.policy = resolve_file(options.path, resolve, loaded.sources, loaded.diagnostics);
  return loaded;
}

}  // namespace sbxc::driver
