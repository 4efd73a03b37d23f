// What later systems added to rules: `(apply-message-filter …)`, rules about single messages to a
// service or a driver that was opened, and hooks by which the profiles of iOS hold rules back.
//
// Where the operations on messages stand is not documented, so their rules are read, and every
// answer that they could give depends on them by name; the rule that they belong to says what it
// would say without. Rules that are held back (`with-elevated-precedence` of WebKit's profiles) are
// collected by the profile's own Scheme in a procedure that the system calls when the text is at
// its end. That it does is told by nothing but the names, so those rules come last, and what they
// would decide depends on them.
#include <utility>

#include "backends/seatbelt/read/profile_builder.h"

namespace sbxc::sbpl {

void ProfileBuilder::add_message_filters() {
  interpreter_.define_form(
      "apply-message-filter",
      [this](Interpreter& i, Arguments a, Environment& scope, uint32_t line) -> Value {
        if (a.empty()) fail(line, "a form is incomplete");
        const Place place = profile_.place_of(line);
        run_guarded(
            {.name = "apply-message-filter", .value = "of line " + std::to_string(place.line)},
            [&] { i.run(a, scope); });
        return std::make_shared<const Modifier>(Modifier{.name = "apply-message-filter"});
      });
}

void ProfileBuilder::run_held_back_rules() {
  constexpr std::string_view kHook = "%elevated-precedence-finalize";
  const Value* hook = interpreter_.find_global(kHook);
  if (hook == nullptr) return;
  try {
    run_guarded({.name = "with-elevated-precedence", .value = ""},
                [&] { interpreter_.apply(*hook, {}, 0); });
  } catch (ProfileError& error) {
    if (error.line == 0) error.line = interpreter_.line();
    throw;
  }
}

// Rules that `body` makes depend on what has this name, and on nothing that encloses them.
void ProfileBuilder::run_guarded(UnknownFilter guard, const std::function<void()>& body) {
  const auto scope = std::exchange(scope_, {make_filter(std::move(guard))});
  const auto arguments = std::exchange(scope_arguments_, {});
  body();
  scope_ = scope;
  scope_arguments_ = arguments;
}

}  // namespace sbxc::sbpl
