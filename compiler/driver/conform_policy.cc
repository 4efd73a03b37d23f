// A policy is resolved once, for a stage that is nowhere: the places of every stage are translated
// to those of this one before the policy is asked.
#include "compiler/driver/conform_policy.h"

#include <array>
#include <climits>
#include <cstdlib>
#include <memory>
#include <utility>

#include "compiler/driver/files.h"
#include "compiler/driver/this_system.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {

std::string stage_root() {
  std::array<char, PATH_MAX> canonical{};
  const char* base = realpath("/var/tmp", canonical.data());
  return std::string(base == nullptr ? "/var/tmp" : base) + "/sbxc-conform/stage";
}

namespace {

std::array<std::pair<std::string, std::string>, 4> places() {
  const std::string root = stage_root();
  return {{{"$home", root + "/home"},
           {"$work", root + "/home/work"},
           {"$outside", root + "/outside"},
           {"$tmp", root + "/tmp"}}};
}

// `$home/work/a` and `$work/a` are one: both become the model's path.
std::string on_the_model(const std::string& target) {
  for (const auto& [name, path] : places()) {
    const bool is =
        target.starts_with(name) && (target.size() == name.size() || target[name.size()] == '/');
    if (is) return path + target.substr(name.size());
  }
  return target;
}

}  // namespace

Loaded load_for_stages(const PolicyOptions& options) {
  PolicyOptions there = options;
  for (const auto& [name, path] : places()) {
    if (name == "$outside") continue;
    there.defines.push_back((name == "$work" ? "cwd" : name.substr(1)) + "=" + path);
  }
  if (!options.path.empty()) return load_policy(there);
  Loaded like;
  like.resolve.surroundings = surroundings_here();
  like.resolve.surroundings.cwd = on_the_model("$work");
  like.resolve.surroundings.home = on_the_model("$home");
  like.resolve.surroundings.tmp = on_the_model("$tmp");
  like.resolve.start_directory = like.resolve.surroundings.cwd;
  like.resolve.read_file = read_file;
  return reload({"-", {}}, like, std::string(kUsualPolicy));
}

conform::Allowed answers_of(const Loaded& loaded) {
  return [&loaded](const std::string& request) {
    const size_t space = request.find(' ');
    const auto operation = operation_named(request.substr(0, space));
    if (!operation || space == std::string::npos) return false;
    const std::string target = on_the_model(request.substr(space + 1));
    // Names of files may hold what requests in a text may not.
    if (target.starts_with('/') && *operation != Operation::socket) {
      return decide(*loaded.policy, kThisSystem, {*operation, target}).verdict == Effect::allow;
    }
    const auto parsed = parse_request(*operation, target, loaded.resolve.surroundings);
    return parsed && decide(*loaded.policy, kThisSystem, *parsed).verdict == Effect::allow;
  };
}

}  // namespace sbxc::driver
