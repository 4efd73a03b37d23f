// A policy file as written: statements in source order, names unresolved, patterns unparsed. Only
// the parser makes it; the formatter and resolve read it. No ANTLR type gets past this header.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/source/source.h"

namespace sbxc::ast {

// A word or a quoted text. `text` is the raw source between the quotes, or of the whole word:
// escapes and variables are still in it, so that byte i of it is byte span.begin (+1 if quoted) +
// i.
struct Word {
  Span span;  // quotes included
  std::string text;
  bool quoted = false;
};

// Text in quotes with its escapes (`\"` `\\` `\n` `\t`) resolved: reasons, titles, values.
struct Text {
  Span span;
  std::string value;
};

// `{ ~/.npm/**, ~/.cache/** }` in a pattern list or after `let`.
struct Set {
  Span span;
  std::vector<Word> patterns;
};
using Item = std::variant<Word, Set>;

struct Rule {
  Span span;
  Span head;       // `deny write`
  Word effect;     // one of allow, deny, ask
  Word operation;  // one of the operations: the parser has checked both
  std::vector<Item> patterns;
  std::vector<Item> except;
  std::optional<Text> because;
  std::optional<Text> accept_widened;
};

struct PolicyName {  // policy agent "A coding agent"
  Span span;
  Word name;
  std::optional<Text> description;
};

struct Use {    // one target of a use statement: `use a, b` is two
  Span span;    // the statement
  Word target;  // std/node, or quoted: a file
  // `use X except P, …`: paths, or names after an operation: `except env FOO, connect a.com`
  struct Except {
    std::optional<Word> operation;
    Item pattern;
  };
  std::vector<Except> except;
};

struct Param {  // param workspace = $cwd
  Span span;
  Word name;
  std::optional<Word> value;  // without one it must be given with -D
};

struct Let {  // let caches = { … }   let x = ~/a/**   let blocked = hosts "list.txt"
  Span span;
  Word name;
  std::vector<Item> items;    // empty for a list file
  std::optional<Text> hosts;  // the list file
};

struct SetEnv {  // set env CI = "1"
  Span span;
  Word name;
  Text value;
};

struct LimitItem {  // `memory 8GiB`
  Span span;
  Word name;
  Word value;
};
struct Limits {
  Span span;
  std::vector<LimitItem> items;
};

struct Assert {  // assert never read ~/.ssh/id_*   assert within "baseline.sbx"
  Span span;
  Word what;  // never, always, within
  std::optional<Word> operation;
  std::vector<Item> patterns;
  std::optional<Text> baseline;
};

struct TestLine {
  Span span;
  Word effect;
  Word operation;
  std::vector<Word> requests;
  std::optional<Text> because;
};
struct Test {
  Span span;
  Text name;
  std::vector<TestLine> lines;
};

struct OnOs;
using Statement =
    std::variant<PolicyName, Use, Param, Let, Rule, SetEnv, Limits, Assert, Test, OnOs>;

struct OnOs {  // on macos { … }; holds no further `on`
  Span span;
  Word os;  // linux or macos
  std::vector<Statement> body;
};

struct Comment {
  Span span;      // from `#` to the end of the line
  bool own_line;  // nothing but blanks before it
};

struct File {
  FileId id{};
  std::optional<Word> version;  // of `sbx 1`; absent only when an error was reported
  std::vector<Statement> statements;
  std::vector<Comment> comments;
};

}  // namespace sbxc::ast
