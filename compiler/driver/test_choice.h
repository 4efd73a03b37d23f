// Which tests `sbxc test --run` chooses: those whose name holds a match of a regular expression
// (POSIX, extended).
#pragma once

#include <memory>
#include <string>

#include "compiler/diag/diagnostic.h"

namespace sbxc::driver {

class TestChoice {
 public:
  // All tests, where the expression is empty.
  static Result<TestChoice> of(const std::string& expression);

  bool takes(const std::string& name) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace sbxc::driver
