// The values of the Scheme layer that profiles are written in. Pairs, strings and procedures live
// in the interpreter's heap, which has a limit and goes away with it; values are small handles.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "backends/seatbelt/read/filter.h"
#include "backends/seatbelt/read/refusal.h"
#include "backends/seatbelt/read/vocabulary.h"

namespace sbxc::sbpl {

// Thrown while a profile is read and caught in Profile::compile: it never leaves this room.
struct ProfileError {
  uint32_t line = 0;  // counted through all texts, as Profile::place_of takes it
  std::string message;
  Refusal refusal = Refusal::by_system;
};
// The system would refuse the profile too.
[[noreturn]] inline void fail(uint32_t line, std::string message) {
  throw ProfileError{line, std::move(message)};
}
// The system may well know what it means; this reader does not.
[[noreturn]] inline void not_understood(uint32_t line, std::string message) {
  throw ProfileError{line, std::move(message), Refusal::not_understood};
}

struct Nil {
  bool operator==(const Nil&) const = default;
};
struct Unspecified {
  bool operator==(const Unspecified&) const = default;
};
struct Symbol {
  const std::string* name;  // interned: equal names have equal addresses
  bool operator==(const Symbol&) const = default;
};
struct Character {
  char byte = 0;
  bool operator==(const Character&) const = default;
};
struct Pair;
struct Procedure;
struct Modifier {
  std::string name;
  std::string operation{};  // of "ignored-operation": one of which no more than the name is known
};
using Text = std::shared_ptr<const std::string>;
using Value = std::variant<Nil, Unspecified, bool, int64_t, Character, Symbol, Text, Pair*,
                           Procedure*, FilterPtr, OperationId, std::shared_ptr<const Modifier>>;

struct Pair {
  Value car;
  Value cdr;
  uint32_t line = 0;
};

struct Environment {
  std::unordered_map<const std::string*, Value> names;
  Environment* outer = nullptr;
};

class Interpreter;
using Arguments = std::span<const Value>;
using Primitive = std::function<Value(Interpreter&, Arguments, uint32_t line)>;

struct Procedure {
  std::string name;
  Primitive primitive;                         // empty: a closure
  std::vector<const std::string*> parameters;  // of a closure
  const std::string* rest = nullptr;
  Value body = Nil{};
  Environment* scope = nullptr;
  bool macro = false;
};

inline constexpr size_t kMaxPairs = 300'000;
inline constexpr size_t kMaxTextBytes = 32U << 20;

class Heap {
 public:
  Value cons(Value car, Value cdr, uint32_t line = 0);
  Value list(std::span<const Value> items, uint32_t line = 0);
  Value text(std::string bytes);
  Symbol symbol(std::string_view name);
  Procedure* procedure(Procedure made);
  Environment* environment(Environment* outer);

 private:
  std::deque<Pair> pairs_;
  std::deque<Procedure> procedures_;
  std::deque<Environment> environments_;
  std::unordered_set<std::string> symbols_;
  size_t text_bytes_ = 0;
};

inline bool is_true(const Value& value) {
  const bool* truth = std::get_if<bool>(&value);
  return truth == nullptr || *truth;  // only #f is false
}
inline const Pair* as_pair(const Value& value) {
  Pair* const* pair = std::get_if<Pair*>(&value);
  return pair == nullptr ? nullptr : *pair;
}
inline bool is_nil(const Value& value) { return std::holds_alternative<Nil>(value); }

// The elements of a proper list; an improper one is an error at `line`.
std::vector<Value> elements(const Value& list, uint32_t line);
std::string_view type_name(const Value& value);
// A constant as a profile writes it, for the name of what a filter asks: `"com.apple.x"`, `0`.
std::string constant_text(const Value& value);

}  // namespace sbxc::sbpl
