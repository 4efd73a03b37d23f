// Standard output and error as the commands use them: every byte is accounted for, so that a full
// disk or a closed pipe never ends in status 0.
#pragma once

#include <string_view>

#include "compiler/diag/render.h"

namespace sbxc::driver {

class Console {
 public:
  explicit Console(std::string_view color);  // auto, always, never

  void out(std::string_view text);
  void err(std::string_view text);
  RenderOptions render_options() const { return {.color = color_}; }
  // Flushes; false when standard output did not take everything.
  bool finish();

 private:
  bool color_;
  bool failed_ = false;
};

}  // namespace sbxc::driver
