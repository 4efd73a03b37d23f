// A tree-walking interpreter. Tail positions (`if`, `cond`, the last form of a body, a call in tail
// position) loop instead of recursing, so that a named `let` may run as long as the step limit lets
// it.
//
// Left out: continuations, strings that change, real numbers, hygiene (TinyScheme's macros have
// none), `eval`, ports, promises; docs/seatbelt-reader.md says how much that leaves unread.
#include "backends/seatbelt/read/scheme.h"

#include <algorithm>

namespace sbxc::sbpl {
namespace {

const Pair& pair_of(const Value& value, uint32_t line) {
  const Pair* pair = as_pair(value);
  if (pair == nullptr) fail(line, "a form is incomplete");
  return *pair;
}
Symbol symbol_of(const Value& value, uint32_t line) {
  const Symbol* symbol = std::get_if<Symbol>(&value);
  if (symbol == nullptr) fail(line, "a name is expected");
  return *symbol;
}

// The headers of the kernel name thousands of requests, calls and flags. Such a name stands for
// itself; the filter that takes it says whether it can.
bool is_kernel_constant(const std::string& name) {
  constexpr std::string_view kPrefixes[] = {"AF_",    "APFSIOC_",  "BIOC",    "CTL",      "DKIOC",
                                            "FSIOC_", "F_",        "HFSIOC_", "IPPROTO_", "MSC_",
                                            "PRIV_",  "SIG",       "SIOC",    "SOCK_",    "SOL_",
                                            "SO_",    "SYSPROTO_", "SYS_",    "TIOC",     "kUSB"};
  return name.ends_with("FSCTL") ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

[[noreturn]] void unbound(const std::string& name, uint32_t line) {
  constexpr std::string_view kNotEvaluated[] = {"eval",
                                                "read",
                                                "open-input-string",
                                                "call/cc",
                                                "call-with-current-continuation",
                                                "delay",
                                                "force",
                                                "make-environment",
                                                "catch",
                                                "throw",
                                                "cond-expand",
                                                "define-macro",
                                                "vector",
                                                "make-vector",
                                                "cons-stream"};
  if (std::find(std::begin(kNotEvaluated), std::end(kNotEvaluated), name) !=
      std::end(kNotEvaluated)) {
    not_understood(line, "`" + name + "` is Scheme that is not evaluated here");
  }
  if (name.starts_with('%')) {
    not_understood(line,
                   "`" + name + "` belongs to the library that the system reads profiles with");
  }
  fail(line, "unbound variable: " + name);
}

}  // namespace

Interpreter::Interpreter() : global_(heap_.environment(nullptr)) {
  add_scheme_procedures(*this);
  add_list_paths(*this);
  add_characters(*this);
  add_iteration(*this);
}

void Interpreter::define(std::string_view name, Value value) {
  global_->names[heap_.symbol(name).name] = std::move(value);
}
void Interpreter::define_primitive(std::string_view name, Primitive primitive) {
  Procedure made;
  made.name = name;
  made.primitive = std::move(primitive);
  define(name, heap_.procedure(std::move(made)));
}
void Interpreter::define_form(std::string_view name, Form form) {
  forms_[heap_.symbol(name).name] = std::move(form);
}

Value* Interpreter::find(Symbol name, Environment& scope) const {
  for (Environment* at = &scope; at != nullptr; at = at->outer) {
    if (const auto found = at->names.find(name.name); found != at->names.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

bool Interpreter::defined(Symbol name, const Environment& scope) const {
  for (const Environment* at = &scope; at != nullptr; at = at->outer) {
    if (at->names.contains(name.name)) return true;
  }
  return forms_.contains(name.name);
}

const Value* Interpreter::find_global(std::string_view name) {
  return find(heap_.symbol(name), *global_);
}

Value Interpreter::eval(Value form, Environment& scope) {
  if (++depth_ > kMaxEvalDepth) not_understood(0, "the profile recurses too deeply");
  Value value = eval_loop(std::move(form), &scope);
  --depth_;
  return value;
}

Value Interpreter::run(Arguments body, Environment& scope) {
  Value last = Unspecified{};
  for (const Value& form : body) last = eval(form, scope);
  return last;
}

Value Interpreter::eval_loop(Value form, Environment* scope) {
  while (true) {
    if (++steps_ > kMaxSteps) not_understood(0, "the profile runs too long");
    if (const Symbol* name = std::get_if<Symbol>(&form)) {
      const Value* value = find(*name, *scope);
      if (value != nullptr) return *value;
      if (is_kernel_constant(*name->name)) return form;
      unbound(*name->name, 0);
    }
    const Pair* pair = as_pair(form);
    if (pair == nullptr) {
      if (is_nil(form)) fail(0, "an empty list is no call");
      return form;
    }
    const uint32_t line = pair->line;
    line_ = line;
    Value head;
    if (const Symbol* name = std::get_if<Symbol>(&pair->car)) {
      Value next = Unspecified{};
      Value result = Unspecified{};
      if (find(*name, *scope) == nullptr) {
        if (const auto special = forms_.find(name->name); special != forms_.end()) {
          return special->second(*this, elements(pair->cdr, line), *scope, line);
        }
        if (step_core(*name->name, *pair, scope, next, result)) {
          if (std::holds_alternative<Unspecified>(next)) return result;
          form = std::move(next);
          continue;
        }
        unbound(*name->name, line);
      }
    }
    head = eval(pair->car, *scope);
    Procedure* const* procedure = std::get_if<Procedure*>(&head);
    if (procedure == nullptr) fail(line, std::string(type_name(head)) + " cannot be called");
    std::vector<Value> arguments = elements(pair->cdr, line);
    if ((*procedure)->macro) {
      const Value whole[] = {form};
      form = apply(head, whole, line);
      continue;
    }
    for (Value& argument : arguments) argument = eval(argument, *scope);
    if ((*procedure)->primitive) return (*procedure)->primitive(*this, arguments, line);
    scope = &bind(**procedure, arguments, line);
    const std::vector<Value> body = elements((*procedure)->body, line);
    if (body.empty()) return Unspecified{};
    run(Arguments(body).first(body.size() - 1), *scope);
    form = body.back();
  }
}

Environment& Interpreter::bind(const Procedure& closure, Arguments arguments, uint32_t line) {
  const size_t wanted = closure.parameters.size();
  if (arguments.size() < wanted || (closure.rest == nullptr && arguments.size() > wanted)) {
    fail(line, "wrong number of arguments");
  }
  Environment& scope = *heap_.environment(closure.scope);
  for (size_t i = 0; i < wanted; ++i) scope.names[closure.parameters[i]] = arguments[i];
  if (closure.rest != nullptr) scope.names[closure.rest] = heap_.list(arguments.subspan(wanted));
  return scope;
}

Value Interpreter::apply(const Value& procedure, Arguments arguments, uint32_t line) {
  Procedure* const* callee = std::get_if<Procedure*>(&procedure);
  if (callee == nullptr) fail(line, std::string(type_name(procedure)) + " cannot be called");
  if ((*callee)->primitive) return (*callee)->primitive(*this, arguments, line);
  Environment& scope = bind(**callee, arguments, line);
  return run(elements((*callee)->body, line), scope);
}

Value Interpreter::lambda(const Value& parameters, const Value& body, Environment& scope,
                          uint32_t line) {
  Procedure made;
  made.name = "lambda";
  const Value* at = &parameters;
  while (const Pair* pair = as_pair(*at)) {
    made.parameters.push_back(symbol_of(pair->car, line).name);
    at = &pair->cdr;
  }
  if (!is_nil(*at)) made.rest = symbol_of(*at, line).name;
  made.body = body;
  made.scope = &scope;
  return heap_.procedure(std::move(made));
}

void Interpreter::do_define(Arguments arguments, Environment& scope, uint32_t line) {
  if (arguments.empty()) fail(line, "a form is incomplete");
  if (const Pair* head = as_pair(arguments[0])) {  // (define (name parameters) body…)
    const Value body = heap_.list(arguments.subspan(1), line);
    scope.names[symbol_of(head->car, line).name] = lambda(head->cdr, body, scope, line);
    return;
  }
  const Symbol name = symbol_of(arguments[0], line);
  scope.names[name.name] = arguments.size() > 1 ? eval(arguments[1], scope) : Unspecified{};
}

// (macro (name form) body…): the whole form goes in, what comes out is evaluated in its place.
Value Interpreter::do_macro(Arguments arguments, Environment& scope, uint32_t line) {
  if (arguments.size() < 2) fail(line, "a form is incomplete");
  const Pair& head = pair_of(arguments[0], line);
  const Value made = lambda(head.cdr, heap_.list(arguments.subspan(1), line), scope, line);
  std::get<Procedure*>(made)->macro = true;
  global_->names[symbol_of(head.car, line).name] = made;
  return Unspecified{};
}

Value Interpreter::named_let(Arguments arguments, Environment& scope, uint32_t line) {
  std::vector<Value> names;
  std::vector<Value> values;
  for (const Value& binding : elements(arguments[1], line)) {
    const std::vector<Value> parts = elements(binding, line);
    if (parts.size() != 2) fail(line, "a binding is a name and a value");
    names.push_back(parts[0]);
    values.push_back(eval(parts[1], scope));
  }
  Environment& inner = *heap_.environment(&scope);
  const Value loop = lambda(heap_.list(names), heap_.list(arguments.subspan(2), line), inner, line);
  inner.names[symbol_of(arguments[0], line).name] = loop;
  return apply(loop, values, line);
}

Environment& Interpreter::let_scope(const std::string& kind, const Value& bindings,
                                    Environment& scope, uint32_t line) {
  Environment* inner = heap_.environment(&scope);
  for (const Value& binding : elements(bindings, line)) {
    const std::vector<Value> parts = elements(binding, line);
    if (parts.empty()) fail(line, "a binding is a name and a value");  // TinyScheme skips the rest
    Environment& seen = kind == "let" ? scope : *inner;
    Value value = parts.size() > 1 ? eval(parts[1], seen) : Value(Unspecified{});
    inner->names[symbol_of(parts[0], line).name] = std::move(value);
    if (kind == "let*") inner = heap_.environment(inner);
  }
  return *inner;
}

Value Interpreter::quasi(const Value& form, Environment& scope, size_t depth) {
  if (depth > kMaxEvalDepth) not_understood(0, "the profile recurses too deeply");
  const Pair* pair = as_pair(form);
  if (pair == nullptr) return form;
  if (const Symbol* name = std::get_if<Symbol>(&pair->car); name && *name->name == "unquote") {
    return eval(pair_of(pair->cdr, pair->line).car, scope);
  }
  Value cdr = quasi(pair->cdr, scope, depth + 1);
  if (const Pair* inner = as_pair(pair->car)) {
    const Symbol* name = std::get_if<Symbol>(&inner->car);
    if (name != nullptr && *name->name == "unquote-splicing") {
      std::vector<Value> spliced =
          elements(eval(pair_of(inner->cdr, pair->line).car, scope), pair->line);
      for (size_t i = spliced.size(); i-- > 0;) {
        cdr = heap_.cons(std::move(spliced[i]), std::move(cdr), pair->line);
      }
      return cdr;
    }
  }
  Value car = quasi(pair->car, scope, depth + 1);
  return heap_.cons(std::move(car), std::move(cdr), pair->line);
}

// One of the forms of the language itself. True when `name` is one: then either `next` is what to
// evaluate in `scope`, or it is Unspecified and `result` is the value.
bool Interpreter::step_core(const std::string& name, const Pair& form, Environment*& scope,
                            Value& next, Value& result) {
  const uint32_t line = form.line;
  const std::vector<Value> arguments = elements(form.cdr, line);
  const auto need = [&](size_t least) {
    if (arguments.size() < least) fail(line, "a form is incomplete");
  };
  const auto tail_of = [&](Arguments body, Environment& inner) {
    scope = &inner;
    if (body.empty()) return;
    run(body.first(body.size() - 1), inner);
    next = body.back();
    // A literal Unspecified cannot stand in a text, so `next` always says what it means.
  };
  const Arguments all(arguments);
  if (name == "quote") {
    need(1);
    result = arguments[0];
  } else if (name == "quasiquote") {
    need(1);
    result = quasi(arguments[0], *scope, 0);
  } else if (name == "if") {
    need(2);
    if (is_true(eval(arguments[0], *scope))) {
      next = arguments[1];
    } else if (arguments.size() > 2) {
      next = arguments[2];
    }
  } else if (name == "when" || name == "unless") {
    need(1);
    if (is_true(eval(arguments[0], *scope)) == (name == "when")) tail_of(all.subspan(1), *scope);
  } else if (name == "define") {
    do_define(arguments, *scope, line);
  } else if (name == "set!") {
    need(2);
    Value* place = find(symbol_of(arguments[0], line), *scope);
    if (place == nullptr) unbound(*symbol_of(arguments[0], line).name, line);
    Value value = eval(arguments[1], *scope);
    *find(symbol_of(arguments[0], line), *scope) = std::move(value);
  } else if (name == "lambda") {
    need(1);
    result = lambda(arguments[0], heap_.list(all.subspan(1), line), *scope, line);
  } else if (name == "macro") {
    result = do_macro(arguments, *scope, line);
  } else if (name == "begin") {
    tail_of(arguments, *scope);
  } else if (name == "let" || name == "let*" || name == "letrec") {
    need(2);
    if (std::holds_alternative<Symbol>(arguments[0])) {
      need(3);
      result = named_let(arguments, *scope, line);
    } else {
      Environment& inner = let_scope(name, arguments[0], *scope, line);
      tail_of(all.subspan(1), inner);
    }
  } else if (name == "and" || name == "or") {
    result = name == "and";
    for (const Value& argument : arguments) {
      result = eval(argument, *scope);
      if (is_true(result) != (name == "and")) break;
    }
  } else if (name == "cond" || name == "case") {
    const Value key = name == "case" ? (need(1), eval(arguments[0], *scope)) : Value(Unspecified{});
    for (const Value& clause : name == "case" ? all.subspan(1) : all) {
      const std::vector<Value> parts = elements(clause, line);
      if (parts.empty()) fail(line, "an empty clause");
      const Symbol* word = std::get_if<Symbol>(&parts[0]);
      bool chosen = word != nullptr && *word->name == "else";
      if (!chosen && name == "cond") {
        result = eval(parts[0], *scope);
        chosen = is_true(result);
        if (!chosen) result = Unspecified{};
      } else if (!chosen) {
        for (const Value& one : elements(parts[0], line)) chosen = chosen || one == key;
      }
      if (!chosen) continue;
      tail_of(Arguments(parts).subspan(1), *scope);
      break;
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace sbxc::sbpl
