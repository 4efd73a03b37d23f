// A policy in the making, as statements for each system. What is the same on both is written once;
// the rest goes into `on linux { }` and `on macos { }`.
#pragma once

#include <array>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/policy/operation.h"

namespace sbxc::import {

struct DraftRule {
  std::string head;                   // `deny read`
  std::vector<std::string> patterns;  // as they stand in a policy
  std::vector<std::string> except{};
  std::string because{};  // empty: none
  std::string accept_widened{};
};

class PolicyDraft {
 public:
  PolicyDraft(std::string name, std::string description, std::string comment)
      : name_(std::move(name)),
        description_(std::move(description)),
        comment_(std::move(comment)) {}

  // A heading over the rules that follow it.
  void section(std::string heading);
  void add(Os os, const DraftRule& rule);
  void add(const DraftRule& rule);
  void set_env(Os os, const std::string& name, const std::string& value);
  void set_env(const std::string& name, const std::string& value);

  std::string text() const;  // not laid out

 private:
  struct Line {  // a rule of one pattern, where it has no exceptions; a setting
    size_t section;
    DraftRule rule;
    bool setting = false;

    bool same_statement(const Line& other) const;
    std::string key() const;  // equal for equal lines
  };

  void add_line(Os os, Line line);
  static std::string statements(const std::vector<Line>& lines);

  std::string name_;
  std::string description_;
  std::string comment_;
  std::vector<std::string> headings_{""};
  std::array<std::vector<Line>, 2> lines_;  // by Os
  std::array<std::unordered_set<std::string>, 2> keys_;
};

}  // namespace sbxc::import
