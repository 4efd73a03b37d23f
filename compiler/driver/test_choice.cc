#include "compiler/driver/test_choice.h"

#include <fmt/core.h>
#include <regex.h>

#include "compiler/diag/printable.h"

namespace sbxc::driver {

struct TestChoice::Compiled {
  explicit Compiled(const std::string& expression)
      : error(regcomp(&regex, expression.c_str(), REG_EXTENDED | REG_NOSUB)) {}
  ~Compiled() {
    if (error == 0) regfree(&regex);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  regex_t regex{};
  int error;
};

Result<TestChoice> TestChoice::of(const std::string& expression) {
  TestChoice choice;
  if (expression.empty()) return choice;
  auto compiled = std::make_shared<const Compiled>(expression);
  if (compiled->error != 0) {
    char why[128];
    regerror(compiled->error, &compiled->regex, why, sizeof why);
    return tl::unexpected(Diagnostic{
        .kind = Kind::bad_question,
        .span = {},
        .message = fmt::format("`{}` is no regular expression: {}", printable(expression), why),
        .help = "a name without special characters is one: `--run hooks`"});
  }
  choice.compiled_ = std::move(compiled);
  return choice;
}

bool TestChoice::takes(const std::string& name) const {
  return !compiled_ || regexec(&compiled_->regex, name.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace sbxc::driver
