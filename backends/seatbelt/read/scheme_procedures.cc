// The standard procedures that profiles call: lists, strings, numbers, predicates.
#include <algorithm>
#include <charconv>

#include "backends/seatbelt/read/scheme.h"

namespace sbxc::sbpl {
namespace {

void need(Arguments arguments, size_t least, uint32_t line) {
  if (arguments.size() < least) fail(line, "wrong number of arguments");
}
const std::string& text_of(const Value& value, uint32_t line) {
  const Text* text = std::get_if<Text>(&value);
  if (text == nullptr) {
    fail(line, "a string is expected, not a " + std::string(type_name(value)));
  }
  return **text;
}
int64_t number_of(const Value& value, uint32_t line) {
  const int64_t* number = std::get_if<int64_t>(&value);
  if (number == nullptr) fail(line, "a number is expected");
  return *number;
}
const Pair& pair_of(const Value& value, uint32_t line) {
  const Pair* pair = as_pair(value);
  if (pair == nullptr) fail(line, "a list with something in it is expected");
  return *pair;
}
bool same(const Value& a, const Value& b) {
  const Text* left = std::get_if<Text>(&a);
  const Text* right = std::get_if<Text>(&b);
  if (left != nullptr && right != nullptr) return **left == **right;
  return a == b;
}
bool same_tree(const Value& a, const Value& b, size_t depth) {
  const Pair* left = as_pair(a);
  const Pair* right = as_pair(b);
  if (left == nullptr || right == nullptr || depth > kMaxEvalDepth) return same(a, b);
  return same_tree(left->car, right->car, depth + 1) && same_tree(left->cdr, right->cdr, depth + 1);
}

void add_lists(Interpreter& to) {
  to.define_primitive(
      "list", [](Interpreter& i, Arguments a, uint32_t line) { return i.heap().list(a, line); });
  to.define_primitive("cons", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 2, line);
    return i.heap().cons(a[0], a[1], line);
  });
  to.define_primitive("car", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 1, line);
    return pair_of(a[0], line).car;
  });
  to.define_primitive("cdr", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 1, line);
    return pair_of(a[0], line).cdr;
  });
  to.define_primitive("length", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 1, line);
    return Value(static_cast<int64_t>(elements(a[0], line).size()));
  });
  to.define_primitive("reverse", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 1, line);
    std::vector<Value> items = elements(a[0], line);
    std::reverse(items.begin(), items.end());
    return i.heap().list(items, line);
  });
  to.define_primitive("append", [](Interpreter& i, Arguments a, uint32_t line) {
    std::vector<Value> items;
    for (const Value& list : a) {
      for (Value& item : elements(list, line)) items.push_back(std::move(item));
    }
    return i.heap().list(items, line);
  });
  const auto member = [](Interpreter&, Arguments a, uint32_t line) -> Value {
    need(a, 2, line);
    for (const Value* at = &a[1]; as_pair(*at) != nullptr; at = &as_pair(*at)->cdr) {
      if (same(a[0], as_pair(*at)->car)) return *at;
    }
    return false;
  };
  to.define_primitive("member", member);
  to.define_primitive("memq", member);
  to.define_primitive("memv", member);
  const auto associated = [](Interpreter&, Arguments a, uint32_t line) -> Value {
    need(a, 2, line);
    for (const Value& entry : elements(a[1], line)) {
      if (same(a[0], pair_of(entry, line).car)) return entry;
    }
    return false;
  };
  to.define_primitive("assoc", associated);
  to.define_primitive("assq", associated);
  to.define_primitive("assv", associated);
}

void add_higher_order(Interpreter& to) {
  const auto walk = [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 2, line);
    std::vector<std::vector<Value>> lists;
    size_t shortest = SIZE_MAX;
    for (const Value& list : a.subspan(1)) {
      lists.push_back(elements(list, line));
      shortest = std::min(shortest, lists.back().size());
    }
    std::vector<Value> results;
    for (size_t at = 0; at < shortest; ++at) {
      std::vector<Value> row;
      row.reserve(lists.size());
      for (const std::vector<Value>& list : lists) row.push_back(list[at]);
      results.push_back(i.apply(a[0], row, line));
    }
    return results;
  };
  to.define_primitive("map", [walk](Interpreter& i, Arguments a, uint32_t line) {
    return i.heap().list(walk(i, a, line), line);
  });
  to.define_primitive("for-each", [walk](Interpreter& i, Arguments a, uint32_t line) {
    walk(i, a, line);
    return Value(Unspecified{});
  });
  to.define_primitive("apply", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 2, line);
    std::vector<Value> arguments(a.begin() + 1, a.end() - 1);
    for (Value& last : elements(a.back(), line)) arguments.push_back(std::move(last));
    return i.apply(a[0], arguments, line);
  });
}

void add_strings(Interpreter& to) {
  to.define_primitive("string-append", [](Interpreter& i, Arguments a, uint32_t line) {
    std::string all;
    for (const Value& part : a) all += text_of(part, line);
    return i.heap().text(std::move(all));
  });
  to.define_primitive("string-length", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 1, line);
    return Value(static_cast<int64_t>(text_of(a[0], line).size()));
  });
  to.define_primitive("substring", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 2, line);
    const std::string& text = text_of(a[0], line);
    const int64_t from = number_of(a[1], line);
    const int64_t to_byte =
        a.size() > 2 ? number_of(a[2], line) : static_cast<int64_t>(text.size());
    if (from < 0 || to_byte < from || static_cast<size_t>(to_byte) > text.size()) {
      fail(line, "substring out of range");
    }
    return i.heap().text(
        text.substr(static_cast<size_t>(from), static_cast<size_t>(to_byte - from)));
  });
  to.define_primitive("number->string", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 1, line);
    return i.heap().text(std::to_string(number_of(a[0], line)));
  });
  to.define_primitive("symbol->string", [](Interpreter& i, Arguments a, uint32_t line) {
    need(a, 1, line);
    const Symbol* symbol = std::get_if<Symbol>(&a[0]);
    if (symbol == nullptr) fail(line, "a symbol is expected");
    return i.heap().text(*symbol->name);
  });
  to.define_primitive("string=?", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 2, line);
    return Value(text_of(a[0], line) == text_of(a[1], line));
  });
  to.define_primitive("string<?", [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 2, line);
    return Value(text_of(a[0], line) < text_of(a[1], line));
  });
  to.define_primitive("string->symbol", [](Interpreter& i, Arguments a, uint32_t line) -> Value {
    need(a, 1, line);
    return i.heap().symbol(text_of(a[0], line));
  });
  to.define_primitive("string->number", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    need(a, 1, line);
    const std::string& text = text_of(a[0], line);
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
    return number;
  });
}

void add_predicates(Interpreter& to) {
  const auto is = [&](std::string_view name, auto test) {
    to.define_primitive(name, [test](Interpreter&, Arguments a, uint32_t line) {
      need(a, 1, line);
      return Value(test(a[0]));
    });
  };
  is("null?", [](const Value& v) { return is_nil(v); });
  is("pair?", [](const Value& v) { return as_pair(v) != nullptr; });
  is("list?", [](const Value& v) { return is_nil(v) || as_pair(v) != nullptr; });
  is("string?", [](const Value& v) { return std::holds_alternative<Text>(v); });
  is("symbol?", [](const Value& v) { return std::holds_alternative<Symbol>(v); });
  is("number?", [](const Value& v) { return std::holds_alternative<int64_t>(v); });
  is("boolean?", [](const Value& v) { return std::holds_alternative<bool>(v); });
  is("char?", [](const Value& v) { return std::holds_alternative<Character>(v); });
  is("integer?", [](const Value& v) { return std::holds_alternative<int64_t>(v); });
  is("atom?", [](const Value& v) { return as_pair(v) == nullptr; });
  is("procedure?", [](const Value& v) { return std::holds_alternative<Procedure*>(v); });
  is("not", [](const Value& v) { return !is_true(v); });
  const auto equal = [](Interpreter&, Arguments a, uint32_t line) {
    need(a, 2, line);
    return Value(same_tree(a[0], a[1], 0));
  };
  to.define_primitive("equal?", equal);
  to.define_primitive("eq?", equal);
  to.define_primitive("eqv?", equal);
}

void add_numbers(Interpreter& to) {
  const auto fold = [&](std::string_view name, int64_t start, auto combine) {
    to.define_primitive(name, [start, combine](Interpreter&, Arguments a, uint32_t line) {
      int64_t value = start;
      for (const Value& v : a) value = combine(value, number_of(v, line));
      return Value(value);
    });
  };
  // Unsigned arithmetic: a profile may overflow, the program may not.
  const auto wrap = [](uint64_t v) { return static_cast<int64_t>(v); };
  fold("+", 0, [wrap](int64_t x, int64_t y) {
    return wrap(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
  });
  fold("*", 1, [wrap](int64_t x, int64_t y) {
    return wrap(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
  });
  to.define_primitive("-", [wrap](Interpreter&, Arguments a, uint32_t line) {
    need(a, 1, line);
    uint64_t value = static_cast<uint64_t>(number_of(a[0], line));
    if (a.size() == 1) return Value(wrap(0 - value));
    for (const Value& v : a.subspan(1)) value -= static_cast<uint64_t>(number_of(v, line));
    return Value(wrap(value));
  });
  const auto test_one = [&](std::string_view name, auto test) {
    to.define_primitive(name, [test](Interpreter&, Arguments a, uint32_t line) {
      need(a, 1, line);
      return Value(test(number_of(a[0], line)));
    });
  };
  test_one("zero?", [](int64_t n) { return n == 0; });
  test_one("positive?", [](int64_t n) { return n > 0; });
  test_one("negative?", [](int64_t n) { return n < 0; });
  test_one("even?", [](int64_t n) { return n % 2 == 0; });
  test_one("odd?", [](int64_t n) { return n % 2 != 0; });
  const auto compare = [&](std::string_view name, auto test) {
    to.define_primitive(name, [test](Interpreter&, Arguments a, uint32_t line) {
      need(a, 2, line);
      for (size_t i = 0; i + 1 < a.size(); ++i) {
        if (!test(number_of(a[i], line), number_of(a[i + 1], line))) return Value(false);
      }
      return Value(true);
    });
  };
  compare("=", [](int64_t x, int64_t y) { return x == y; });
  compare("<", [](int64_t x, int64_t y) { return x < y; });
  compare(">", [](int64_t x, int64_t y) { return x > y; });
  compare("<=", [](int64_t x, int64_t y) { return x <= y; });
  compare(">=", [](int64_t x, int64_t y) { return x >= y; });
}

}  // namespace

void add_scheme_procedures(Interpreter& interpreter) {
  add_lists(interpreter);
  add_higher_order(interpreter);
  add_strings(interpreter);
  add_predicates(interpreter);
  add_numbers(interpreter);
}

}  // namespace sbxc::sbpl
