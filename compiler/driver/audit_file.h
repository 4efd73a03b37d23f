// The file of `--audit`: one JSON object a line, appended as things happen. A file that does not
// take a line is a failure that whoever writes has to act on: nothing goes unrecorded.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"
#include "runtime/descriptor/descriptor.h"

namespace sbxc::driver {

class AuditFile {
 public:
  // Opens the file to append to; one that a command could write to through a link is refused.
  Result<bool> open(const std::string& path);
  bool is_open() const { return file_.is_open(); }

  // False, and failure() says why, when the file does not take all of it. Not open: true.
  bool write(std::string_view lines);
  const std::string& failure() const { return failure_; }

 private:
  Descriptor file_;
  std::string path_;
  std::string failure_;
};

// UTC, to the millisecond.
std::string audit_time();

// One line with its end; bytes that are not UTF-8 are replaced.
std::string audit_line(const nlohmann::ordered_json& json);

}  // namespace sbxc::driver
