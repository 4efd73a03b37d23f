// The lines of the test come from the automata that tell a mutant from the policy. That each holds
// for the policy and fails for its mutant is tried before it is printed: the whole text with the
// test at its end is read again, and the plain matcher is asked, not the automata.
#include "compiler/driver/mutation.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "compiler/policy/print.h"

namespace sbxc::driver {

namespace {

// Decisions over single patterns that are tried at most: some seconds.
constexpr size_t kMostMatches = 400'000'000;
constexpr size_t kMostMutants = 20'000;
constexpr size_t kMostCopied = 300'000;

// Enough for a policy that people wrote; many mutants may spend it.
constexpr automata::Budget kBudget{.states = 20'000, .members = 1'000'000};

double percent(size_t some, size_t all) {
  return all == 0 ? 100.0 : 100.0 * static_cast<double>(some) / static_cast<double>(all);
}

// One request, and the systems on which the policy gives it the verdict that the mutant does not.
struct Line {
  std::string text;
  OsSet os;
  const Survivor* survivor;
};

Line line_for(const Policy& policy, const Survivor& survivor) {
  const Difference& witness = survivor.witness;
  Line line{survivor.line, {.linux = false, .macos = false}, &survivor};
  for (const Os os : kEverySystem) {
    if (decide(policy, os, witness.request).verdict != witness.before) continue;
    (os == Os::linux ? line.os.linux : line.os.macos) = true;
  }
  return line;
}

bool passes(const Policy& policy, Os os, const Request& request, Effect expected) {
  return decide(policy, os, request).verdict == expected;
}

// `changed` is `policy` with a fault.
bool kills(const Policy& policy, const Policy& changed, const Mutant& mutant, const Line& line) {
  if (!may_matter(policy, mutant, line.survivor->witness.request)) return false;
  return std::any_of(std::begin(kEverySystem), std::end(kEverySystem), [&](Os os) {
    return line.os.has(os) &&
           !passes(changed, os, line.survivor->witness.request, line.survivor->witness.before);
  });
}

// As few lines as it takes, in the order of the survivors: one often kills several.
std::vector<Line> lines_for(const Policy& policy, const std::vector<Survivor>& survivors) {
  std::vector<Line> lines;
  Policy changed = policy;
  for (const Survivor& survivor : survivors) {
    const Mutated mutated(changed, survivor.mutant);
    const bool killed = std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return kills(policy, changed, survivor.mutant, line);
    });
    if (!killed) lines.push_back(line_for(policy, survivor));
  }
  return lines;
}

// Mach services exist on macOS alone, system calls by name on Linux: a fault elsewhere is none.
bool is_about_nothing(const Survivor& survivor) {
  const Operation operation = survivor.witness.request.operation;
  return (operation == Operation::mach && survivor.witness.os == Os::linux) ||
         (operation == Operation::syscall && survivor.witness.os == Os::macos);
}

std::string free_name(const Policy& policy, std::set<std::string>& taken) {
  const std::string plain = "what no test noticed";
  std::string name = plain;
  const auto is_taken = [&] {
    return taken.contains(name) || std::any_of(policy.tests.begin(), policy.tests.end(),
                                               [&](const Test& test) { return test.name == name; });
  };
  for (int number = 2; is_taken(); ++number) name = fmt::format("{} {}", plain, number);
  taken.insert(name);
  return name;
}

std::string statements_for(const Policy& policy, const std::vector<Line>& lines) {
  std::string out;
  std::set<std::string> taken;
  for (const OsSet os :
       {OsSet{}, OsSet{.linux = true, .macos = false}, OsSet{.linux = false, .macos = true}}) {
    std::string body;
    const std::string indent = os == OsSet{} ? "" : "  ";
    for (const Line& line : lines) {
      if (line.os == os) body += fmt::format("{}  {}\n", indent, line.text);
    }
    if (body.empty()) continue;
    const std::string test =
        fmt::format("{}test \"{}\" {{\n{}{}}}\n", indent, free_name(policy, taken), body, indent);
    if (!out.empty()) out += "\n";
    out +=
        os == OsSet{} ? test : fmt::format("on {} {{\n{}}}\n", os.linux ? "linux" : "macos", test);
  }
  return out;
}

bool passes(const Policy& policy, const TestLine& line) {
  return std::all_of(std::begin(kEverySystem), std::end(kEverySystem), [&](Os os) {
    return !line.os.has(os) || passes(policy, os, line.request, line.expected);
  });
}

// Lines are in the order of the survivors, nearly: one that fails is looked for from where the last
// one was found.
template <typename Fails>
bool any_fails(const std::vector<const TestLine*>& lines, size_t& last, const Fails& fails) {
  for (size_t i = 0; i < lines.size(); ++i) {
    const size_t at = (last + i) % lines.size();
    if (!fails(*lines[at])) continue;
    last = at;
    return true;
  }
  return false;
}

// A test that does not do what is said of it must not be printed.
void try_out(const PolicyOptions& options, const Loaded& loaded, const Mutation& mutation) {
  std::string text(loaded.sources.text(FileId{}));
  if (!text.ends_with('\n')) text += '\n';
  const Loaded again = reload(options, loaded, text + "\n" + mutation.test);
  if (!again.policy) throw std::logic_error("a test for what was not noticed is not understood");
  const Policy& policy = *again.policy;
  std::set<std::string> known;
  for (const Test& test : loaded.policy->tests) known.insert(test.name);
  std::vector<const TestLine*> lines;
  for (const Test& test : policy.tests) {
    for (const TestLine& line : test.lines) {
      if (!known.contains(test.name)) lines.push_back(&line);
    }
  }
  if (!std::all_of(lines.begin(), lines.end(),
                   [&](const TestLine* line) { return passes(policy, *line); })) {
    throw std::logic_error("a test for mutants fails without them");
  }
  Policy changed = policy;
  size_t last = 0;
  for (const Survivor& survivor : mutation.run.survivors) {
    const Mutated mutated(changed, survivor.mutant);
    const auto notices = [&](const TestLine& line) {
      return may_matter(policy, survivor.mutant, line.request) && !passes(changed, line);
    };
    if (!any_fails(lines, last, notices)) {
      throw std::logic_error("a test for mutants misses one");
    }
  }
}

// On a terminal, once it takes longer than a second.
class Progress {
 public:
  void operator()(size_t done, size_t all) {
    using std::chrono::steady_clock;
    const auto now = steady_clock::now();
    if (!is_terminal_ || now - shown_ < std::chrono::seconds(1)) return;
    shown_ = now;
    drawn_ = true;
    fmt::print(stderr, "\rfaults tried: {} of {}", done, all);
  }
  ~Progress() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  bool is_terminal_ = isatty(STDERR_FILENO) != 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

}  // namespace

double Mutation::score() const { return percent(run.killed, faults()); }
double Mutation::least_score() const { return percent(run.killed, faults() + run.not_decided); }
double Mutation::most_score() const {
  return percent(run.killed + run.not_decided, faults() + run.not_decided);
}

std::optional<Diagnostic> too_many_faults(const Policy& policy) {
  size_t patterns = 0;
  size_t lines = 1;
  for (const Rule& rule : policy.rules) patterns += rule.patterns.size() + rule.except.size();
  for (const Test& test : policy.tests) lines += test.lines.size();
  size_t copied = 0;  // each fault is a whole rule
  for (const Rule& rule : policy.rules) {
    if (rule.chain.empty()) copied += rule.patterns.size() * rule.patterns.size();
  }
  const size_t mutants = copied > kMostCopied ? kMostMutants + 1 : mutants_of(policy).size();
  const size_t cost = std::max<size_t>(1, patterns) * lines;  // held down by too_many_tests
  if (mutants <= kMostMutants && mutants <= kMostMatches / cost) return std::nullopt;
  return Diagnostic{
      .kind = Kind::tests_not_run,
      .span = {},
      .message = fmt::format("faults in {} patterns, with {} lines of tests, are too many to try",
                             patterns, lines - 1),
      .help = "choose tests with `--run`, or move rules into files of their own, with their tests"};
}

namespace {

std::optional<OverBudget> over_budget_of(Systems& systems) {
  for (const OperationFacts& facts : kOperations) {
    for (const Os os : kEverySystem) {
      const auto& decided = systems.of(os, facts.operation);
      if (!decided) return decided.error();
    }
  }
  return std::nullopt;
}

}  // namespace

Mutation mutate(const PolicyOptions& options, const Loaded& loaded, const Policy& policy) {
  Mutation mutation;
  Systems systems(policy, kBudget);
  Progress progress;
  mutation.run = run_mutants(systems, std::ref(progress));
  mutation.run.equivalent += std::erase_if(mutation.run.survivors, is_about_nothing);
  if (mutation.run.not_decided > 0) mutation.over = over_budget_of(systems);
  if (mutation.run.survivors.empty()) return mutation;
  mutation.test = statements_for(*loaded.policy, lines_for(policy, mutation.run.survivors));
  try_out(options, loaded, mutation);
  return mutation;
}

}  // namespace sbxc::driver
