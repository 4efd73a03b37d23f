#include "compiler/automata/domains.h"

#include <string>

namespace sbxc::automata {

namespace {

// A table automaton by hand: classes of the bytes named, all others in class 0.
Dfa by_hand(std::string_view named, std::vector<State> next, std::vector<Label> labels) {
  ByteClasses classes;
  classes.count = static_cast<uint32_t>(named.size()) + 1;
  for (size_t i = 0; i < named.size(); ++i) {
    classes.of[static_cast<uint8_t>(named[i])] = static_cast<uint8_t>(i + 1);
  }
  return {classes, std::move(next), std::move(labels), State{0}};
}

constexpr State operator""_s(unsigned long long id) { return static_cast<State>(id); }
constexpr std::string_view kNul("\0", 1);

}  // namespace

const Dfa& every_word() {
  static const Dfa dfa = Dfa::constant(kInside);
  return dfa;
}

const Dfa& canonical_paths() {
  // 0 start, 1 "/", 2 in a name, 3 behind a later slash, 4 ".", 5 "..", 6 none.
  static const Dfa dfa =
      by_hand(std::string("/.") + std::string(kNul),
              {                     // other '/'  '.'  NUL
               6_s, 1_s, 6_s, 6_s,  //
               2_s, 6_s, 4_s, 6_s,  //
               2_s, 3_s, 2_s, 6_s,  //
               2_s, 6_s, 4_s, 6_s,  //
               2_s, 6_s, 5_s, 6_s,  //
               2_s, 6_s, 2_s, 6_s,  //
               6_s, 6_s, 6_s, 6_s},
              {kOutside, kInside, kInside, kOutside, kOutside, kOutside, kOutside});
  return dfa;
}

const Dfa& socket_names() {
  // As above, and 7 behind "@", 8 in an abstract name.
  static const Dfa dfa = by_hand(
      std::string("/.@") + std::string(kNul),
      {                          // other '/' '.' '@' NUL
       6_s, 1_s, 6_s, 7_s, 6_s,  //
       2_s, 6_s, 4_s, 2_s, 6_s,  //
       2_s, 3_s, 2_s, 2_s, 6_s,  //
       2_s, 6_s, 4_s, 2_s, 6_s,  //
       2_s, 6_s, 5_s, 2_s, 6_s,  //
       2_s, 6_s, 2_s, 2_s, 6_s,  //
       6_s, 6_s, 6_s, 6_s, 6_s,  //
       8_s, 8_s, 8_s, 8_s, 6_s,  //
       8_s, 8_s, 8_s, 8_s, 6_s},
      {kOutside, kInside, kInside, kOutside, kOutside, kOutside, kOutside, kOutside, kInside});
  return dfa;
}

const Dfa& plain_names() {
  static const Dfa dfa = by_hand(std::string("/") + std::string(kNul),
                                 {1_s, 2_s, 2_s,  //
                                  1_s, 2_s, 2_s,  //
                                  2_s, 2_s, 2_s},
                                 {kOutside, kInside, kOutside});
  return dfa;
}

}  // namespace sbxc::automata
