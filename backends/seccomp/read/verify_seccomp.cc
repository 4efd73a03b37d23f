// A call is sixteen words: number, architecture, instruction pointer, six arguments in halves. The
// answers of the filter and of the page depend on them through tests of one word with constants, so
// each word is cut into cells that no test can tell apart, and one call for every combination of
// cells stands for all calls (every_call.h). The filter is run on the call as the kernel would run
// it, and its answer compared with the page's (expected_answers.h).
//
// Not proved: what the kernel does with an answer, and that the launcher loads the filter
// unchanged. A filter that calculates with arguments beyond AND, OR and XOR is not followed: not
// decided.
//
// Reference: the idea is that of a verifier that Chromium once had for its own compiler of filters.
#include "backends/seccomp/read/verify_seccomp.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "backends/seccomp/read/every_call.h"
#include "backends/seccomp/read/expected_answers.h"

namespace sbxc {

namespace {

using namespace bpf;

constexpr size_t kMostDisagreements = 20;

constexpr const char* kMethod =
    "every architecture and number, and every combination of argument values that the filter or a "
    "facet tells apart";

// What was found about one operation.
struct Found {
  std::vector<Disagreement> disagreements;
  size_t more = 0;
  bool narrowed = false;
};

class ArchVerifier {
 public:
  ArchVerifier(Arch arch, const Program& program, const ExpectedAnswers& expected)
      : arch_(arch), program_(program), expected_(expected) {}

  void run() {
    const auto add = [this](const KnownWords& known, ReachedTests& tests) {
      const std::optional<uint32_t> arch = known[kArchWord];
      const std::optional<uint32_t> number = known[kNumberWord];
      if (!number) ExpectedAnswers::add_number_tests(arch_, tests);
      if (number && arch == audit_arch(arch_)) ExpectedAnswers::add_tests(arch_, *number, tests);
    };
    const Program* const programs[] = {&program_};
    const auto problem = for_every_call(
        programs, add, [this](const Words& words, const Cut& cut) { look_at(words, cut); });
    if (problem) problem_ = fmt::format("`filter.{}.bpf`: {}", name_of(arch_), *problem);
  }

  const std::optional<std::string>& problem() const { return problem_; }
  std::map<Operation, Found>& found() { return found_; }

 private:
  void look_at(const Words& words, const Cut& cut) {
    const Outcome outcome = bpf::run(program_, words);
    const Expected expected = expected_.of(arch_, words);
    if (fits(outcome.answer, expected.wanted)) {
      if (expected.opens) found_[Operation::syscall].narrowed = true;
      return;
    }
    Disagreement found{.operation = Operation::syscall,
                       .witness = expected.witness,
                       .policy_says = expected.policy_says,
                       .artifact_says = {},
                       .rules = expected.rules,
                       .file = fmt::format("filter.{}.bpf", name_of(arch_)),
                       .line = outcome.decided_by,
                       .emitted = text_of(program_[outcome.decided_by])};
    found.artifact_says = outcome.answer.text();
    const std::string when = describe_arguments(words, cut);
    if (expected.opens && !outcome.answer.is_refusal()) {
      found.artifact_says += fmt::format(" for `{}`{}", expected.witness, when);
      found.operation = expected.opens->operation;
      found.witness = std::holds_alternative<SyscallId>(expected.opens->target)
                          ? std::string(syscall(std::get<SyscallId>(expected.opens->target)).name)
                          : expected.opens->text();
      found.policy_says = Effect::deny;
      found.rules.clear();
    } else {
      found.artifact_says += when;
      const bool wrong_way = expected.policy_says == Effect::deny ? outcome.answer.is_refusal()
                                                                  : outcome.answer.runs();
      if (wrong_way || expected.opens) {
        found.artifact_says += fmt::format(", where {} is documented", describe(expected.wanted));
      }
    }
    add(std::move(found), outcome.answer.value);
  }

  // One for each request and answer: the first stands for the others.
  void add(Disagreement disagreement, uint32_t answer) {
    if (!seen_.insert({disagreement.operation, disagreement.witness, answer}).second) return;
    Found& found = found_[disagreement.operation];
    if (found.disagreements.size() < kMostDisagreements) {
      found.disagreements.push_back(std::move(disagreement));
    } else {
      ++found.more;
    }
  }

  Arch arch_;
  const Program& program_;
  const ExpectedAnswers& expected_;
  std::optional<std::string> problem_;
  std::set<std::tuple<Operation, std::string, uint32_t>> seen_;
  std::map<Operation, Found> found_;
};

std::string_view not_spoken_because(Operation operation) {
  switch (operation) {
    case Operation::connect:
    case Operation::listen:
      return "some network is allowed: the proxy and the network namespace hold which";
    case Operation::socket:
      return "some sockets are allowed: mounts and the broker hold which";
    case Operation::read:
    case Operation::write:
    case Operation::exec:
      return "a filter sees pointers, not paths";
    case Operation::env:
    case Operation::mach:
    case Operation::syscall:
      return "a filter sees system calls alone";
  }
  return {};
}

OperationProof conclude(Operation operation, const Found& found,
                        const std::optional<std::string>& problem, bool spoken) {
  OperationProof proof{.operation = operation, .proof = Proof::proved, .method = kMethod};
  proof.disagreements = found.disagreements;
  if (!spoken) {
    proof = {.operation = operation, .proof = Proof::not_spoken};
    proof.why = not_spoken_because(operation);
  } else if (!found.disagreements.empty()) {
    proof.proof = Proof::differs;
    if (found.more > 0) proof.why = fmt::format("and {} more", found.more);
  } else if (problem) {
    proof.proof = Proof::not_decided;
    proof.why = *problem;
  } else if (found.narrowed) {
    proof.proof = Proof::narrowed;
  }
  return proof;
}

}  // namespace

Verification verify_seccomp(const Policy& policy, std::span<const Artifact> artifacts) {
  Verification out{.target = TargetName::seccomp, .operations = {}};
  const ExpectedAnswers expected(policy);
  std::map<Operation, Found> found;
  std::optional<std::string> problem;
  for (const Arch arch : kArchs) {
    const std::string file = fmt::format("filter.{}.bpf", name_of(arch));
    const auto artifact = std::find_if(artifacts.begin(), artifacts.end(),
                                       [&](const Artifact& one) { return one.file == file; });
    if (artifact == artifacts.end()) {
      out.unreadable = Diagnostic{.kind = Kind::cannot_read,
                                  .span = std::nullopt,
                                  .message = fmt::format("`{}` is missing", file)};
      return out;
    }
    auto program = read_filter(artifact->bytes, file);
    if (!program) {
      out.unreadable = std::move(program.error());
      return out;
    }
    ArchVerifier verifier(arch, *program, expected);
    verifier.run();
    if (!problem) problem = verifier.problem();
    for (auto& [operation, more] : verifier.found()) {
      Found& all = found[operation];
      std::move(more.disagreements.begin(), more.disagreements.end(),
                std::back_inserter(all.disagreements));
      all.more += more.more;
      all.narrowed = all.narrowed || more.narrowed;
    }
  }
  // The same sockets connect and listen.
  found[Operation::listen] = found[Operation::connect];
  for (Disagreement& one : found[Operation::listen].disagreements) {
    one.operation = Operation::listen;
    one.witness = "127.0.0.1:3000";
  }
  for (const OperationFacts& facts : kOperations) {
    const bool spoken =
        facts.operation == Operation::syscall || expected.holds_all_of(facts.operation);
    out.operations.push_back(conclude(facts.operation, found[facts.operation], problem, spoken));
  }
  return out;
}

}  // namespace sbxc
