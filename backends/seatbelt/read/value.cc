#include "backends/seatbelt/read/value.h"

namespace sbxc::sbpl {

Value Heap::cons(Value car, Value cdr, uint32_t line) {
  if (pairs_.size() >= kMaxPairs) not_understood(line, "the profile builds too many lists");
  pairs_.push_back({std::move(car), std::move(cdr), line});
  return &pairs_.back();
}

Value Heap::list(std::span<const Value> items, uint32_t line) {
  Value made = Nil{};
  for (size_t i = items.size(); i-- > 0;) made = cons(items[i], std::move(made), line);
  return made;
}

Value Heap::text(std::string bytes) {
  text_bytes_ += bytes.size();
  if (text_bytes_ > kMaxTextBytes) not_understood(0, "the profile builds too much text");
  return std::make_shared<const std::string>(std::move(bytes));
}

Symbol Heap::symbol(std::string_view name) { return {&*symbols_.emplace(name).first}; }

Procedure* Heap::procedure(Procedure made) {
  if (procedures_.size() >= kMaxPairs) {
    not_understood(0, "the profile builds too many procedures");
  }
  procedures_.push_back(std::move(made));
  return &procedures_.back();
}

Environment* Heap::environment(Environment* outer) {
  if (environments_.size() >= kMaxPairs) {
    not_understood(0, "the profile calls too many procedures");
  }
  environments_.push_back({.names = {}, .outer = outer});
  return &environments_.back();
}

std::vector<Value> elements(const Value& list, uint32_t line) {
  std::vector<Value> out;
  const Value* at = &list;
  while (const Pair* pair = as_pair(*at)) {
    out.push_back(pair->car);
    at = &pair->cdr;
  }
  if (!is_nil(*at)) fail(line, "not a proper list");
  return out;
}

std::string_view type_name(const Value& value) {
  constexpr std::string_view kNames[] = {"empty list", "nothing", "boolean",   "number",
                                         "character",  "symbol",  "string",    "list",
                                         "procedure",  "filter",  "operation", "modifier"};
  static_assert(std::size(kNames) == std::variant_size_v<Value>);
  return kNames[value.index()];
}

std::string constant_text(const Value& value) {
  if (const Text* text = std::get_if<Text>(&value)) return '"' + **text + '"';
  if (const int64_t* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const Symbol* symbol = std::get_if<Symbol>(&value)) return *symbol->name;
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "#t" : "#f";
  return std::string(type_name(value));
}

}  // namespace sbxc::sbpl
