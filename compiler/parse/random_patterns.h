// Random words, texts, patterns, sets and lists of them, and the clauses that hold such. Names are
// not declared: they parse, they need not resolve.
#pragma once

#include "compiler/parse/random_layout.h"

namespace sbxc {

class RandomPatterns : protected RandomLayout {
 protected:
  using RandomLayout::RandomLayout;

  void bare() {
    add_one_of<16>({"/usr/**", "~/.ssh/id_*", "$workspace/**/.git/{hooks/**,config}", "a.com",
                    "*.example.org", "db:1,2-30", "[::1]:443,80", "10.0.0.0/8:*", "read", "because",
                    "except", "\\#x", "/\xC3\xBC/[!a-z]?", "a\\ b", "${cwd}/x#y", "hosts"});
  }
  void pattern() {
    if (!chance(5)) return bare();
    add_one_of<4>({"\"/with space/**\"", "\"\"", "\"a\\\"b\\\\\"", "\"=,{}# \xE2\x82\xAC\""});
  }
  void text() { add_one_of<4>({"\"why\"", "\"a \\\"b\\\" \\n\"", "\"# {\"", "\"\xC3\xBC\\t\""}); }
  void operation() {
    add_one_of<9>(
        {"read", "write", "exec", "connect", "listen", "socket", "env", "syscall", "mach"});
  }
  void set() {
    out_ += '{';
    gap();
    const size_t members = pick(6);
    for (size_t i = 0; i < members; ++i) {
      if (i > 0) {
        out_ += ',';
        gap();
      }
      pattern();
    }
    if (members > 0) gap();
    out_ += '}';
  }
  void item() { chance(6) ? set() : pattern(); }
  template <class Member>
  void list(size_t longest, Member member) {
    for (size_t i = pick(longest); i > 0; --i) {
      member();
      blank_or_none();
      out_ += ',';
      gap();
    }
    member();
  }
  void items() {
    list(pick(8) == 7 ? 12 : 3, [this] { item(); });
  }
  // A clause, on the same line or on one of its own.
  void clause(std::string_view word) {
    blank();
    if (chance(3)) {
      if (chance(3)) comment();
      out_ += '\n';
      if (chance(4)) comment_lines();
    }
    out_ += word;
    blank();
  }
  void because() {
    if (!chance(3)) return;
    clause("because");
    text();
  }
};

}  // namespace sbxc
