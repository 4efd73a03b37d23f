// Characters are bytes here, as they are in TinyScheme.
#include "backends/seatbelt/read/scheme.h"

namespace sbxc::sbpl {
namespace {

const std::string& text_of(Arguments a, size_t at, uint32_t line) {
  const Text* text = at < a.size() ? std::get_if<Text>(&a[at]) : nullptr;
  if (text == nullptr) fail(line, "a string is expected");
  return **text;
}
char character_of(const Value& value, uint32_t line) {
  const Character* character = std::get_if<Character>(&value);
  if (character == nullptr) fail(line, "a character is expected");
  return character->byte;
}

}  // namespace

void add_characters(Interpreter& to) {
  to.define_primitive("string-ref", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    const std::string& text = text_of(a, 0, line);
    const int64_t* at = a.size() == 2 ? std::get_if<int64_t>(&a[1]) : nullptr;
    if (at == nullptr || *at < 0 || static_cast<size_t>(*at) >= text.size()) {
      fail(line, "string-ref out of range");
    }
    return Character{text[static_cast<size_t>(*at)]};
  });
  to.define_primitive("char=?", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    if (a.size() != 2) fail(line, "wrong number of arguments");
    return character_of(a[0], line) == character_of(a[1], line);
  });
  to.define_primitive("char->integer", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    if (a.size() != 1) fail(line, "wrong number of arguments");
    return static_cast<int64_t>(static_cast<unsigned char>(character_of(a[0], line)));
  });
  to.define_primitive("string->list", [](Interpreter& i, Arguments a, uint32_t line) {
    std::vector<Value> items;
    for (const char c : text_of(a, 0, line)) items.push_back(Character{c});
    return i.heap().list(items, line);
  });
  to.define_primitive("list->string", [](Interpreter& i, Arguments a, uint32_t line) {
    if (a.size() != 1) fail(line, "wrong number of arguments");
    std::string text;
    for (const Value& item : elements(a[0], line)) text += character_of(item, line);
    return i.heap().text(std::move(text));
  });
  to.define_primitive("string", [](Interpreter& i, Arguments a, uint32_t line) {
    std::string text;
    for (const Value& item : a) text += character_of(item, line);
    return i.heap().text(std::move(text));
  });
}

}  // namespace sbxc::sbpl
