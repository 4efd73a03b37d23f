// Well-formed policies for tests: a tape of bytes decides every choice, of statements, patterns,
// line ends, blanks and comments. A shorter tape gives a simpler policy, so a failure shrinks well,
// and a fuzzer's bytes will do as a tape. Names are not declared: the text parses, it need not
// resolve.
// Longer than a header should be: tests of two rooms and a fuzzer share it, and no library may.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sbxc {

class RandomPolicy {
 public:
  static std::string from(std::span<const uint8_t> tape) {
    RandomPolicy policy(tape);
    policy.write();
    return std::move(policy.out_);
  }

 private:
  explicit RandomPolicy(std::span<const uint8_t> tape) : tape_(tape) {}

  size_t pick(size_t choices) {
    if (at_ >= tape_.size()) return 0;
    return tape_[at_++] % choices;
  }
  bool chance(size_t in) { return pick(in) == in - 1; }
  template <size_t N>
  void add_one_of(const std::array<std::string_view, N>& choices) {
    out_ += choices[pick(N)];
  }

  void write() {
    if (chance(3)) comment_lines();
    out_ += "sbx 1";
    end_line();
    while (at_ < tape_.size()) {
      if (chance(5)) comment_lines();
      statement();
      end_line();
    }
  }

  void comment() {
    add_one_of<5>({"#", "# a comment", "#\t\xC3\xBC { \" , ", "# allow read /a,  ", "##"});
  }
  void comment_lines() {
    for (size_t i = pick(3) + 1; i > 0; --i) {
      blank();
      comment();
      out_ += chance(4) ? "\n\n\n" : "\n";
    }
  }
  void end_line() {
    if (chance(4)) {
      blank();
      comment();
    }
    add_one_of<4>({"\n", "\n\n", "\r\n", "\n \t\n\n"});
  }
  void blank() { add_one_of<5>({" ", " ", "  ", "\t", "      "}); }
  void blank_or_none() {
    if (!chance(4)) blank();
  }
  // Where a list goes on.
  void gap() {
    blank_or_none();
    if (!chance(3)) return;
    if (chance(3)) {
      blank();
      comment();
    }
    out_ += '\n';
    if (chance(4)) comment_lines();
    blank_or_none();
  }

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

  std::span<const uint8_t> tape_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace sbxc
