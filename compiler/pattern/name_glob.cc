// Matching keeps one place to go back to, the last `*`: a later star can always take over what an
// earlier one could have taken, so the work is at most glob times name, never exponential.
#include "compiler/pattern/name_glob.h"

#include <array>

#include "compiler/pattern/byte_class.h"

namespace sbxc {

namespace {

// Bytes of `rest` that one atom other than AnyRun takes, npos when it does not match.
size_t taken(const NameAtom& atom, std::string_view rest) {
  if (const auto* literal = std::get_if<Literal>(&atom)) {
    return rest.starts_with(literal->bytes) ? literal->bytes.size() : std::string_view::npos;
  }
  const auto& set = std::get<ByteSet>(atom);
  const bool hit = !rest.empty() && set.test(static_cast<unsigned char>(rest.front()));
  return hit ? 1 : std::string_view::npos;
}

// Moves `at`, where a star ends, on to where the atom after the star can begin; false when nowhere.
bool seek(const NameAtom& atom, std::string_view name, size_t& at) {
  const auto* literal = std::get_if<Literal>(&atom);
  if (literal == nullptr) return true;
  at = name.find(literal->bytes, at);
  return at != std::string_view::npos;
}

}  // namespace

bool NameGlob::matches(std::string_view name) const {
  if (atoms.size() == 1) {  // most are a name
    if (const auto* only = std::get_if<Literal>(&atoms.front())) return name == only->bytes;
  }
  size_t atom = 0;
  size_t at = 0;
  std::optional<size_t> star;  // the atom after the last AnyRun seen
  size_t star_at = 0;          // where that AnyRun ends for now
  while (atom < atoms.size() || at < name.size()) {
    if (atom < atoms.size() && std::holds_alternative<AnyRun>(atoms[atom])) {
      star = ++atom;
      if (atom == atoms.size()) return true;
      if (!seek(atoms[atom], name, at)) return false;
      star_at = at;
      continue;
    }
    const size_t length =
        atom < atoms.size() ? taken(atoms[atom], name.substr(at)) : std::string_view::npos;
    if (length != std::string_view::npos) {
      ++atom;
      at += length;
      continue;
    }
    if (!star || star_at == name.size()) return false;
    atom = *star;
    ++star_at;
    if (!seek(atoms[atom], name, star_at)) return false;
    at = star_at;
  }
  return true;
}

std::optional<std::string> NameGlob::literal() const {
  if (atoms.empty()) return std::string();
  if (atoms.size() > 1) return std::nullopt;
  const auto* only = std::get_if<Literal>(&atoms.front());
  return only ? std::optional(only->bytes) : std::nullopt;
}

std::string NameGlob::text() const {
  std::string out;
  append_text(out);
  return out;
}

void NameGlob::append_text(std::string& out) const {
  for (const NameAtom& atom : atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      for (const char c : literal->bytes) {
        const bool only_at_start = c == '#' || c == '~' || c == '@';
        if (only_at_start ? out.empty() : is_special_byte(c)) out += '\\';
        out += c;
      }
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      out += class_text(*set);
    } else {
      out += '*';
    }
  }
}

bool is_special_byte(char c) {
  static constexpr auto kSpecial = [] {
    std::array<bool, 256> special{};
    for (const char each : std::string_view("*?[{},\\$\"= \t\r\n")) {
      special[static_cast<unsigned char>(each)] = true;
    }
    return special;
  }();
  return kSpecial[static_cast<unsigned char>(c)];
}

}  // namespace sbxc
