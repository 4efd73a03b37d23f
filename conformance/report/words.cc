#include "conformance/report/words.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::conform {

std::string counted(size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string counted(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string seconds(Milliseconds time) {
  return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000.0);
}

std::string printable_lines(std::string_view bytes) {
  std::string out;
  for (size_t begin = 0; begin < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    out += printable(bytes.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out;
}

std::string account_words(const Account& account) {
  if (account.uid == 0) return "root";
  if (account.name.empty()) return fmt::format("uid {}", account.uid);
  return fmt::format("uid {} ({})", account.uid, printable(account.name));
}

std::string_view demand_on(const Probe& probe) {
  return probe.must_work ? "must be allowed" : "must be denied";
}

std::string sandbox_words(const Sandbox& sandbox) {
  const std::string name = printable(sandbox.name);
  const std::string version = printable(sandbox.version);
  // Many a program says its name with its version.
  if (version.starts_with(name + " ")) return version;
  return version.empty() ? name : name + " " + version;
}

std::string subject_of(const Run& run) {
  const std::string sandbox = sandbox_words(run.sandbox);
  return run.policy.empty() ? sandbox : sandbox + " under " + printable(run.policy);
}

std::string machine_of(const Run& run) {
  const std::string as = "as " + account_words(run.account);
  if (run.model.empty()) return fmt::format("{}, {}", printable(run.kernel), as);
  return fmt::format("{}, decided by a model of {}, {}", printable(run.kernel),
                     printable(run.model), as);
}

}  // namespace sbxc::conform
