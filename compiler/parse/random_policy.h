// Well-formed policies for tests: a tape of bytes decides every choice, of statements, patterns,
// line ends, blanks and comments. A shorter tape gives a simpler policy, so a failure shrinks well,
// and a fuzzer's bytes will do as a tape. The text parses, it need not resolve.
#pragma once

#include "compiler/parse/random_patterns.h"

namespace sbxc {

class RandomPolicy : private RandomPatterns {
 public:
  static std::string from(std::span<const uint8_t> tape) {
    RandomPolicy policy(tape);
    policy.write();
    return std::move(policy.out_);
  }

 private:
  using RandomPatterns::RandomPatterns;

  void write() {
    if (chance(3)) comment_lines();
    out_ += "sbx 1";
    end_line();
    while (!at_end()) {
      if (chance(5)) comment_lines();
      statement();
      end_line();
    }
  }

  void rule() {
    add_one_of<2>({"allow", "deny"});
    blank();
    operation();
    blank();
    items();
    if (chance(3)) {
      clause("except");
      items();
    }
    because();
    if (!chance(6)) return;
    clause("accept");
    out_ += "widened ";
    text();
  }
  void test() {
    out_ += "test ";
    text();
    block([this] {
      add_one_of<3>({"allow connect ", "deny\tread  ", "ask connect "});
      list(4, [this] { pattern(); });
      because();
    });
  }
  template <class Line>
  void block(Line line) {
    out_ += out_.back() == '"' && chance(2) ? "{" : " {";  // `linux{}` is one word
    const size_t lines = pick(4);
    const bool one_line = lines < 2 && chance(2);
    one_line ? blank_or_none() : end_line();
    for (size_t i = 0; i < lines; ++i) {
      if (!one_line && chance(5)) comment_lines();
      line();
      one_line ? blank() : end_line();
    }
    if (!one_line && chance(5)) comment_lines();
    out_ += '}';
  }
  void use() {
    out_ += "use ";
    if (chance(3)) return list(4, [this] { add_one_of<2>({"std/git", "\"team.sbx\""}); });
    out_ += "std/secrets";
    if (!chance(2)) return;
    clause("except");
    list(4, [this] {
      if (chance(3)) add_one_of<3>({"env ", "connect ", "read\t"});
      item();
    });
  }
  void let() {
    out_ += "let x =";
    blank();
    if (!chance(4)) return items();
    out_ += "hosts ";
    text();
  }
  void limit() {
    out_ += "limit ";
    list(4, [this] { add_one_of<3>({"processes 512", "memory\t8GiB", "open-files 40"}); });
  }
  void assertion() {
    out_ += "assert";
    blank();
    if (chance(3)) {
      out_ += "within ";
      return text();
    }
    add_one_of<2>({"never", "always"});
    blank();
    operation();
    blank();
    items();
  }
  void inner() {
    switch (pick(6)) {
      case 0:
      case 1:
        return rule();
      case 2:
        out_ += "set env X = ";
        return text();
      case 3:
        return limit();
      case 4:
        return assertion();
      default:
        return test();
    }
  }
  void statement() {
    switch (pick(8)) {
      case 0:
        return use();
      case 1:
        return let();
      case 2:
        out_ += "param p=";
        return pattern();
      case 3:
        out_ += chance(2) ? "on linux" : "on\tmacos";
        return block([this] { inner(); });
      default:
        return inner();
    }
  }
};

}  // namespace sbxc
