// Ways into lists: `car` and `cdr` in a row, and positions.
#include "backends/seatbelt/read/scheme.h"

namespace sbxc::sbpl {
namespace {

// `add` is `cadr`: the letters are applied from the right.
Value follow(std::string_view letters, Value value, uint32_t line) {
  while (!letters.empty()) {
    const Pair* pair = as_pair(value);
    if (pair == nullptr) fail(line, "a list with something in it is expected");
    const bool first = letters.back() == 'a';
    letters.remove_suffix(1);
    Value next = first ? pair->car : pair->cdr;
    value = std::move(next);
  }
  return value;
}

Value tail_of(Arguments a, uint32_t line) {
  const int64_t* count = a.size() == 2 ? std::get_if<int64_t>(&a[1]) : nullptr;
  if (count == nullptr || *count < 0) fail(line, "a list and a position are expected");
  Value at = a[0];
  for (int64_t i = 0; i < *count; ++i) at = follow("d", std::move(at), line);
  return at;
}

}  // namespace

void add_list_paths(Interpreter& to) {
  for (const std::string_view letters :
       {"aa", "ad", "da", "dd", "aad", "add", "dad", "ddd", "ada", "dda", "addd", "dddd"}) {
    to.define_primitive("c" + std::string(letters) + "r",
                        [letters](Interpreter&, Arguments a, uint32_t line) {
                          if (a.size() != 1) fail(line, "wrong number of arguments");
                          return follow(letters, a[0], line);
                        });
  }
  to.define_primitive("list-tail",
                      [](Interpreter&, Arguments a, uint32_t line) { return tail_of(a, line); });
  to.define_primitive("list-ref", [](Interpreter&, Arguments a, uint32_t line) {
    return follow("a", tail_of(a, line), line);
  });
  to.define_primitive("filter", [](Interpreter& i, Arguments a, uint32_t line) {
    if (a.size() != 2) fail(line, "wrong number of arguments");
    std::vector<Value> kept;
    for (const Value& item : elements(a[1], line)) {
      const Value one[] = {item};
      if (is_true(i.apply(a[0], one, line))) kept.push_back(item);
    }
    return i.heap().list(kept, line);
  });
}

}  // namespace sbxc::sbpl
