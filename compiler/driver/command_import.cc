// `sbxc import TOOL SETTINGS`: the policy on standard output, what is lost on standard error. The
// policy is laid out as `sbxc fmt` does and resolved once before it is shown, so that nothing comes
// out which `sbxc check` would call an error of its text.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/load.h"
#include "compiler/fmt/fmt.h"
#include "compiler/import/importer.h"
#include "compiler/parse/parse.h"

namespace sbxc::driver {

namespace {

import::FileLook look_at(const std::string& path){using Kind = import::FileLook::Kind;
struct stat about {};
if (lstat(path.c_str(), &about) != 0) {
  // What cannot be looked at may be there.
  const bool absent = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
  return {absent ? Kind::absent : Kind::other};
}
if (S_ISDIR(about.st_mode)) return {Kind::directory};
if (!S_ISLNK(about.st_mode)) return {Kind::other};
char target[PATH_MAX];
const ssize_t length = readlink(path.c_str(), target, sizeof target);
if (length <= 0) return {Kind::other};
return {Kind::link, std::string(target, static_cast<size_t>(length))};
}  // namespace

import::ImportContext context_here(){
    import::ImportContext context{.surroundings = surroundings_here(), .look = look_at};
#ifdef __APPLE__
context.host = Os::macos;
#endif
return context;
}  // namespace sbxc::driver

// The text laid out; nothing, with errors, when it is no policy. That happens to settings beyond
// the limits of the language: a name of 5,000 bytes, say.
std::optional<std::string> laid_out(const std::string& text, Sources& sources,
                                    Diagnostics& diagnostics) {
  const FileId file = sources.add("the policy made of them", text);
  const auto tree = parse(sources, file, diagnostics);
  if (!tree) return std::nullopt;
  std::string out = format(*tree, sources);
  ResolveOptions resolve;
  resolve.surroundings = surroundings_here();
  resolve.read_file = read_file;
  Diagnostics resolving;
  const auto policy = resolve_text("the policy made of them", out, resolve.surroundings.cwd,
                                   resolve, sources, resolving);
  if (policy) return out;
  for (const Diagnostic& d : resolving.all()) diagnostics.report(d);
  return std::nullopt;
}

}  // namespace

Exit run_import(const ImportOptions& options, Console& console) {
  Sources sources;
  Diagnostics diagnostics;
  const auto importer = import::find_importer(options.tool);
  auto text = importer ? read_file(options.path, kMaxPolicyBytes)
                       : Result<std::string>(tl::unexpected(importer.error()));
  if (!text) {
    console.err(render(text.error(), sources, console.render_options()));
    return Exit::bad_input;
  }
  const FileId file = sources.add(options.path == "-" ? "<stdin>" : options.path, std::move(*text));
  auto policy = (*importer)->run(sources, file, context_here(), diagnostics);
  if (policy) policy = laid_out(*policy, sources, diagnostics);
  diagnostics.sort();
  console.err(render(diagnostics, sources, console.render_options()));
  if (!policy) return Exit::bad_input;
  const bool lost = std::ranges::any_of(diagnostics.all(), [](const Diagnostic& d) {
    return facts_of(d.kind).severity != Severity::note;
  });
  if (options.strict && lost) return Exit::findings;
  if (options.output == "-") {
    console.out(*policy);
    return Exit::holds;
  }
  if (auto written = write_file(options.output, *policy); !written) {
    console.err(render(written.error(), sources, console.render_options()));
    return Exit::bad_input;
  }
  return Exit::holds;
}

}  // namespace sbxc::driver
