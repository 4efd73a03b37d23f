#include "compiler/driver/own_files_linux.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "compiler/driver/plan_cover_linux.h"
#include "runtime/dns/files.h"

namespace sbxc::driver {
namespace {

bool is_of_this_machine(const bwrap::Step* step) {
  return step != nullptr &&
         (step->kind == bwrap::StepKind::bind || step->kind == bwrap::StepKind::ro_bind ||
          step->kind == bwrap::StepKind::dev_bind);
}

// Where the file that is opened as `path` inside lies there; empty: it has no place.
std::string place_of(const bwrap::BwrapPlan& plan, const std::string& path) {
  const bwrap::Step* step = last_covering(plan, path);
  const bool link = step != nullptr && step->kind == bwrap::StepKind::link;
  if (!link && !is_of_this_machine(step)) return path;
  const std::string outside = link ? path : step->source + path.substr(step->target.size());
  char canonical[PATH_MAX];
  if (realpath(outside.c_str(), canonical) == nullptr) return {};
  if (outside == canonical) return path;
  // A link out of what is mounted: there is a place for its target if it can be made, or is there.
  const std::string target = canonical;
  const bwrap::Step* behind = last_covering(plan, target);
  if (!is_of_this_machine(behind) || behind->source == behind->target) return target;
  return {};
}

}  // namespace

std::vector<launch::OwnFile> own_files(const bwrap::BwrapPlan& plan) {
  const bool v6 = access("/proc/sys/net/ipv6", F_OK) == 0;
  std::vector<launch::OwnFile> files;
  const auto add = [&](const char* path, std::string text) {
    std::string place = place_of(plan, path);
    if (!place.empty()) files.push_back({std::move(place), std::move(text)});
  };
  add("/etc/hosts", dns::hosts(plan.hostname, v6));
  add("/etc/resolv.conf", std::string(dns::resolv_conf()));
  add("/etc/nsswitch.conf", std::string(dns::nsswitch_conf()));
  return files;
}

}  // namespace sbxc::driver
