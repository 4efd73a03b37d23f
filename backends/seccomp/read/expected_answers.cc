// The page says what a filter answers; here it is said again, for one call at a time and from
// decide(): nothing is known here of programs, ranges or clauses. What a register means comes from
// the table of facets (compiler/syscalls), what is refused beyond the policy from the page:
//
// - `clone3`, unless every facet of clone and unshare is allowed: ENOSYS;
// - unix sockets and datagram pairs when no `socket` rule allows anything, IPv4 and IPv6 sockets
//   when no `connect` or `listen` rule does: EPERM.
#include "backends/seccomp/read/expected_answers.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::bpf {

namespace {

// docs/formats.md: calls that programs try first and have an older form for.
constexpr std::string_view kNewerForms[] = {
    "cachestat",   "clone3", "close_range", "epoll_pwait2", "faccessat2", "fchmodat2",
    "futex_waitv", "mseal",  "openat2",     "pidfd_open",   "rseq",       "statx"};

constexpr uint32_t kEPERM = 1;
constexpr uint32_t kENOSYS = 38;

bool is_newer_form(std::string_view name) {
  return std::find(std::begin(kNewerForms), std::end(kNewerForms), name) != std::end(kNewerForms);
}

bool allows_some(const Policy& policy, Operation operation) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return rule.operation == operation && rule.os.linux && rule.effect != Effect::deny;
  });
}

uint64_t argument(const Words& words, uint8_t index) {
  const size_t low = kFirstArgumentWord + size_t{2} * index;
  return words[low] | uint64_t{words[low + 1]} << 32;
}

bool is_made_by(const Syscall& facet, const Words& words) {
  return std::all_of(facet.tests.begin(), facet.tests.end(), [&](const FacetTest& test) {
    return test.matches(argument(words, test.argument));
  });
}

}  // namespace

bool fits(const Answer& answer, Wanted wanted) {
  switch (wanted) {
    case Wanted::allowed:
      return answer.text() == "ALLOW";
    case Wanted::eperm:
      return answer.is_error(kEPERM);
    case Wanted::enosys:
      return answer.is_error(kENOSYS);
    case Wanted::eperm_or_enosys:
      return answer.is_error(kEPERM) || answer.is_error(kENOSYS);
    case Wanted::killed:
      return answer.kills_process();
  }
  return false;
}

std::string_view describe(Wanted wanted) {
  switch (wanted) {
    case Wanted::allowed:
      return "ALLOW";
    case Wanted::eperm:
      return "EPERM";
    case Wanted::enosys:
      return "ENOSYS";
    case Wanted::eperm_or_enosys:
      return "EPERM or ENOSYS";
    case Wanted::killed:
      return "KILL_PROCESS";
  }
  return {};
}

ExpectedAnswers::ExpectedAnswers(const Policy& policy)
    : some_socket_(allows_some(policy, Operation::socket)),
      some_network_(allows_some(policy, Operation::connect) ||
                    allows_some(policy, Operation::listen)) {
  const size_t count = all_syscalls().size();
  for (size_t i = 0; i < count; ++i) {
    const SyscallId id{static_cast<uint16_t>(i)};
    decisions_.push_back(decide(policy, Os::linux, {Operation::syscall, id}));
  }
  for (const std::string_view name : {"clone", "unshare"}) {
    const SyscallId call = *syscall_named(name);  // INVARIANT: both are in the table
    std::vector<SyscallId> parts{facets_of(call).begin(), facets_of(call).end()};
    parts.push_back(call);
    for (const SyscallId part : parts) {
      if (decision(part).verdict != Effect::allow && !denied_namespace_) denied_namespace_ = part;
    }
  }
}

bool ExpectedAnswers::holds_all_of(Operation operation) const {
  if (operation == Operation::socket) return !some_socket_;
  const bool network = operation == Operation::connect || operation == Operation::listen;
  return network && !some_network_;
}

std::optional<Request> ExpectedAnswers::opened_by(SyscallId request) const {
  const std::string_view name = syscall(request).name;
  if (name == "clone3" && denied_namespace_) return Request{Operation::syscall, *denied_namespace_};
  if ((name == "socket:unix" || name == "socketpair:dgram") && !some_socket_) {
    return Request{Operation::socket, std::string("@a")};
  }
  if ((name == "socket:inet" || name == "socket:inet6") && !some_network_) {
    return Request{Operation::connect, HostRequest{std::string("example.com"), 443}};
  }
  return std::nullopt;
}

Expected ExpectedAnswers::of_call(SyscallId call, const Words& words) const {
  const auto expect = [&](SyscallId request, Wanted wanted) {
    const Decision& own = decision(request);
    return Expected{wanted, std::string(syscall(request).name), own.verdict, own.deciding, {}};
  };
  const Wanted refused = is_newer_form(syscall(call).name) ? Wanted::enosys : Wanted::eperm;
  if (decision(call).verdict != Effect::allow) return expect(call, refused);
  Expected best = expect(call, Wanted::allowed);
  if (auto opens = opened_by(call)) {
    best.wanted = refused;
    best.opens = std::move(opens);
  }
  // A call that is in several facets needs all of them: a facet that the policy denies decides
  // before one that only the filter refuses.
  for (const SyscallId facet : facets_of(call)) {
    if (!is_made_by(syscall(facet), words)) continue;
    if (decision(facet).verdict != Effect::allow) return expect(facet, Wanted::eperm);
    if (best.opens) continue;
    best = expect(facet, Wanted::allowed);
    if (auto opens = opened_by(facet)) {
      best.wanted = Wanted::eperm;
      best.opens = std::move(opens);
    }
  }
  return best;
}

Expected ExpectedAnswers::of(Arch arch, const Words& words) const {
  const uint32_t number = words[kNumberWord];
  const auto nothing = [&](Wanted wanted, std::string witness) {
    return Expected{wanted, std::move(witness), Effect::deny, {}, {}};
  };
  if (words[kArchWord] != audit_arch(arch)) {
    return nothing(Wanted::killed,
                   fmt::format("call {} of architecture 0x{:x}", number, words[kArchWord]));
  }
  if (const auto call = syscall_numbered(arch, number)) return of_call(*call, words);
  return nothing(number < table_end(arch) ? Wanted::eperm_or_enosys : Wanted::enosys,
                 fmt::format("call {0} (0x{0:x})", number));
}

void add_facet_tests(SyscallId call, ReachedTests& tests) {
  for (const SyscallId facet : facets_of(call)) {
    for (const FacetTest& test : syscall(facet).tests) {
      auto& word = tests.of_word[kFirstArgumentWord + size_t{2} * test.argument];
      if (test.match == FacetMatch::any_bit) {
        word.push_back({~uint32_t{0}, 0, Comparison::any_bit, test.mask});
      }
      for (const uint32_t value : test.values()) {
        word.push_back({test.mask, 0, Comparison::equal, value});
      }
    }
  }
}

void ExpectedAnswers::add_tests(Arch arch, uint32_t number, ReachedTests& tests) {
  if (const auto call = syscall_numbered(arch, number)) add_facet_tests(*call, tests);
}

void ExpectedAnswers::add_number_tests(Arch arch, ReachedTests& tests) {
  auto& numbers = tests.of_word[kNumberWord];
  for (const Syscall& call : all_syscalls()) {
    if (call.base || call.number(arch) < 0) continue;
    const auto number = static_cast<uint32_t>(call.number(arch));
    numbers.push_back({.comparison = Comparison::equal, .constant = number});
  }
  numbers.push_back({.comparison = Comparison::not_less, .constant = table_end(arch)});
  tests.of_word[kArchWord].push_back(
      {.comparison = Comparison::equal, .constant = audit_arch(arch)});
}

}  // namespace sbxc::bpf
