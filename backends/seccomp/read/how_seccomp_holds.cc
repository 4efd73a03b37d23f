// Arguments are picked from the cells of the facets' own tests: those that make the wanted facet,
// and as few others of its call as can be.
#include "backends/seccomp/read/how_seccomp_holds.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/seccomp/read/expected_answers.h"

namespace sbxc {

namespace {

using namespace bpf;

bool is_made(const Syscall& facet, const Words& words) {
  return std::all_of(facet.tests.begin(), facet.tests.end(), [&](const FacetTest& test) {
    return test.matches(words[kFirstArgumentWord + size_t{2} * test.argument]);
  });
}

std::vector<Words> every_class_of_arguments(SyscallId call, Arch arch) {
  Words first{};
  first[kNumberWord] = static_cast<uint32_t>(syscall(call).number(arch));
  first[kArchWord] = audit_arch(arch);
  ReachedTests tests;
  add_facet_tests(call, tests);
  std::vector<Words> all{first};
  for (uint32_t word = 0; word < kWords; ++word) {
    const auto cells = cells_of(tests.of_word[word], 4096);
    if (!cells || cells->size() < 2) continue;
    std::vector<Words> more;
    for (Words words : all) {
      for (const uint32_t value : *cells) {
        words[word] = value;
        more.push_back(words);
      }
    }
    all = std::move(more);
  }
  return all;
}

// A call that makes the request.
Words example_of(SyscallId request, Arch arch) {
  const SyscallId call = syscall(request).base.value_or(request);
  Words best{};
  size_t fewest = ~size_t{0};
  for (const Words& words : every_class_of_arguments(call, arch)) {
    size_t others = 0;
    bool made = request == call;
    for (const SyscallId facet : facets_of(call)) {
      if (!is_made(syscall(facet), words)) continue;
      if (facet == request) {
        made = true;
      } else {
        ++others;
      }
    }
    if (!made || others >= fewest) continue;
    best = words;
    fewest = others;
  }
  return best;
}

}  // namespace

Result<std::vector<Held>> how_seccomp_holds(std::span<const Artifact> artifacts, SyscallId call,
                                            const SourceMap& map) {
  std::vector<Held> out;
  for (const Arch arch : kArchs) {
    if (syscall(call).number(arch) < 0) continue;
    const std::string file = fmt::format("filter.{}.bpf", name_of(arch));
    const auto artifact = std::find_if(artifacts.begin(), artifacts.end(),
                                       [&](const Artifact& one) { return one.file == file; });
    if (artifact == artifacts.end()) continue;
    const auto program = read_filter(artifact->bytes, file);
    if (!program) return tl::unexpected(program.error());
    const Outcome outcome = run(*program, example_of(call, arch));
    Held held{.file = file,
              .where = outcome.decided_by,
              .emitted = text_of((*program)[outcome.decided_by]),
              .answer = outcome.answer.text(),
              .places = {}};
    for (const RuleId rule : map.rules_of(file, outcome.decided_by)) {
      if (std::string place = map.place_of(rule); !place.empty()) {
        held.places.push_back(std::move(place));
      }
    }
    out.push_back(std::move(held));
  }
  return out;
}

}  // namespace sbxc
