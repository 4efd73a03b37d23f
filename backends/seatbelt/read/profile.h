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
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/read/filter.h"
#include "backends/seatbelt/read/read_texts.h"
#include "backends/seatbelt/read/refusal.h"
#include "backends/seatbelt/read/vocabulary.h"

namespace sbxc::sbpl {

enum class Action : uint8_t { allow, deny };

struct Rule {
  FilterPtr filter;  // never null: an unfiltered rule is the tail
  Action action{};
  uint32_t line = 0;
  std::vector<std::string> modifiers{};
};

// A rule about an operation of which no more than the name is known.
struct UnplacedRule {
  std::string operation;
  Action action{};
  FilterPtr filter;  // null: unfiltered
  uint32_t line = 0;
};

struct OperationRules {
  std::vector<Rule> filtered;  // as written; looked at from the back
  Tail tail = Tail::parent;
  uint32_t tail_line = 0;  // 0: the operation's own
  std::vector<std::string> tail_modifiers{};
};

struct CompileError {
  Refusal refusal{};
  std::string message;
  uint32_t line = 0;  // of the profile or of the import
  std::string import{};
};

struct CompileOptions {
  std::map<std::string, std::string> parameters;  // -D
  // The text of an import, by the name that stands in the profile; none when it is not here.
  std::function<std::optional<std::string>(const std::string&)> import{};
  std::set<std::string, std::less<>> without;  // operations that this release does not know
};

enum class Verdict : uint8_t { allow, deny, depends };

// A rule or a tail that may decide a request, and what has to hold for it.
struct Candidate {
  OperationId operation{};  // whose list or tail
  Action action{};
  uint32_t line = 0;  // 0 for an operation's own tail
  bool is_tail = false;
  std::set<std::string> unknown{};  // empty: it decides for sure, if none before does
};

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
  // In the order in which they are asked; the last one decides for sure. Never empty.
  std::vector<Candidate> candidates(OperationId operation, const Request& request) const;
  const OperationRules& rules(OperationId operation) const {
    return table_[static_cast<size_t>(operation)];
  }
  // About operations known by name only: no request is about them.
  const std::vector<UnplacedRule>& unplaced_rules() const { return unplaced_rules_; }
  // An estimate of the compiled size: 8 bytes for each filter in each operation's list, every
  // distinct string and expression once.
  size_t estimated_bytes() const;

  // Lines of rules are counted through all texts; these lead back to one text.
  Place place_of(uint32_t line) const;
  // The form that starts on the line, on one line and cut to a readable length.
  std::string text_at(uint32_t line) const;

 private:
  friend class ProfileBuilder;
  std::vector<OperationRules> table_;
  std::vector<UnplacedRule> unplaced_rules_;
  ReadTexts texts_;
};

inline constexpr size_t kMaxCompiledBytes = 65535;
inline constexpr size_t kMaxRules = 200'000;

}  // namespace sbxc::sbpl
