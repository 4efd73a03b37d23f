// What `$name` and `~` stand for, and filling them into patterns byte by byte. Values are literal:
// a `*` that comes out of a variable is a star in a name. Built in: $cwd $home $tmp $user
// $policy_dir; upper-case names are the environment's; all others are params.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/pattern/pattern_text.h"
#include "compiler/resolve/dependency_order.h"
#include "compiler/resolve/scope.h"

namespace sbxc {

// What a filled-in text will be read as: paths have rules about the values they are made of.
enum class TextUse : uint8_t { path, socket, other };
// What an environment variable that is not set means where it stands.
enum class Unset : uint8_t {
  is_error,   // in a deny rule or an except it would silently open a door
  is_absent,  // in an allow rule the pattern matches nothing; a warning says so
};

struct FillIn {
  UnitId unit{};  // the file whose text it is
  TextUse use = TextUse::other;
  Unset unset = Unset::is_error;
};

struct Filled {
  enum class State : uint8_t { ok, failed, absent } state = State::failed;
  PatternText text{};
};

class Variables {
 public:
  // Finds the value of every param; reports those that have none.
  Variables(const Units& units, const Scope& scope, Session& session);

  // Errors are reported; `failed` then means that nothing more needs saying.
  Filled fill_in(const ast::Word& word, const FillIn& how) const;
  // The text of a value (`set env`): `$name` is filled in, `$$` is one sign.
  std::optional<std::string> fill_value(const ast::Text& value, UnitId unit) const;
  // Values in force, for the policy's record.
  std::map<std::string, std::string> in_force() const;

 private:
  struct Value {
    bool good = false;  // a bad one has been reported already
    std::string text;
    std::optional<Span> origin;  // where it was written
  };
  struct Reference {  // `$name` at `begin`, up to `end` of the word's text
    std::string_view name;
    size_t begin = 0;
    size_t end = 0;
  };

  void report_unknown_defines() const;
  Edges param_edges() const;
  void evaluate(size_t index);
  Value value_of_word(const ast::Word& word, UnitId unit) const;
  std::optional<Reference> reference_at(const ast::Word& word, size_t at) const;
  std::optional<Value> place_here(const std::string& name, Span span) const;
  std::optional<Value> look_up(const Reference& reference, Span span, const FillIn& how,
                               bool* absent) const;
  void report_once(Diagnostic d) const;
  bool fits(const Reference& reference, const Value& value, Span span, const PatternText& so_far,
            const FillIn& how) const;

  const Units& units_;
  const Scope& scope_;
  Session& session_;
  std::vector<Value> params_;  // by declaration
  mutable std::set<std::string> said_;
};

}  // namespace sbxc
