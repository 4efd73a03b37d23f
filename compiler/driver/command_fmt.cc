// `sbxc fmt`: rewrites policies in place; `--check` and `--diff` change nothing; `-` filters. A
// file that does not parse is left alone.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/line_diff.h"
#include "compiler/fmt/fmt.h"
#include "compiler/parse/parse.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::driver {

namespace {

Exit fmt_one(const FmtOptions& options, const std::string& path, Console& console) {
  Sources sources;
  Diagnostics diagnostics;
  auto text = read_file(path, kMaxPolicyBytes);
  if (!text) {
    console.err(render(text.error(), sources, console.render_options()));
    return Exit::bad_input;
  }
  const std::string name = path == "-" ? "<stdin>" : path;
  const FileId file = sources.add(name, *text);
  const auto tree = parse(sources, file, diagnostics);
  if (!tree) {
    diagnostics.sort();
    console.err(render(diagnostics, sources, console.render_options()));
    return Exit::bad_input;
  }
  const std::string formatted = format(*tree, sources);
  const bool same = formatted == *text;
  if (options.diff) {
    console.out(line_diff(*text, formatted, name));
  } else if (path == "-" && !options.check) {
    console.out(formatted);
    return Exit::holds;
  }
  if (options.check && !same) console.err(fmt::format("{}: would be reformatted\n", name));
  if (options.check || options.diff) return same ? Exit::holds : Exit::findings;
  if (same) return Exit::holds;
  if (auto written = replace_file(path, formatted); !written) {
    console.err(render(written.error(), sources, console.render_options()));
    return Exit::bad_input;
  }
  return Exit::holds;
}

}  // namespace

Exit run_fmt(const FmtOptions& options, Console& console) {
  Exit worst = Exit::holds;
  for (const std::string& path : options.paths) {
    worst = std::max(worst, fmt_one(options, path, console));
  }
  return worst;
}

}  // namespace sbxc::driver
