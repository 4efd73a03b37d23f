// `sbxc trim`: the smallest equivalent policy. Standard output has the policy (or the difference,
// or JSON), standard error what went and why. Nothing is printed or written that is not proved
// equal.
#include <fmt/core.h>

#include "compiler/check/test_run.h"
#include "compiler/decisions/over_budget.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/line_diff.h"
#include "compiler/driver/trim_output.h"
#include "compiler/library/library.h"

namespace sbxc::driver {

namespace {

// Why the options do not go together; empty when they do.
std::string contradiction(const TrimOptions& options) {
  const int places = (options.in_place ? 1 : 0) + (options.output.empty() ? 0 : 1) +
                     (options.diff ? 1 : 0) + (options.check ? 1 : 0);
  if (places > 1) return "only one of --in-place, --output, --diff and --check can be given";
  if (options.in_place && options.policy.path == "-") {
    return "standard input cannot be rewritten in place";
  }
  if (library_file(options.policy.path) != nullptr) {
    return fmt::format("`{}` is built in: there is no file to trim",
                       printable(options.policy.path));
  }
  return {};
}

Result<bool> write(const TrimOptions& options, const Trimming& trimming, std::string_view before) {
  if (options.in_place && trimming.text == before) return true;
  if (options.output == "-") return true;
  return write_file(options.in_place ? options.policy.path : options.output, trimming.text);
}

Exit fail(const Diagnostic& d, const Loaded& loaded, Exit status, Console& console) {
  console.err(render(d, loaded.sources, console.render_options()));
  return status;
}

}  // namespace

Exit run_trim(const TrimOptions& options, Console& console) {
  if (const std::string wrong = contradiction(options); !wrong.empty()) {
    console.err(fmt::format("error: {}\n", wrong));
    return Exit::bad_input;
  }
  const Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) {
    console.err(render(loaded.diagnostics, loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  if (const auto too_many = too_many_tests(*loaded.policy)) {
    return fail(*too_many, loaded, Exit::over_budget, console);
  }
  const auto trimming =
      trimming_of({.policy = options.policy, .keep_denies = options.keep_denies}, loaded);
  if (!trimming) {
    return fail(over_budget(*loaded.policy, trimming.error()), loaded, Exit::over_budget, console);
  }
  const std::string_view before = loaded.sources.text(FileId{});
  if (options.in_place || !options.output.empty()) {
    if (const auto written = write(options, *trimming, before); !written) {
      return fail(written.error(), loaded, Exit::bad_input, console);
    }
  }
  const bool json = options.format == "json";
  if (json) {
    console.out(trim_json(*trimming, loaded));
  } else if (options.diff) {
    console.out(line_diff(before, trimming->text, loaded.sources.name(FileId{})));
  } else if (!options.check && !options.in_place &&
             (options.output.empty() || options.output == "-")) {
    console.out(trimming->text);
  }
  if (!json) console.err(trim_text(*trimming, loaded));
  const bool smaller = !trimming->cuts.empty();
  return options.check && smaller ? Exit::findings : Exit::holds;
}

}  // namespace sbxc::driver
