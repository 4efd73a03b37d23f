// A command behind the real filter, served by the real broker, in namespaces of its own. A test
// gives a policy and what the command does; it gets what the command said, and the reports.
//
// As the command may run: as root without capabilities, or as user 65534 in a user namespace.
#pragma once

#include <errno.h>
#include <string.h>

#include <functional>
#include <string>
#include <vector>

#include "runtime/broker/broker.h"
#include "runtime/broker/notify_filter.h"
#include "runtime/broker/report.h"
#include "runtime/broker/table_judge.h"

namespace sbxc::broker {

enum class As { root, user };

struct Ran {
  std::string said;  // what the command returned
  int status = -1;   // of waitpid()
  std::vector<Report> reports{};
  int broker_status = -1;  // of waitpid()
};

class Sandbox {
 public:
  // Statements in which $w is the directory.
  explicit Sandbox(std::vector<std::string> rules, As as = As::root);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // A fresh directory that belongs to the command's user; it is also where the command starts.
  const std::string& directory() const { return directory_; }
  std::string in(const std::string& name) const { return directory_ + "/" + name; }
  // From outside, as the command's user.
  void make_file(const std::string& name, const std::string& text = "original") const;
  void make_directory(const std::string& name) const;
  void make_link(const std::string& text, const std::string& name) const;
  std::string text_of(const std::string& name) const;
  bool exists(const std::string& name) const;

  bool filtered = true;    // false: the command runs bare, for comparison
  bool namespaces = true;  // false: it sees the machine's process table and mounts
  NotifyOptions options{};
  TableJudge::Sockets sockets{};  // none
  // Runs in the broker's process before it serves; for tests that kill or limit it.
  std::function<void()> in_broker{};

  Ran run(const std::function<std::string()>& command);

 private:
  void belongs_to_the_user(const std::string& path) const;

  As as_;
  std::string directory_;
  std::vector<uint64_t> words_;
  path_table::PathTable table_;
};

// In the order of the list.
inline std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

// `ok` or the errno's name.
inline std::string outcome(long result) { return result >= 0 ? "ok" : strerrorname_np(errno); }

}  // namespace sbxc::broker
