// For tests: a proxy that serves in a thread of the test, by a policy in a line a rule, with
// loopback servers as its outside and made-up names.
#pragma once

#include <fcntl.h>

#include <atomic>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backends/proxy/proxy.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/egress/egress.h"
#include "runtime/egress/peers_for_test.h"
#include "runtime/egress/report.h"

namespace sbxc::egress {

inline Table table_of(std::initializer_list<std::string_view> rules) {
  const Lowered lowered = lower_proxy(terse_policy(rules), Os::linux, Sources());
  std::string error;
  Table table = view_table(lowered.artifacts.at(0).bytes, error);
  EXPECT_TRUE(table) << error;
  return table;
}

class RunningProxy {
 public:
  using Change = std::function<void(Options&)>;
  explicit RunningProxy(std::initializer_list<std::string_view> rules, const Change& change = {}) {
    options_.table = table_of(rules);
    options_.metrics = &metrics;
    options_.resolve = [this](const std::string& name) { return resolve(name); };
    options_.say = [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      said_ += std::string(line) + "\n";
    };
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    stop_.reset(ends[1]);
    options_.stop = ends[0];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    reports_.reset(ends[0]);
    reports_in_.reset(ends[1]);
    options_.reports = ends[1];
    Server front;
    port = front.port();
    options_.listeners.push_back({ListenerKind::proxy, front.release(), port});
    if (change) change(options_);
    thread_ = std::thread([this] { status_ = serve(std::move(options_)); });
  }
  ~RunningProxy() { stop(); }
  RunningProxy(const RunningProxy&) = delete;
  RunningProxy& operator=(const RunningProxy&) = delete;

  void begin_to_stop() { stop_.reset(); }
  void stop() {
    begin_to_stop();
    if (thread_.joinable()) thread_.join();
    reports_in_.reset();
  }
  int status() const { return status_; }

  // What names resolve to; others do not exist.
  void name(const std::string& name, std::vector<IpAddress> addresses) {
    const std::lock_guard lock(mutex_);
    names_[name] = std::move(addresses);
  }
  std::vector<std::string> resolved() {
    const std::lock_guard lock(mutex_);
    return resolved_;
  }
  std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

  Peer client() const { return Peer::connect(loopback(port)); }
  // A client that said CONNECT; `answer` is the status line and head.
  Peer tunnel(const std::string& authority, std::string* answer = nullptr) const {
    Peer peer = client();
    peer.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    const std::string head = peer.receive_until("\r\n\r\n");
    if (answer != nullptr) {
      *answer = head;
    } else {
      EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head << peer.receive_all();
    }
    return peer;
  }

  // Stops, and gives what was reported.
  std::vector<Report> reports() {
    stop();
    std::string bytes;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(reports_.get(), buffer, sizeof buffer)) > 0;) {
      bytes.append(buffer, static_cast<size_t>(got));
    }
    std::vector<Report> out;
    std::string_view left = bytes;
    bool damaged = false;
    while (auto report = decode(left, damaged)) out.push_back(*report);
    EXPECT_FALSE(damaged);
    EXPECT_TRUE(left.empty());
    return out;
  }

  uint16_t port = 0;
  Metrics metrics;

 private:
  Resolved resolve(const std::string& name) {
    const std::lock_guard lock(mutex_);
    resolved_.push_back(name);
    const auto it = names_.find(name);
    if (it == names_.end()) return {.error = -2, .addresses = {}};
    return {.error = 0, .addresses = it->second};
  }

  Options options_;
  Descriptor stop_;
  Descriptor reports_;
  Descriptor reports_in_;
  std::mutex mutex_;
  std::map<std::string, std::vector<IpAddress>> names_;
  std::vector<std::string> resolved_;
  std::string said_;
  std::thread thread_;
  std::atomic<int> status_ = -1;
};

// `allow connect 127.0.0.1:PORT`
inline std::string allow_port(uint16_t port) {
  return "allow connect 127.0.0.1:" + std::to_string(port);
}

}  // namespace sbxc::egress
