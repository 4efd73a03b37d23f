// What every system has; machine_linux.cc and machine_macos.cc have the features.
#include "conformance/suite/machine.h"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "conformance/suite/machine_features.h"

namespace sbxc::conform {

namespace {

utsname names() {
  utsname names{};
  uname(&names);
  return names;
}

bool has_program(const std::string& name) {
  const char* variable = std::getenv("PATH");
  const std::string path = variable == nullptr ? "/usr/bin:/bin" : variable;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find(':', at), path.size());
    const std::string file = path.substr(at, end - at) + "/" + name;
    if (end > at && access(file.c_str(), X_OK) == 0) return true;
    at = end + 1;
  }
  return false;
}

// `program:git` without the beginning; empty where it has another.
std::string_view rest_of(const std::string& need, std::string_view kind) {
  return need.starts_with(kind) ? std::string_view(need).substr(kind.size()) : std::string_view();
}

}  // namespace

std::string this_system() {
#ifdef __APPLE__
  return "macos";
#else
  return "linux";
#endif
}

std::string this_kernel() {
  const utsname here = names();
  return fmt::format("{} {} {}", here.sysname, here.release, here.machine);
}

Account this_account() {
  const passwd* account = getpwuid(getuid());
  return {getuid(), account == nullptr ? "" : account->pw_name};
}

// Found out once; a process that is forked afterwards knows it too.
const std::vector<Feature>& features_here() {
  static const std::vector<Feature> found = [] {
    std::vector<Feature> all;
    for (const FeatureRow& row : feature_rows()) all.push_back(row.look());
    return all;
  }();
  return found;
}

bool is_need(const std::string& need) {
  if (need == "root" || need == "user") return true;
  if (!rest_of(need, "program:").empty() || !rest_of(need, "arch:").empty()) return true;
  const std::string_view name = rest_of(need, "feature:");
  return std::find(kFeatureNames.begin(), kFeatureNames.end(), name) != kFeatureNames.end();
}

std::string missing_need(const std::string& need) {
  if (need == "root") return getuid() == 0 ? "" : "it needs root";
  if (need == "user") return getuid() != 0 ? "" : "it needs an ordinary user";
  if (const auto name = rest_of(need, "program:"); !name.empty()) {
    return has_program(std::string(name)) ? "" : fmt::format("there is no program `{}`", name);
  }
  if (const auto name = rest_of(need, "arch:"); !name.empty()) {
    const utsname here = names();
    return here.machine == name ? "" : fmt::format("it needs {}; this is {}", name, here.machine);
  }
  const std::string_view name = rest_of(need, "feature:");
  for (const Feature& feature : features_here()) {
    if (feature.name != name) continue;
    if (feature.value != "no") return {};
    return fmt::format("this machine has no {}: {}", name, feature.evidence);
  }
  return fmt::format("nothing is known of `{}` on this system", need);
}

}  // namespace sbxc::conform
