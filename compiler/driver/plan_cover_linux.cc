#include "compiler/driver/plan_cover_linux.h"

namespace sbxc::driver {
namespace {

bool mounts_something(const bwrap::Step& step) {
  return step.kind != bwrap::StepKind::permissions && step.kind != bwrap::StepKind::read_only;
}

}  // namespace

bool covers(const std::string& directory, const std::string& path) {
  if (directory == "/" || directory == path) return true;
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

const bwrap::Step* last_covering(const bwrap::BwrapPlan& plan, const std::string& path) {
  const bwrap::Step* last = nullptr;
  for (const bwrap::Step& step : plan.steps) {
    if (mounts_something(step) && covers(step.target, path)) last = &step;
  }
  return last;
}

}  // namespace sbxc::driver
