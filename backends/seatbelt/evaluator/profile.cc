#include "backends/seatbelt/evaluator/profile.h"

#include <algorithm>

namespace sbxc::sbpl {
namespace {

struct Possible {
  bool allow = false;
  bool deny = false;
  void add(bool allowed) { (allowed ? allow : deny) = true; }
};

void collect_strings(const Filter& filter, std::set<std::string>& strings) {
  const auto of_all = [&](const std::vector<FilterPtr>& of) {
    for (const FilterPtr& one : of) collect_strings(*one, strings);
  };
  if (const auto* text = std::get_if<TextFilter>(&filter.test)) {
    strings.insert(text->regex ? "regex " + text->text + std::string(text->regex->states() * 3, 'x')
                               : text->text);
  } else if (const auto* all = std::get_if<AllFilter>(&filter.test)) {
    of_all(all->of);
  } else if (const auto* any = std::get_if<AnyFilter>(&filter.test)) {
    of_all(any->of);
  } else if (const auto* inner = std::get_if<NotFilter>(&filter.test)) {
    collect_strings(*inner->of, strings);
  }
}

}  // namespace

// Walks lists from the newest rule. A filter that is unknown may or may not decide: both ways are
// followed, and the verdict depends if they differ.
Decision Profile::decide(OperationId operation, const Request& request) const {
  Possible possible;
  Decision first;
  bool have_first = false;
  const auto note = [&](bool allowed, OperationId by, uint32_t line) {
    possible.add(allowed);
    if (!have_first) first = {.decided_by = by, .line = line};
    have_first = true;
  };
  const auto finish = [&] {
    first.verdict = possible.allow && possible.deny ? Verdict::depends
                    : possible.allow                ? Verdict::allow
                                                    : Verdict::deny;
    return first;
  };
  for (OperationId at = operation;; at = facts_of(at).parent) {
    const OperationRules& here = rules(at);
    for (size_t i = here.filtered.size(); i-- > 0;) {
      const Rule& rule = here.filtered[i];
      const Truth truth = holds(*rule.filter, request, operation);
      if (truth == Truth::no) continue;
      note(rule.action == Action::allow, at, rule.line);
      if (truth == Truth::yes) return finish();
    }
    if (here.tail != Tail::parent) {
      note(here.tail == Tail::allow, at, here.tail_line);
      return finish();
    }
  }
}

size_t Profile::estimated_bytes() const {
  size_t bytes = table_.size() * 2;
  std::set<std::string> strings;
  for (const OperationRules& rules : table_) {
    for (const Rule& rule : rules.filtered) {
      bytes += 8 * count_leaves(*rule.filter);
      collect_strings(*rule.filter, strings);
    }
  }
  for (const std::string& text : strings) bytes += text.size() + 4;
  return bytes;
}

}  // namespace sbxc::sbpl
