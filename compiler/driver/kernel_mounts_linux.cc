#include "compiler/driver/kernel_mounts_linux.h"

#include <mntent.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

#include "backends/bwrap/file_system_view.h"
#include "compiler/driver/plan_cover_linux.h"

namespace sbxc::driver {
namespace {

constexpr auto kOfTheKernel = std::to_array<std::string_view>(
    {"proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs", "bpf",
     "efivarfs", "pstore", "binfmt_misc", "fusectl", "resctrl", "selinuxfs", "smackfs"});

bool is_of_the_kernel(std::string_view type) {
  return std::ranges::find(kOfTheKernel, type) != kOfTheKernel.end();
}

// Where the path of outside lies inside, if it is writable there; else empty.
std::string writable_place(const bwrap::BwrapPlan& plan, const std::string& path) {
  for (const bwrap::Step& step : plan.steps) {
    if (step.kind != bwrap::StepKind::bind || !bwrap::is_below(path, step.source)) continue;
    std::string inside = step.target == "/" ? path : step.target + path.substr(step.source.size());
    if (last_covering(plan, inside) == &step) return inside;
  }
  return {};
}

}  // namespace

std::vector<std::string> writable_kernel_mounts(const bwrap::BwrapPlan& plan) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> table(setmntent("/proc/self/mounts", "re"),
                                                              &endmntent);
  std::vector<std::string> places;
  if (table == nullptr) return places;
  std::array<char, 16384> text{};
  mntent entry{};
  while (getmntent_r(table.get(), &entry, text.data(), static_cast<int>(text.size())) != nullptr) {
    const std::string path = entry.mnt_dir;
    if (!is_of_the_kernel(entry.mnt_type) || bwrap::is_below(path, "/proc") ||
        bwrap::is_below(path, "/sys")) {
      continue;
    }
    std::string place = writable_place(plan, path);
    const bool known = std::ranges::find(places, place) != places.end();
    if (!place.empty() && !known) places.push_back(std::move(place));
  }
  return places;
}

}  // namespace sbxc::driver
