// Why the suite could not do something: for a person, and never a verdict about a sandbox.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

struct Fault {
  std::string message;  // lower case, no full stop
  std::string help{};
  std::optional<Place> at{};
};

template <typename T>
using Result = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fault(std::string message, std::string help = {}) {
  return tl::unexpected(Fault{std::move(message), std::move(help), {}});
}

// `message: strerror(error)`.
Fault system_fault(const std::string& message, int error);
// `probes/file_reads.toml:12: message`, and the help on a line of its own.
std::string in_words(const Fault& fault);

}  // namespace sbxc::conform
