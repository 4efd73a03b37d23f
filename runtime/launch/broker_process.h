// The broker as a process of its own: started before the sandbox, so that what it has to prepare is
// done while bubblewrap mounts, and given the listener when there is one. It ends with this process
// or when nobody is left to ask it.
#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

class BrokerProcess {
 public:
  // Nothing is started when the order names no broker.
  static Result<BrokerProcess> start(const Launch& order);
  BrokerProcess(BrokerProcess&& other) noexcept;
  BrokerProcess& operator=(BrokerProcess&&) = delete;
  ~BrokerProcess();

  // `process`: pid 1 of the sandbox, as this process table numbers it.
  void hand_over(Descriptor listener, pid_t process);

  // There will be no listener, or no other: a broker that still waits for one ends.
  void expect_nothing() { socket_.reset(); }

  pid_t process() const { return process_; }
  void forget() { process_ = -1; }  // it was waited for
  Descriptor& reports() { return reports_; }
  // What it said on its standard error; to be asked when it has ended.
  std::string complaint() const;
  bool reports_end() const { return !reports_; }

 private:
  BrokerProcess() = default;

  pid_t process_ = -1;
  Descriptor socket_;
  Descriptor reports_;
  Descriptor complaints_;
};

}  // namespace sbxc::launch
