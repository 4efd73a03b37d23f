#include "compiler/driver/plan_cover_linux.h"

#include "backends/bwrap/file_system_view.h"

namespace sbxc::driver {
namespace {

bool mounts_something(const bwrap::Step& step) {
  return step.kind != bwrap::StepKind::permissions && step.kind != bwrap::StepKind::read_only;
}

}  // namespace

const bwrap::Step* last_covering(const bwrap::BwrapPlan& plan, const std::string& path) {
  const bwrap::Step* last = nullptr;
  for (const bwrap::Step& step : plan.steps) {
    if (mounts_something(step) && bwrap::is_below(path, step.target)) last = &step;
  }
  return last;
}

}  // namespace sbxc::driver
