// Waits while the command runs: for pid 1's messages, bubblewrap's complaints, signals, time, the
// bytes that are copied, and what the broker reports.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"
#include "runtime/init/orders.h"
#include "runtime/launch/companion.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/network_process.h"
#include "runtime/launch/pumping.h"
#include "runtime/launch/start.h"

namespace sbxc::launch {

struct Companions {
  Companion broker;
  Companion network;
};

class Supervisor {
 public:
  // `signals` is a signalfd of those that blocked_signals() holds.
  Supervisor(const Launch& order, Companions companions, Started started, Descriptor signals);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  Result<int> wait();

 private:
  using Clock = std::chrono::steady_clock;

  void take_messages();
  void take(const init::Message& message, Descriptor descriptor, pid_t sender);
  void take_complaints();
  void take_told();
  void take_reports(Companion& from, const std::function<bool(std::string_view)>& record);
  void take_signal();
  void companion_ended(Companion& companion, const char* name, int status);
  void pass_on(int signal);
  void keep(int signal);
  void pass_on_early();
  void end_early();
  void end_in_time();
  int milliseconds_left() const;
  bool sandbox_is_gone() const { return started_.keeper.process() < 0; }
  bool over() const;
  Result<int> verdict();

  const Launch& order_;
  Companion broker_;
  Companion network_;
  Started started_;
  NetworkStart network_start_;
  std::vector<Pumping> pumps_;
  Descriptor signals_;
  Descriptor command_;  // a pidfd
  pid_t command_process_ = -1;
  std::string complaints_;
  bool executing_ = false;
  std::optional<Failure> lost_;  // what the command could not do without
  bool not_recorded_ = false;
  bool timed_out_ = false;
  std::vector<init::Message> last_;                         // `ended` or `failed`
  Clock::time_point time_over_ = Clock::time_point::max();  // the order's limit
  Clock::time_point deadline_ = Clock::time_point::max();
  bool asked_to_end_ = false;
  std::vector<int> early_;  // signals that came before the command was executing
  int asked_early_ = 0;     // the first of them that ends
  bool ended_early_ = false;
};

sigset_t blocked_signals();

}  // namespace sbxc::launch
