// How gtest calls a test of each account.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "conformance/account.h"

namespace sbxc::conformance {

inline std::string name_of_account(const ::testing::TestParamInfo<Account>& param) {
  return param.param.name == "root" ? "root" : "ordinary_user";
}

}  // namespace sbxc::conformance
