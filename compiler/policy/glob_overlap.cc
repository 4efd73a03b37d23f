// Two globs side by side. Both a name (bytes and `*`) and a path (names and `**`) are sequences of
// items, each either one element or any run of elements; one table of positions in both answers
// either question in |a| * |b| steps:
//   overlap(i, j)  some continuation is matched by a from i and by b from j
//   covers(i, j)   every continuation matched by b from j is matched by a from i; a run in `wide`
//                  swallows items of `narrow` one by one, which proves but does not exhaust
//                  inclusion
// A name glob never matches the empty name as a path component, and `*` alone matches every name,
// so no glob is empty and no product of two overlapping parts is.
#include <functional>
#include <optional>

#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

// Positions (i, j) are visited from the ends backwards: table[i][j] needs larger ones only.
template <typename IsRun, typename Meet>
bool overlap_of(size_t a_size, size_t b_size, IsRun a_run, IsRun b_run, const Meet& meet) {
  std::vector<std::vector<char>> table(a_size + 1, std::vector<char>(b_size + 1, 0));
  for (size_t i = a_size + 1; i-- > 0;) {
    for (size_t j = b_size + 1; j-- > 0;) {
      bool yes = i == a_size && j == b_size;
      if (i < a_size && a_run(i)) yes = yes || table[i + 1][j] || (j < b_size && table[i][j + 1]);
      if (j < b_size && b_run(j)) yes = yes || table[i][j + 1] || (i < a_size && table[i + 1][j]);
      if (i < a_size && j < b_size && !a_run(i) && !b_run(j)) {
        yes = table[i + 1][j + 1] && meet(i, j);
      }
      table[i][j] = yes ? 1 : 0;
    }
  }
  return table[0][0] != 0;
}

template <typename IsRun, typename Includes>
bool covers_of(size_t wide_size, size_t narrow_size, IsRun wide_run, IsRun narrow_run,
               const Includes& includes) {
  std::vector<std::vector<char>> table(wide_size + 1, std::vector<char>(narrow_size + 1, 0));
  for (size_t i = wide_size + 1; i-- > 0;) {
    for (size_t j = narrow_size + 1; j-- > 0;) {
      bool yes = i == wide_size && j == narrow_size;
      if (i < wide_size && wide_run(i)) {
        yes = table[i + 1][j] || (j < narrow_size && table[i][j + 1]);
      } else if (i < wide_size && j < narrow_size && !narrow_run(j)) {
        yes = table[i + 1][j + 1] && includes(i, j);
      }
      table[i][j] = yes ? 1 : 0;
    }
  }
  return table[0][0] != 0;
}

// A name glob as one item a byte: a set of bytes, or nothing for `*`.
using Bytes = std::vector<std::optional<ByteSet>>;

Bytes bytes_of(const NameGlob& glob) {
  Bytes out;
  for (const NameAtom& atom : glob.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      for (const char c : literal->bytes) {
        ByteSet one;
        one.set(static_cast<unsigned char>(c));
        out.emplace_back(one);
      }
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      out.emplace_back(*set);
    } else {
      out.emplace_back(std::nullopt);
    }
  }
  return out;
}

bool is_any_name(const NameGlob& glob) {
  return glob.atoms.size() == 1 && std::holds_alternative<AnyRun>(glob.atoms[0]);
}

using IsRun = std::function<bool(size_t)>;

IsRun runs(const Bytes& bytes) {
  return [&bytes](size_t i) { return !bytes[i]; };
}

IsRun runs(const PathGlob& glob) {
  return [&glob](size_t i) { return std::holds_alternative<AnyComponents>(glob.components[i]); };
}

const NameGlob& name_at(const PathGlob& glob, size_t i) {
  return std::get<NameGlob>(glob.components[i]);
}

}  // namespace

bool overlap(const NameGlob& a, const NameGlob& b) {
  if (is_any_name(a) || is_any_name(b)) return true;
  const auto left = a.literal();
  if (left) return b.matches(*left);
  if (const auto right = b.literal()) return a.matches(*right);
  const Bytes x = bytes_of(a);
  const Bytes y = bytes_of(b);
  return overlap_of(x.size(), y.size(), runs(x), runs(y),
                    [&](size_t i, size_t j) { return (*x[i] & *y[j]).any(); });
}

bool covers(const NameGlob& wide, const NameGlob& narrow) {
  if (is_any_name(wide)) return true;
  if (const auto literal = narrow.literal()) return wide.matches(*literal);
  const Bytes x = bytes_of(wide);
  const Bytes y = bytes_of(narrow);
  return covers_of(x.size(), y.size(), runs(x), runs(y),
                   [&](size_t i, size_t j) { return (*y[j] & ~*x[i]).none(); });
}

bool overlap(const PathGlob& a, const PathGlob& b) {
  return overlap_of(a.components.size(), b.components.size(), runs(a), runs(b),
                    [&](size_t i, size_t j) { return overlap(name_at(a, i), name_at(b, j)); });
}

bool covers(const PathGlob& wide, const PathGlob& narrow) {
  return covers_of(
      wide.components.size(), narrow.components.size(), runs(wide), runs(narrow),
      [&](size_t i, size_t j) { return covers(name_at(wide, i), name_at(narrow, j)); });
}

}  // namespace sbxc
