// Rules: `(allow operation… filter… (with modifier)…)` in any order of arguments.
//
// Nothing of the vocabulary exists before `(version 1)`; every mistake refuses the whole profile,
// as the real compiler does: a rule that is silently left out would be a rule that silently fails
// open.
#include "backends/seatbelt/read/profile_builder.h"

#include <algorithm>

#include "backends/seatbelt/read/forms.h"

namespace sbxc::sbpl {
namespace {

constexpr size_t kMaxImports = 8;

void check_each_once(std::vector<std::string> modifiers, uint32_t line) {
  std::sort(modifiers.begin(), modifiers.end());
  const auto twice = std::adjacent_find(modifiers.begin(), modifiers.end());
  if (twice != modifiers.end()) fail(line, *twice + " modifier can only appear once per rule");
}

// Modifiers and the action they apply to; none changes a verdict.
struct ModifierFacts {
  std::string_view name;
  bool on_allow;
  bool on_deny;
};
constexpr ModifierFacts kModifiers[] = {
    {"no-log", false, true},       {"no-report", false, true},
    {"report", true, false},       {"send-signal", true, true},
    {"termination", true, true},   {"no-sandbox", true, false},
    {"no-profile", true, false},   {"message", true, true},
    {"telemetry", true, true},     {"telemetry-backtrace", true, true},
    {"grant", true, true},         {"no-times", true, true},
    {"rootless", true, true},      {"default-sandbox", true, true},
    {"user-approval", true, true}, {"no-approval-prompt", true, true},
    {"authority", true, true},     {"partial-symbolication", true, true},
    {"no-callout", true, true},    {"apply-message-filter", true, true},
};

}  // namespace

ProfileBuilder::ProfileBuilder(const CompileOptions& options) : options_(options) {
  for (const OperationFacts& facts : operations()) {
    profile_.table_.push_back({.filtered = {}, .tail = facts.tail});
  }
  add_version();
}

Profile ProfileBuilder::run(std::string_view text) {
  // As a C string it ends there; whoever wrote the rest meant it.
  if (text.find('\0') != std::string_view::npos) not_understood(0, "the profile has a zero byte");
  evaluate({}, text);
  if (!version_seen_) fail(0, "no version specified");
  run_held_back_rules();
  return std::move(profile_);
}

void ProfileBuilder::evaluate(const std::string& import, std::string_view text) {
  const uint32_t first_line = profile_.texts_.add(import, text);
  for (const Value& form : read_forms(interpreter_.heap(), text, first_line)) {
    try {
      interpreter_.eval(form, interpreter_.global());
    } catch (ProfileError& error) {
      if (error.line == 0) error.line = interpreter_.line();
      throw;
    }
  }
}

void ProfileBuilder::add_version() {
  interpreter_.define_primitive("version", [this](Interpreter&, Arguments a, uint32_t line) {
    if (a.size() != 1 || a[0] != Value(int64_t{1})) fail(line, "unsupported version");
    if (!version_seen_) add_vocabulary();
    version_seen_ = true;
    return Value(Unspecified{});
  });
}

void ProfileBuilder::add_vocabulary() {
  for (size_t i = 0; i < operations().size(); ++i) {
    const std::string_view name = operations()[i].name;
    if (!options_.without.contains(name)) {
      interpreter_.define(name, static_cast<OperationId>(i));
    }
  }
  for (const Alias& alias : aliases()) {
    interpreter_.define(alias.name, *find_operation(alias.operation));
  }
  for (const std::string_view name : ignored_operations()) {
    interpreter_.define(name, std::make_shared<const Modifier>(Modifier{
                                  .name = "ignored-operation", .operation = std::string(name)}));
  }
  add_rules();
  add_scoped_forms();
  add_old_names();
  add_message_filters();
  add_filter_procedures(*this);
  // The standard policy adds these to every profile (10.14 and later); first, so that others win.
  const Value self = interpreter_.heap().symbol("self");
  for (const std::string_view name : {"signal", "mach-task-name"}) {
    profile_.table_[static_cast<size_t>(*find_operation(name))].filtered.push_back(
        {.filter = make_filter(TargetFilter{"self"}), .action = Action::allow});
  }
}

void ProfileBuilder::add_rules() {
  interpreter_.define_primitive("allow", [this](Interpreter&, Arguments a, uint32_t line) {
    return add_rule(Action::allow, a, line);
  });
  interpreter_.define_primitive("deny", [this](Interpreter&, Arguments a, uint32_t line) {
    return add_rule(Action::deny, a, line);
  });
  interpreter_.define_primitive(
      "import", [this](Interpreter&, Arguments a, uint32_t line) { return import(a, line); });
  for (const std::string_view param : {"param", "getenv"}) {
    interpreter_.define_primitive(param, [this](Interpreter& i, Arguments a, uint32_t line) {
      const Text* name = a.size() == 1 ? std::get_if<Text>(&a[0]) : nullptr;
      if (name == nullptr) fail(line, "param takes a string");
      const auto found = options_.parameters.find(**name);
      return found == options_.parameters.end() ? Value(false) : i.heap().text(found->second);
    });
  }
}

void ProfileBuilder::add_scoped_forms() {
  interpreter_.define_form("with-filter",
                           [this](Interpreter& i, Arguments a, Environment& scope, uint32_t line) {
                             if (a.empty()) fail(line, "a form is incomplete");
                             const Value value = i.eval(a[0], scope);
                             const FilterPtr* filter = std::get_if<FilterPtr>(&value);
                             if (filter == nullptr) fail(line, "with-filter takes a filter");
                             scope_.push_back(*filter);
                             Value last = i.run(a.subspan(1), scope);
                             scope_.pop_back();
                             return last;
                           });
  // These add an argument to every rule inside.
  const auto add_argument = [this](Interpreter& i, Arguments a, Environment& scope, uint32_t line) {
    if (a.empty()) fail(line, "a form is incomplete");
    const Value extra = i.eval(a[0], scope);
    const size_t outer = scope_arguments_.size();
    if (as_pair(extra) != nullptr) {
      for (Value& one : elements(extra, line)) scope_arguments_.push_back(std::move(one));
    } else {
      scope_arguments_.push_back(extra);
    }
    Value last = i.run(a.subspan(1), scope);
    scope_arguments_.resize(outer);
    return last;
  };
  interpreter_.define_form("with-operations", add_argument);
  interpreter_.define_form("with-modifier", add_argument);
  const auto ignore = [](Interpreter&, Arguments, Environment&, uint32_t) {
    return Value(Unspecified{});
  };
  interpreter_.define_form("debug", ignore);
  interpreter_.define_form("trace", ignore);
  interpreter_.define_form("defined?",
                           [](Interpreter& i, Arguments a, Environment& scope, uint32_t line) {
                             const Value name = a.empty() ? Value(Nil{}) : i.eval(a[0], scope);
                             const Symbol* symbol = std::get_if<Symbol>(&name);
                             if (symbol == nullptr) fail(line, "defined? takes a symbol");
                             return Value(i.defined(*symbol, scope));
                           });
  interpreter_.define_form("with",
                           [](Interpreter& i, Arguments a, Environment&, uint32_t line) -> Value {
                             const Symbol* name = a.empty() ? nullptr : std::get_if<Symbol>(&a[0]);
                             if (name == nullptr) fail(line, "a modifier is expected");
                             (void)i;
                             return std::make_shared<const Modifier>(Modifier{.name = *name->name});
                           });
}

// Procedures that do nothing any more, and other names of ones that do.
void ProfileBuilder::add_old_names() {
  for (const std::string_view name :
       {"record", "eliminate-duplicate-rules", "disable-callouts", "disable-full-symbolication"}) {
    interpreter_.define_primitive(
        name, [](Interpreter&, Arguments, uint32_t) { return Value(Unspecified{}); });
  }
  for (const std::string_view name : {"_IO", "_IOR", "_IOW", "_IOWR"}) {
    interpreter_.define_primitive(
        name, [name](Interpreter& i, Arguments a, uint32_t) -> Value {  // a number as its text
          std::string text(name);
          for (const Value& part : a) text += ' ' + constant_text(part);
          return i.heap().symbol(text);
        });
  }
}

Value ProfileBuilder::add_rule(Action action, Arguments written, uint32_t line) {
  std::vector<Value> arguments(scope_arguments_);
  arguments.insert(arguments.end(), written.begin(), written.end());
  std::vector<OperationId> operations;
  std::vector<FilterPtr> filters;
  std::vector<std::string> modifiers;
  std::vector<std::string> unplaced;
  for (const Value& argument : arguments) {
    if (const OperationId* operation = std::get_if<OperationId>(&argument)) {
      operations.push_back(*operation);
    } else if (const FilterPtr* filter = std::get_if<FilterPtr>(&argument)) {
      filters.push_back(*filter);
    } else if (const auto* modifier = std::get_if<std::shared_ptr<const Modifier>>(&argument)) {
      if ((*modifier)->name == "ignored-operation") {
        unplaced.push_back((*modifier)->operation);
      } else {
        modifiers.push_back((*modifier)->name);
      }
    } else if (is_nil(argument) || std::holds_alternative<Unspecified>(argument)) {
      not_understood(line, "a rule with nothing in the place of an argument");
    } else {
      fail(line, "a rule takes operations, filters and modifiers, not a " +
                     std::string(type_name(argument)));
    }
  }
  if (operations.empty() && unplaced.empty()) fail(line, "a rule needs an operation");
  check_each_once(modifiers, line);
  FilterPtr filter;
  if (!filters.empty()) {
    filter = filters.size() == 1 ? filters[0] : make_filter(AnyFilter{filters});
  }
  for (const FilterPtr& outer : scope_) {
    filter = filter ? make_filter(AllFilter{{outer, filter}}) : outer;
  }
  for (std::string& operation : unplaced) {
    profile_.unplaced_rules_.push_back({std::move(operation), action, filter, line});
  }
  for (const OperationId operation : operations) {
    for (const std::string& modifier : modifiers) check_modifier(modifier, action, operation, line);
    if (++rule_count_ > kMaxRules) not_understood(line, "too many rules");
    OperationRules& rules = profile_.table_[static_cast<size_t>(operation)];
    if (!filter) {
      rules.tail = action == Action::allow ? Tail::allow : Tail::deny;
      rules.tail_line = line;
      rules.tail_modifiers = modifiers;
      continue;
    }
    if (filter->depth > kMaxFilterDepth) not_understood(line, "filters are nested too deeply");
    check_categories(*filter, operation, line);
    rules.filtered.push_back(
        {.filter = filter, .action = action, .line = line, .modifiers = modifiers});
  }
  return Unspecified{};
}

void ProfileBuilder::check_categories(const Filter& filter, OperationId operation,
                                      uint32_t line) const {
  const auto each = [&](const std::vector<FilterPtr>& of) {
    for (const FilterPtr& one : of) check_categories(*one, operation, line);
  };
  if (const auto* all = std::get_if<AllFilter>(&filter.test)) return each(all->of);
  if (const auto* any = std::get_if<AnyFilter>(&filter.test)) return each(any->of);
  if (const auto* inner = std::get_if<NotFilter>(&filter.test)) {
    return check_categories(*inner->of, operation, line);
  }
  if (!takes(operation, category_of(filter))) {
    fail(line, describe_leaf(filter) + " filter does not apply to " +
                   std::string(facts_of(operation).name) + " operation");
  }
}

void ProfileBuilder::check_modifier(const std::string& name, Action action, OperationId operation,
                                    uint32_t line) const {
  for (const ModifierFacts& facts : kModifiers) {
    if (facts.name != name) continue;
    if (!(action == Action::allow ? facts.on_allow : facts.on_deny)) {
      fail(line, name + " modifier does not apply to " +
                     (action == Action::allow ? "allow" : "deny") + " action");
    }
    const bool leaves_sandbox = name == "no-sandbox" || name == "no-profile";
    if (leaves_sandbox && !facts_of(operation).name.starts_with("process-exec")) {
      fail(line, name + " modifier applies to process-exec only");
    }
    return;
  }
  fail(line, "unknown modifier: " + name);
}

CompileError ProfileBuilder::describe(const ProfileError& error) const {
  Place place = profile_.place_of(error.line);
  return {.refusal = error.refusal,
          .message = error.message,
          .line = place.line,
          .import = std::move(place.import)};
}

Value ProfileBuilder::import(Arguments arguments, uint32_t line) {
  const Text* name = arguments.size() == 1 ? std::get_if<Text>(&arguments[0]) : nullptr;
  if (name == nullptr) fail(line, "import takes a string");
  const auto found = options_.import ? options_.import(**name) : std::nullopt;
  if (!found) {
    throw ProfileError{line, "the import `" + **name + "` is not here", Refusal::missing_import};
  }
  if (++import_depth_ > kMaxImports) not_understood(line, "imports are nested too deeply");
  evaluate(**name, *found);
  --import_depth_;
  return Unspecified{};
}

tl::expected<Profile, CompileError> Profile::compile(std::string_view text,
                                                     const CompileOptions& options) {
  ProfileBuilder builder(options);
  try {
    return builder.run(text);
  } catch (const ProfileError& error) {
    return tl::unexpected(builder.describe(error));
  }
}

}  // namespace sbxc::sbpl
