// A command under an emitted script, as one account.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "backends/bwrap/stage_for_test.h"

namespace sbxc::bwrap {

class BwrapScript : public ::testing::TestWithParam<Account> {
 protected:
  Stage stage_{GetParam()};
  std::string work_ = stage_.at("work");

  bool reads(const std::string& path) const {
    return stage_.run({"/bin/cat", "--", path}).status == 0;
  }
  bool writes(const std::string& path) const {
    return stage_.run({"/bin/sh", "-c", "echo changed >>\"$1\"", "sh", path}).status == 0;
  }
  bool lists(const std::string& path) const {
    return stage_.run({"/bin/ls", "--", path}).status == 0;
  }
};

}  // namespace sbxc::bwrap
