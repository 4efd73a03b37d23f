// A profile, read: the rule table that its text builds, and what that table says about a request.
//
// The rules of resolution (H: Apple's own library source of 10.9 and 10.10, and measurements
// since):
//   - each operation has a list of filtered rules, newest first, and a tail;
//   - the first rule whose filter holds decides; if none does, the tail: a verdict, or the parent's
//   list;
//   - an unfiltered rule replaces the tail only, so it never beats a filtered one, wherever it
//   stands;
//   - several filters of one rule are alternatives.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/evaluator/filter.h"
#include "backends/seatbelt/evaluator/vocabulary.h"

namespace sbxc::sbpl {

enum class Action : uint8_t { allow, deny };

struct Rule {
  FilterPtr filter;  // never null: an unfiltered rule is the tail
  Action action{};
  uint32_t line = 0;
  std::vector<std::string> modifiers{};
};

struct OperationRules {
  std::vector<Rule> filtered;  // as written; looked at from the back
  Tail tail = Tail::parent;
  uint32_t tail_line = 0;  // 0: the operation's own
};

struct CompileError {
  uint32_t line = 0;
  std::string message;
};

struct CompileOptions {
  std::map<std::string, std::string> parameters;  // -D
  std::map<std::string, std::string> imports;     // name → text
  std::set<std::string, std::less<>> without;     // operations that this release does not know
};

enum class Verdict : uint8_t { allow, deny, depends };

struct Decision {
  Verdict verdict{};
  OperationId decided_by{};  // whose list or tail
  uint32_t line = 0;         // of the rule; 0 for an operation's own tail
};

class Profile {
 public:
  static tl::expected<Profile, CompileError> compile(std::string_view text,
                                                     const CompileOptions& options);

  Decision decide(OperationId operation, const Request& request) const;
  const OperationRules& rules(OperationId operation) const {
    return table_[static_cast<size_t>(operation)];
  }
  // An estimate of the compiled size: 8 bytes for each filter in each operation's list, every
  // distinct string and expression once.
  size_t estimated_bytes() const;

 private:
  friend class ProfileBuilder;
  std::vector<OperationRules> table_;
};

inline constexpr size_t kMaxCompiledBytes = 65535;
inline constexpr size_t kMaxRules = 200'000;

}  // namespace sbxc::sbpl
