// From a file name to a typed policy: reads files, follows `use`, fills in variables, parses
// patterns. The file system is reached through FileReader alone, so that tests and the fuzzer need
// no disk.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

inline constexpr size_t kMaxPolicyBytes = 4U << 20;  // one policy file
inline constexpr size_t kMaxUseDepth = 16;
inline constexpr size_t kMaxUseFiles = 256;

// Built-in variables of the machine a policy is compiled for; absolute canonical paths but `user`.
struct Surroundings {
  std::string cwd;
  std::string home;
  std::string tmp;
  std::string user;
  std::map<std::string, std::string> environment{};  // for `$SSH_AUTH_SOCK` and the like
};

struct ResolveOptions {
  Surroundings surroundings;
  // Where sbxc runs: what relative names of files start from, and so $policy_dir. Empty: $cwd,
  // which -D may set to another place.
  std::string start_directory{};
  std::map<std::string, std::string> defines;  // -D name=value
  // Reads a whole file of at most `limit` bytes; the error's message is one line.
  std::function<Result<std::string>(const std::string& path, size_t limit)> read_file;
};

// Nothing is returned when an error was reported. Warnings may be reported either way. `path` is
// as the user wrote it ("-" never gets here: the caller reads standard input and uses
// resolve_text). Sources gains every file read.
std::optional<Policy> resolve_file(const std::string& path, const ResolveOptions& options,
                                   Sources& sources, Diagnostics& diagnostics);
std::optional<Policy> resolve_text(std::string name, std::string text, const std::string& directory,
                                   const ResolveOptions& options, Sources& sources,
                                   Diagnostics& diagnostics);

// A request as a person types it (`~/.ssh/id_rsa`, `www.npmjs.org:443`, `openat`).
Result<Request> parse_request(Operation operation, std::string_view text,
                              const Surroundings& surroundings);
// A pattern as a person types it for `query`: `~/.ssh/**`, `*.npmjs.org`.
Result<Pattern> parse_question_pattern(Operation operation, std::string_view text,
                                       const Surroundings& surroundings);

}  // namespace sbxc
