// `(do ((name first step)…) (until result…) body…)`. Every turn has variables of its own.
#include "backends/seatbelt/read/scheme.h"

namespace sbxc::sbpl {
namespace {

struct Variable {
  const std::string* name;
  Value step;  // Unspecified: it keeps its value
};

Value run_do(Interpreter& i, Arguments a, Environment& scope, uint32_t line) {
  if (a.size() < 2) fail(line, "a form is incomplete");
  std::vector<Variable> variables;
  Environment* turn = i.heap().environment(&scope);
  for (const Value& binding : elements(a[0], line)) {
    const std::vector<Value> parts = elements(binding, line);
    const Symbol* name = parts.empty() ? nullptr : std::get_if<Symbol>(&parts[0]);
    if (name == nullptr || parts.size() < 2 || parts.size() > 3) {
      fail(line, "a variable of `do` is a name, a first value and a step");
    }
    variables.push_back({name->name, parts.size() == 3 ? parts[2] : Value(Unspecified{})});
    turn->names[name->name] = i.eval(parts[1], scope);
  }
  const std::vector<Value> end = elements(a[1], line);
  if (end.empty()) fail(line, "`do` has no end");
  while (!is_true(i.eval(end[0], *turn))) {
    i.run(a.subspan(2), *turn);
    Environment* next = i.heap().environment(&scope);
    for (const Variable& variable : variables) {
      const bool stays = std::holds_alternative<Unspecified>(variable.step);
      next->names[variable.name] =
          stays ? turn->names[variable.name] : i.eval(variable.step, *turn);
    }
    turn = next;
  }
  return i.run(Arguments(end).subspan(1), *turn);
}

}  // namespace

void add_iteration(Interpreter& to) { to.define_form("do", run_do); }

}  // namespace sbxc::sbpl
