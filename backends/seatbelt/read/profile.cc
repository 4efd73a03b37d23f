#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {
namespace {

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

// Walks lists from the newest rule: `visit(operation, rule or null for the tail, truth)` of each
// whose filter may hold, up to the one that surely decides.
template <typename Visit>
void walk(const Profile& profile, OperationId operation, const Request& request,
          const Visit& visit) {
  for (OperationId at = operation;; at = facts_of(at).parent) {
    const OperationRules& here = profile.rules(at);
    for (size_t i = here.filtered.size(); i-- > 0;) {
      const Truth truth = holds(*here.filtered[i].filter, request, operation);
      if (truth == Truth::no) continue;
      visit(at, &here.filtered[i], truth);
      if (truth == Truth::yes) return;
    }
    if (here.tail == Tail::parent) continue;
    visit(at, nullptr, Truth::yes);
    return;
  }
}

}  // namespace

// A filter that is unknown may or may not decide: both ways are followed, and the verdict depends
// if they differ.
Decision Profile::decide(OperationId operation, const Request& request) const {
  bool allows = false;
  bool denies = false;
  Decision first;
  walk(*this, operation, request, [&](OperationId at, const Rule* rule, Truth) {
    const bool allowed =
        rule != nullptr ? rule->action == Action::allow : rules(at).tail == Tail::allow;
    if (!allows && !denies) {
      first = {.decided_by = at, .line = rule != nullptr ? rule->line : rules(at).tail_line};
    }
    (allowed ? allows : denies) = true;
  });
  first.verdict = allows && denies ? Verdict::depends : allows ? Verdict::allow : Verdict::deny;
  return first;
}

std::vector<Candidate> Profile::candidates(OperationId operation, const Request& request) const {
  std::vector<Candidate> out;
  walk(*this, operation, request, [&](OperationId at, const Rule* rule, Truth truth) {
    if (rule == nullptr) {
      out.push_back({.operation = at,
                     .action = rules(at).tail == Tail::allow ? Action::allow : Action::deny,
                     .line = rules(at).tail_line,
                     .is_tail = true});
      return;
    }
    Candidate& candidate = out.emplace_back();
    candidate = {.operation = at, .action = rule->action, .line = rule->line};
    if (truth == Truth::unknown) {
      collect_unknown(*rule->filter, request, operation, candidate.unknown);
    }
  });
  return out;
}

Place Profile::place_of(uint32_t line) const { return texts_.place_of(line); }
std::string Profile::text_at(uint32_t line) const { return texts_.form_at(line); }

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
