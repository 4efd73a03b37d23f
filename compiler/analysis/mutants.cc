// Which faults: a rule or one of its patterns lost, an effect turned, an exception lost, read and
// write swapped, a pattern one step wider or narrower (a name and its subdomains, a subtree and its
// root, one component and many, usual ports and all), a system forgotten.
#include "compiler/analysis/mutants.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "compiler/policy/overlap.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

bool is_star(const Component& component) {
  const auto* name = std::get_if<NameGlob>(&component);
  return name != nullptr && name->atoms.size() == 1 &&
         std::holds_alternative<AnyRun>(name->atoms.front());
}

bool is_globstar(const Component& component) {
  return std::holds_alternative<AnyComponents>(component);
}

// Other forms of one glob, wider or narrower.
std::vector<PathGlob> neighbours(const PathGlob& glob) {
  std::vector<PathGlob> out;
  const auto& parts = glob.components;
  if (parts.empty()) return out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!is_star(parts[i])) continue;
    const bool beside =
        (i > 0 && is_globstar(parts[i - 1])) || (i + 1 < parts.size() && is_globstar(parts[i + 1]));
    if (beside) continue;
    out.push_back(glob);
    out.back().components[i] = AnyComponents{};
  }
  if (is_globstar(parts.back())) {
    out.push_back(glob);
    out.back().components.pop_back();  // the root alone
    out.push_back(glob);
    out.back().components.back() = NameGlob{{AnyRun{}}};  // one level
  } else if (parts.size() > 1 && !is_globstar(parts[parts.size() - 2])) {
    out.push_back(glob);
    out.back().components.back() = AnyComponents{};  // the whole directory
  }
  return out;
}

std::vector<Pattern> neighbours(const PathPattern& pattern) {
  std::vector<Pattern> out;
  for (size_t i = 0; i < pattern.globs.size(); ++i) {
    for (PathGlob& glob : neighbours(pattern.globs[i])) {
      PathPattern other = pattern;
      other.globs[i] = std::move(glob);
      out.emplace_back(std::move(other));
    }
  }
  return out;
}

std::vector<Pattern> neighbours(const ConnectPattern& pattern) {
  std::vector<Pattern> out;
  const auto with_host = [&](size_t i, HostTest host) {
    ConnectPattern other = pattern;
    other.hosts[i] = std::move(host);
    out.emplace_back(std::move(other));
  };
  for (size_t i = 0; i < pattern.hosts.size(); ++i) {
    if (const auto* exact = std::get_if<ExactName>(&pattern.hosts[i])) {
      with_host(i, Subdomains{exact->name});
    } else if (const auto* below = std::get_if<Subdomains>(&pattern.hosts[i])) {
      with_host(i, ExactName{below->suffix});
    } else if (const auto* network = std::get_if<IpNetwork>(&pattern.hosts[i])) {
      if (network->prefix < 8) continue;
      with_host(i, IpNetwork::of(network->address, static_cast<uint8_t>(network->prefix - 8)));
    }
  }
  if (pattern.ports != PortSet::any()) {
    ConnectPattern other = pattern;
    other.ports = PortSet::any();
    out.emplace_back(std::move(other));
  }
  return out;
}

std::vector<Pattern> neighbours(const NamePattern& pattern) {
  std::vector<Pattern> out;
  for (size_t i = 0; i < pattern.globs.size(); ++i) {
    if (!pattern.globs[i].literal()) continue;
    NamePattern other = pattern;
    other.globs[i].atoms.emplace_back(AnyRun{});
    out.emplace_back(std::move(other));
  }
  return out;
}

template <typename Other>
std::vector<Pattern> neighbours(const Other&) {
  return {};  // of sockets, addresses and system calls only the losses
}

class Mutants {
 public:
  explicit Mutants(const Rule& rule) : rule_(rule) {}

  std::vector<Mutant> run() && {
    add("without this rule", rule_.head, [](Rule& rule) { rule.patterns.clear(); });
    turn_effect();
    for (size_t i = 0; i < rule_.patterns.size(); ++i) change_pattern(i);
    for (size_t i = 0; i < rule_.except.size(); ++i) {
      const Pattern& except = rule_.except[i];
      add(fmt::format("without `except {}`", written(except)), span_of(except),
          [&](Rule& rule) { rule.except.erase(rule.except.begin() + static_cast<ptrdiff_t>(i)); });
    }
    if (rule_.operation == Operation::read || rule_.operation == Operation::write) {
      const bool read = rule_.operation == Operation::read;
      add(read ? "`write` instead of `read`" : "`read` instead of `write`", rule_.head,
          [&](Rule& rule) { rule.operation = read ? Operation::write : Operation::read; });
    }
    if (rule_.os != OsSet{}) {
      add("on both systems", rule_.head, [](Rule& rule) { rule.os = {}; });
    }
    return std::move(out_);
  }

 private:
  template <typename Change>
  void add(std::string what, Span span, const Change& change) {
    Mutant mutant{rule_, std::move(what), span};
    change(mutant.rule);
    out_.push_back(std::move(mutant));
  }

  void turn_effect() {
    for (const Effect effect : {Effect::allow, Effect::ask, Effect::deny}) {
      const bool has_ask = rule_.operation == Operation::connect;
      if (effect == rule_.effect || (effect == Effect::ask && !has_ask)) continue;
      add(fmt::format("`{}` instead of `{}`", name_of(effect), name_of(rule_.effect)), rule_.head,
          [&](Rule& rule) { rule.effect = effect; });
    }
  }

  void change_pattern(size_t i) {
    const Pattern& pattern = rule_.patterns[i];
    if (rule_.patterns.size() > 1) {
      add(fmt::format("without `{}`", written(pattern)), span_of(pattern), [&](Rule& rule) {
        rule.patterns.erase(rule.patterns.begin() + static_cast<ptrdiff_t>(i));
      });
    }
    auto others = std::visit([](const auto& one) { return neighbours(one); }, pattern);
    for (Pattern& other : others) {
      add(fmt::format("`{}` instead of `{}`", text(other), text(pattern)), span_of(pattern),
          [&](Rule& rule) { rule.patterns[i] = std::move(other); });
    }
  }

  const Rule& rule_;
  std::vector<Mutant> out_;
};

// As the policy's tests are run: by verdict, and by reason where a line names one.
bool passes(const Policy& policy, Os os, const TestLine& line) {
  const Decision decision = decide(policy, os, line.request);
  if (decision.verdict != line.expected) return false;
  if (!line.because) return true;
  return std::any_of(decision.deciding.begin(), decision.deciding.end(),
                     [&](RuleId id) { return policy.rule(id).because == *line.because; });
}

bool tests_notice(const Policy& policy) {
  for (const Test& test : policy.tests) {
    for (const TestLine& line : test.lines) {
      for (const Os os : kEverySystem) {
        if (line.os.has(os) && !passes(policy, os, line)) return true;
      }
    }
  }
  return false;
}

std::string line_for(const Difference& witness) {
  return fmt::format("{} {} {}", name_of(witness.before), name_of(witness.request.operation),
                     print_target(witness.request));
}

}  // namespace

std::vector<Mutant> mutants_of(const Policy& policy) {
  std::vector<Mutant> all;
  for (const Rule& rule : policy.rules) {
    if (!rule.chain.empty()) continue;
    std::vector<Mutant> some = Mutants(rule).run();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

MutationRun run_mutants(Systems& systems,
                        const std::function<void(size_t done, size_t all)>& progress) {
  MutationRun run;
  std::vector<Mutant> mutants = mutants_of(systems.policy());
  run.mutants = mutants.size();
  Policy changed = systems.policy();  // one rule at a time, for lists may be long
  for (size_t i = 0; i < mutants.size(); ++i) {
    Rule& place = changed.rules[static_cast<size_t>(mutants[i].rule.id)];
    std::swap(place, mutants[i].rule);
    if (tests_notice(changed)) {
      ++run.killed;
    } else {
      Systems mutated(changed, systems.budget());
      const auto difference = first_difference(systems, mutated);
      if (!difference) {
        ++run.not_decided;
      } else if (!*difference) {
        ++run.equivalent;
      } else {
        Mutant mutant{place, mutants[i].what, mutants[i].span};
        run.survivors.push_back({std::move(mutant), **difference, line_for(**difference)});
      }
    }
    std::swap(place, mutants[i].rule);
    if (progress) progress(i + 1, mutants.size());
  }
  return run;
}

}  // namespace sbxc
