#include "conformance/suite/lasting_stage.h"

#include <fmt/core.h>

#include <algorithm>

#include "conformance/suite/tree_removal.h"

namespace sbxc::conform {

LastingStage::LastingStage(std::string directory, const Stage::Making& making)
    : directory_(std::move(directory)), making_(making) {
  go_on(false);
}

Result<bool> LastingStage::get_ready() {
  if (stands_) {
    if (auto begun = stage_->begin_anew(); !begun) return begun;
  } else {
    if (auto built = stage_->build(making_); !built) return built;
    stage_->keep();
    stands_ = true;
  }
  stage_->remember();
  made_ = stage_->before();
  return true;
}

void LastingStage::leave(bool told) {
  if (!stands_) return;
  stands_ = !told && stage_->tidy() && is_untouched(made_, stage_->after());
  if (!stands_) put_aside();
}

// Removed with everything else at the end: ext4 looks, for each file that is made, through all that
// were removed in the last minutes, so a run that removed as it went would slow down more and more.
// What is large goes at once.
void LastingStage::put_aside() const { remove_tree(stage_->program()); }

void LastingStage::go_on(bool stands) {
  stands_ = stands;
  if (stands) return;
  stage_.reset();
  stage_.emplace(Stage::planned(fmt::format("{}-{}", directory_, ++number_), making_));
}

bool tells_a_secret(const Stage& stage, const Conduct& conduct) {
  const auto& secrets = stage.secrets();
  return std::any_of(secrets.begin(), secrets.end(), [&](const auto& each) {
    return conduct.out.find(each.second) != std::string::npos ||
           conduct.error.find(each.second) != std::string::npos ||
           conduct.elsewhere.find(each.second) != std::string::npos;
  });
}

}  // namespace sbxc::conform
