// One call for every class of calls that some filters, and some more tests, cannot tell apart.
//
// First the words that decide most, architecture and number, from all tests anywhere in the
// filters; then, for each pair, the other words from the tests that are met with that pair.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backends/seccomp/read/reached_tests.h"

namespace sbxc::bpf {

// Words with more than one cell, and a value of each.
using Cut = std::vector<std::pair<uint32_t, std::vector<uint32_t>>>;

// ` when argument 0 is 0x10 and argument 2 is 0x0`; empty when nothing is cut.
std::string describe_arguments(const Words& words, const Cut& cut);

// Adds tests that the filters do not make: of the number when it is not known yet, else of
// arguments.
using AddTests = std::function<void(const KnownWords&, ReachedTests&)>;
using VisitCall = std::function<void(const Words&, const Cut&)>;

// The reason when there are too many calls, or a filter does what cannot be followed; what was
// visited until then is not all.
std::optional<std::string> for_every_call(std::span<const Program* const> programs,
                                          const AddTests& add, const VisitCall& visit);

}  // namespace sbxc::bpf
