// Runs a profile's text: the procedures that a profile calls (`allow`, `subpath`, `param` …) fill
// the rule table as they are called.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backends/seatbelt/read/profile.h"
#include "backends/seatbelt/read/scheme.h"

namespace sbxc::sbpl {

class ProfileBuilder {
 public:
  explicit ProfileBuilder(const CompileOptions& options);
  Profile run(std::string_view text);  // throws ProfileError
  CompileError describe(const ProfileError& error) const;

 private:
  friend void add_filter_procedures(ProfileBuilder& builder);
  void evaluate(const std::string& import, std::string_view text);
  void add_version();
  void add_rules();
  void add_scoped_forms();
  void add_old_names();
  void add_message_filters();
  void run_held_back_rules();
  void run_guarded(UnknownFilter guard, const std::function<void()>& body);
  void add_vocabulary();  // what `(version 1)` makes known
  Value add_rule(Action action, Arguments arguments, uint32_t line);
  void check_categories(const Filter& filter, OperationId operation, uint32_t line) const;
  void check_modifier(const std::string& name, Action action, OperationId operation,
                      uint32_t line) const;
  Value import(Arguments arguments, uint32_t line);

  const CompileOptions& options_;
  Interpreter interpreter_;
  Profile profile_;
  // Of enclosing with-filter, with-operations and with-modifier forms.
  std::vector<FilterPtr> scope_;
  std::vector<Value> scope_arguments_;
  size_t rule_count_ = 0;
  size_t import_depth_ = 0;
  bool version_seen_ = false;
};

void add_filter_procedures(ProfileBuilder& builder);

}  // namespace sbxc::sbpl
