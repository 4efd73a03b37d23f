// Which `let` and `param` a name means. A name is visible in its file and in every file that uses
// it, directly or not. Since the policy uses everything, two different definitions of a name always
// meet there, and are an error; the same definition twice (`param workspace = $cwd`) is not.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/resolve/dependency_order.h"
#include "compiler/resolve/unit.h"

namespace sbxc {

struct Declaration {
  UnitId unit{};
  const ast::Let* let = nullptr;  // one of the two
  const ast::Param* param = nullptr;
  mutable bool used = false;

  const ast::Word& name() const { return let != nullptr ? let->name : param->name; }
};

class Scope {
 public:
  Scope(const Units& units, Session& session);

  // The set of that name, seen from `from`; marks it used.
  const Declaration* find_let(std::string_view name, UnitId from) const;
  const Declaration* find_param(std::string_view name, UnitId from) const;
  std::vector<std::string_view> let_names(UnitId from) const;
  std::vector<std::string_view> param_names(UnitId from) const;
  const std::vector<Declaration>& all() const { return declarations_; }

  // Warnings about sets and params of the policy itself that nothing uses. A file without a
  // `policy` line is meant to be used by others, and is left alone.
  void report_unused(const Units& units, Session& session) const;

 private:
  void declare(const Units& units, Declaration declaration, Session& session);
  const Declaration* find(std::string_view name, UnitId from) const;
  bool sees(UnitId from, UnitId to) const {
    return reach_[static_cast<size_t>(from)][static_cast<size_t>(to)];
  }

  std::vector<Declaration> declarations_;
  std::unordered_map<std::string_view, std::vector<size_t>> by_name_;
  std::vector<std::vector<bool>> reach_;
};

// `a → b → a`, with a label on each name but the first; a long loop is shown by its beginning.
Diagnostic describe_loop(const Scope& scope, const Loop& loop, Kind kind, std::string message);

// `$cwd` and the other variables that are always there.
bool is_built_in_variable(std::string_view name);
std::vector<std::string_view> built_in_variables();
// Upper-case names are variables of the environment.
bool is_environment_name(std::string_view name);

}  // namespace sbxc
