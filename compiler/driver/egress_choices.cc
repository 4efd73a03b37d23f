#include "compiler/driver/egress_choices.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "compiler/driver/proxy_secrets.h"

namespace sbxc::driver {
namespace {

bool is_program(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

std::string in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string_view left = path != nullptr ? path : "/usr/bin:/bin";
  while (!left.empty()) {
    const size_t end = std::min(left.find(':'), left.size());
    const std::string candidate = std::string(left.substr(0, end)) + "/" + name;
    left.remove_prefix(std::min(end + 1, left.size()));
    if (candidate.starts_with('/') && is_program(candidate)) return candidate;
  }
  return {};
}

}  // namespace

launch::Result<egress::Upstream> upstream_of(const EgressOptions& options) {
  if (options.upstream.empty()) {
    if (options.upstream_auth_file.empty()) return egress::Upstream{};
    return tl::unexpected(
        launch::Failure{.message = "--upstream-auth-file is for a proxy that is not named",
                        .help = "add --upstream http://HOST:PORT"});
  }
  auto upstream = parse_upstream(options.upstream);
  if (!upstream || options.upstream_auth_file.empty()) return upstream;
  auto credentials = read_credentials(options.upstream_auth_file);
  if (!credentials) return tl::unexpected(std::move(credentials.error()));
  upstream->credentials = std::move(*credentials);
  return upstream;
}

launch::Result<std::string> ask_program_of(const EgressOptions& options) {
  const std::string& given = options.ask_command;
  if (given.empty()) return std::string();
  const bool is_name = given.find('/') == std::string::npos;
  const std::string found = is_name ? in_path(given) : given;
  char canonical[PATH_MAX];
  if (!found.empty() && is_program(found) && realpath(found.c_str(), canonical) != nullptr) {
    return std::string(canonical);
  }
  return tl::unexpected(launch::Failure{.message = fmt::format("`{}` is no program to ask", given),
                                        .help = "name an executable file; it gets no arguments"});
}

}  // namespace sbxc::driver
