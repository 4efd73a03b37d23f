// The profile as it is written: lines, which policy rule each line came from, and what the compiled
// profile will weigh, rule by rule.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backends/seatbelt/filter_tree.h"
#include "backends/target/target.h"

namespace sbxc::seatbelt {

inline constexpr std::string_view kProfileFile = "profile.sb";

// A filter bound to a name (`deny-read-12`), so that it is written once with its source beside it
// and named in every operation's list.
struct NamedFilter {
  std::string name;
  RuleId rule{};
  size_t leaves = 0;
};

class ProfileWriter {
 public:
  ProfileWriter(const Policy& policy, const Sources& sources)
      : policy_(policy), sources_(sources) {}

  void heading(std::string_view text);  // `;; text` after an empty line
  void line(std::string_view text);     // may hold several
  void line(std::string_view text, std::vector<RuleId> rules);
  void statement_comment(const Rule& rule,
                         std::string_view note);  // `; policy.sbx:12  deny read …`

  NamedFilter define(const Rule& rule, const FilterTree& filter);
  // (action operations name…), where there is something to name.
  void rule(std::string_view action, std::string_view operations,
            const std::vector<NamedFilter>& filters);
  // The same for several rules of an operation that some systems do not know.
  void guarded(std::string_view operation, const std::vector<std::string>& rules);
  std::string rule_text(std::string_view action, std::string_view operations,
                        const std::vector<NamedFilter>& filters, size_t indent);

  void weigh(RuleId rule, size_t leaves, size_t string_bytes);
  void weigh_base(size_t leaves, size_t string_bytes);
  size_t weight() const;
  // The first rule, in policy order, with which the profile weighs more than `limit`.
  std::optional<RuleId> tips(size_t limit) const;

  std::string take_text() { return std::move(text_); }
  std::vector<MapEntry> take_map() { return std::move(map_); }

 private:
  const Policy& policy_;
  const Sources& sources_;
  std::string text_;
  uint32_t next_line_ = 1;
  std::vector<MapEntry> map_;
  std::map<RuleId, size_t> weights_;
  size_t base_bytes_ = 2048;  // the operation table and what every profile begins with
};

}  // namespace sbxc::seatbelt
