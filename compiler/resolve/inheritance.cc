// A file takes part once for each different set of exceptions on the ways that lead to it: `use
// std/agent except P` brings std/secrets without P, a plain `use std/secrets` beside it brings it
// whole. Both stand, so the deny wins, in whatever order they are written (laws 1 and 2). A set of
// exceptions that holds all of another one adds nothing and is dropped, with a warning.
//
// Only deny rules differ between such instances; allow and ask rules come in once.
#include "compiler/resolve/inheritance.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

// One pattern after `use … except`, for each operation it subtracts from.
struct Exception {
  Span span;
  std::string written;
  std::map<Operation, std::vector<Pattern>> patterns;
};

using ExceptionIds = std::set<size_t>;

struct Instance {
  UnitId unit{};
  ExceptionIds except;
  std::vector<UseStep> chain;
};

constexpr size_t kMaxComparisons = 4'000'000;

constexpr Operation kPathOperations[] = {Operation::read, Operation::write, Operation::exec,
                                         Operation::socket};

class Inheritance {
 public:
  Inheritance(const Units& units, std::vector<Stated>& stated, PatternLists& lists,
              Session& session)
      : units_(units), stated_(stated), lists_(lists), session_(session) {}

  void collect(Policy& policy) {
    read_exceptions();
    find_instances();
    auto& rules = policy.rules;
    for (const UnitId id : units_.order) {
      emit(id, rules);
      emit_assertions(id, policy.assertions);
    }
    for (size_t i = 0; i < rules.size(); ++i) rules[i].id = RuleId{static_cast<uint32_t>(i)};
    for (const auto& [use, written] : of_use_) {
      for (const auto& [index, span] : written) report_useless(*use, index, span);
    }
  }

 private:
  void read_exceptions() {
    for (size_t i = 0; i < units_.units.size(); ++i) {
      for (const UseEdge& edge : units_.units[i].uses) {
        for (const ast::Use::Except& except : edge.use->except) {
          read_exception(*edge.use, except, UnitId{static_cast<uint32_t>(i)});
        }
      }
    }
  }

  void read_exception(const ast::Use& use, const ast::Use::Except& written, UnitId unit) {
    Exception exception;
    if (const auto* word = std::get_if<ast::Word>(&written.pattern)) {
      exception.span = word->span;
      exception.written = word->text;
    } else {
      exception.span = std::get<ast::Set>(written.pattern).span;
      exception.written = session_.sources.text(exception.span);
    }
    const size_t errors = session_.diagnostics.error_count();
    if (written.operation) {
      add_patterns(*operation_named(written.operation->text), written, unit, exception);
    } else {
      for (const Operation operation : kPathOperations) {
        // A pattern that is no path is so for all four: one message will do.
        if (session_.diagnostics.error_count() > errors) break;
        add_patterns(operation, written, unit, exception);
      }
    }
    if (session_.diagnostics.error_count() > errors) return;
    const Span span = exception.span;
    of_use_[&use].emplace(intern(std::move(exception)), span);
  }

  void add_patterns(Operation operation, const ast::Use::Except& written, UnitId unit,
                    Exception& exception) {
    auto& patterns = exception.patterns[operation];
    lists_.unfold(written.pattern, {operation, unit, Unset::is_error}, patterns);
    for (const Pattern& pattern : patterns) {
      const auto* connect = std::get_if<ConnectPattern>(&pattern);
      if (connect != nullptr && connect->too_broad) {
        Diagnostic d = broad_wildcard(*connect);
        d.help = "name the hosts: a `use` has no place for a reason";
        session_.diagnostics.report(std::move(d));
      }
    }
  }

  // Exceptions that read the same are the same, wherever they are written.
  size_t intern(Exception exception) {
    std::string key;
    for (const auto& [operation, patterns] : exception.patterns) {
      key += name_of(operation);
      for (const Pattern& pattern : patterns) key += fmt::format("\n{}", text(pattern));
      key += '\n';
    }
    const auto [found, fresh] = known_.emplace(std::move(key), exceptions_.size());
    if (fresh) exceptions_.push_back(std::move(exception));
    return found->second;
  }

  // Breadth first, so that a chain shown in a message is a shortest one.
  void find_instances() {
    std::set<std::pair<UnitId, ExceptionIds>> seen;
    instances_.push_back({kRoot, {}, {}});
    seen.emplace(kRoot, ExceptionIds{});
    for (size_t i = 0; i < instances_.size(); ++i) {
      for (const UseEdge& edge : units_[instances_[i].unit].uses) {
        Instance next{edge.target, instances_[i].except, instances_[i].chain};
        const auto own = of_use_.find(edge.use);
        if (own != of_use_.end()) {
          for (const auto& [index, span] : own->second) next.except.insert(index);
        }
        if (!seen.emplace(next.unit, next.except).second) continue;
        if (instances_.size() >= kMaxInstances) {
          session_.diagnostics.report(
              {.kind = Kind::too_many_files,
               .span = edge.use->target.span,
               .message = fmt::format("files come in with more than {} different exceptions",
                                      kMaxInstances),
               .help = "write the exceptions at one `use`"});
          return;
        }
        next.chain.push_back({edge.use->span, edge.use->target.text});
        instances_.push_back(std::move(next));
      }
    }
  }

  // Whether another instance of the unit denies all that this one does.
  bool is_overruled(const Instance& instance) const {
    return std::any_of(instances_.begin(), instances_.end(), [&](const Instance& other) {
      return other.unit == instance.unit && other.except.size() < instance.except.size() &&
             std::includes(instance.except.begin(), instance.except.end(), other.except.begin(),
                           other.except.end());
    });
  }

  void emit(UnitId unit, std::vector<Rule>& out) {
    bool first = true;
    // Without exceptions a unit has one instance, and nobody asks again what it states.
    const bool last_use = of_use_.empty();
    for (const Instance& instance : instances_) {
      if (instance.unit != unit) continue;
      const bool overruled = is_overruled(instance);
      for (Rule& stated : stated_[static_cast<size_t>(unit)].rules) {
        if (stated.effect == Effect::deny ? overruled : !first) continue;
        if (!first && !lists_.spend(stated.patterns.size(), stated.span)) return;
        Rule rule = last_use ? std::move(stated) : Rule(stated);
        rule.chain = instance.chain;
        if (rule.effect == Effect::deny && !add_exceptions(instance, rule)) return;
        out.push_back(std::move(rule));
      }
      first = false;
    }
  }

  bool add_exceptions(const Instance& instance, Rule& rule) {
    for (const size_t index : instance.except) {
      const auto found = exceptions_[index].patterns.find(rule.operation);
      if (found == exceptions_[index].patterns.end()) continue;
      if (!lists_.spend(found->second.size(), exceptions_[index].span)) return false;
      for (const Pattern& pattern : found->second) {
        if (touches_any(rule.patterns, pattern)) rule.except.push_back(pattern);
      }
    }
    return true;
  }

  // What every way to the unit excepts.
  ExceptionIds common_exceptions(UnitId unit) const {
    std::optional<ExceptionIds> common;
    for (const Instance& instance : instances_) {
      if (instance.unit != unit) continue;
      if (!common) common = instance.except;
      std::erase_if(*common, [&](size_t index) { return !instance.except.contains(index); });
    }
    return common.value_or(ExceptionIds{});
  }

  void emit_assertions(UnitId unit, std::vector<Assertion>& out) {
    const ExceptionIds common = common_exceptions(unit);
    for (const Assertion& stated : stated_[static_cast<size_t>(unit)].assertions) {
      out.push_back(stated);
      if (stated.kind != AssertKind::never) continue;
      for (const size_t index : common) {
        const auto found = exceptions_[index].patterns.find(stated.operation);
        if (found == exceptions_[index].patterns.end()) continue;
        if (!lists_.spend(found->second.size(), stated.span)) return;
        out.back().except.insert(out.back().except.end(), found->second.begin(),
                                 found->second.end());
      }
    }
  }

  // What comes after many comparisons is taken to touch: an exception too many changes nothing.
  bool touches_any(const std::vector<Pattern>& patterns, const Pattern& pattern) {
    if (comparisons_ > kMaxComparisons) return true;
    comparisons_ += patterns.size();
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const Pattern& p) { return overlap(p, pattern); });
  }

  bool touches(const Exception& exception, UnitId unit) {
    for (const Rule& rule : stated_[static_cast<size_t>(unit)].rules) {
      ++comparisons_;
      if (rule.effect != Effect::deny) continue;
      const auto found = exception.patterns.find(rule.operation);
      if (found == exception.patterns.end()) continue;
      for (const Pattern& mine : found->second) {
        if (touches_any(rule.patterns, mine)) return true;
      }
    }
    return false;
  }

  std::vector<UnitId> below(UnitId unit) const {
    std::vector<UnitId> found{unit};
    for (size_t i = 0; i < found.size(); ++i) {
      for (const UseEdge& edge : units_[found[i]].uses) {
        const bool known = std::find(found.begin(), found.end(), edge.target) != found.end();
        if (!known) found.push_back(edge.target);
      }
    }
    return found;
  }

  std::optional<UnitId> target_of(const ast::Use& use) const {
    for (const Unit& unit : units_.units) {
      for (const UseEdge& edge : unit.uses) {
        if (edge.use == &use) return edge.target;
      }
    }
    return std::nullopt;
  }

  void report_useless(const ast::Use& use, size_t index, Span span) {
    const auto target = target_of(use);
    if (!target || comparisons_ > kMaxComparisons) return;
    bool subtracts = false;
    for (const UnitId unit : below(*target)) {
      if (!touches(exceptions_[index], unit)) continue;
      subtracts = true;
      report_overruled(use, index, span, unit);
    }
    if (subtracts) return;
    session_.diagnostics.report(
        {.kind = Kind::use_except_without_effect,
         .span = span,
         .message = fmt::format("no deny rule of `{}` touches `{}`", printable(use.target.text),
                                printable(exceptions_[index].written)),
         .help = "remove the exception, or allow the pattern in a rule of its own"});
  }

  void report_overruled(const ast::Use& use, size_t index, Span span, UnitId unit) {
    for (const Instance& instance : instances_) {
      if (instance.unit != unit || instance.except.contains(index)) continue;
      const bool mine = std::any_of(instance.chain.begin(), instance.chain.end(),
                                    [&](const UseStep& s) { return s.use == use.span; });
      if (mine || instance.chain.empty()) continue;
      session_.diagnostics.report(
          {.kind = Kind::use_except_overruled,
           .span = span,
           .message =
               fmt::format("`{}` stays denied: `{}` also comes in without this exception",
                           printable(exceptions_[index].written), printable(units_[unit].shown)),
           .labels = {{instance.chain.back().use, "by this way"}},
           .help = "write the exception there too"});
      return;
    }
  }

  const Units& units_;
  std::vector<Stated>& stated_;
  PatternLists& lists_;
  Session& session_;
  std::vector<Exception> exceptions_;
  std::map<std::string, size_t> known_;
  std::map<const ast::Use*, std::map<size_t, Span>> of_use_;  // and where each is written
  std::vector<Instance> instances_;
  size_t comparisons_ = 0;
};

}  // namespace

void inherit(const Units& units, std::vector<Stated> stated, PatternLists& lists, Session& session,
             Policy& policy) {
  Inheritance(units, stated, lists, session).collect(policy);
}

}  // namespace sbxc
