// The part of Scheme that profiles are written in, with bounds on steps, depth and memory. It knows
// nothing of sandboxes: vocabulary.cc and sbpl_library.cc add that.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/seatbelt/read/value.h"

namespace sbxc::sbpl {

inline constexpr size_t kMaxSteps = 2'000'000;
inline constexpr size_t kMaxEvalDepth = 400;

class Interpreter {
 public:
  // A special form sees its arguments unevaluated.
  using Form = std::function<Value(Interpreter&, Arguments, Environment&, uint32_t line)>;

  Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  Value eval(Value form, Environment& scope);
  Value apply(const Value& procedure, Arguments arguments, uint32_t line);
  Value run(Arguments body, Environment& scope);  // the last one's value

  void define(std::string_view name, Value value);  // in the outermost scope
  void define_primitive(std::string_view name, Primitive primitive);
  void define_form(std::string_view name, Form form);
  bool defined(Symbol name, const Environment& scope) const;
  const Value* find_global(std::string_view name);  // null: not bound

  Heap& heap() { return heap_; }
  Environment& global() { return *global_; }
  uint32_t line() const { return line_; }  // of the call that is being evaluated

 private:
  struct Tail {  // what to evaluate next instead of returning
    Value form;
    Environment* scope;
  };
  Value eval_loop(Value form, Environment* scope);
  bool step_core(const std::string& name, const Pair& form, Environment*& scope, Value& next,
                 Value& result);
  Value* find(Symbol name, Environment& scope) const;
  Environment& bind(const Procedure& closure, Arguments arguments, uint32_t line);
  Value lambda(const Value& parameters, const Value& body, Environment& scope, uint32_t line);
  void do_define(Arguments arguments, Environment& scope, uint32_t line);
  Value do_macro(Arguments arguments, Environment& scope, uint32_t line);
  Value named_let(Arguments arguments, Environment& scope, uint32_t line);
  Environment& let_scope(const std::string& kind, const Value& bindings, Environment& scope,
                         uint32_t line);
  Value quasi(const Value& form, Environment& scope, size_t depth);

  Heap heap_;
  Environment* global_;
  std::map<const std::string*, Form> forms_;
  size_t steps_ = 0;
  size_t depth_ = 0;
  uint32_t line_ = 0;
};

void add_scheme_procedures(Interpreter& interpreter);  // lists, strings, numbers, predicates
void add_list_paths(Interpreter& interpreter);         // `cadr` and its kin, `list-ref` …
void add_characters(Interpreter& interpreter);
void add_iteration(Interpreter& interpreter);  // `do`

}  // namespace sbxc::sbpl
