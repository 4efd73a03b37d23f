// Runs a proxy to its end: the engine in a thread of its own; here, in the thread that runs it,
// signals, changed files, refused connections and readers of metrics.
//
//   SIGHUP, a changed file   a new table and new tokens, taken as a whole; with one that is bad
//                            all of the old stays
//   SIGTERM, SIGINT          nobody is let in any more; open connections have the drain time; the
//                            second time they end at once
//   an audit file that takes no record   the end, at once
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "compiler/driver/audit_file.h"
#include "compiler/driver/connection_denials.h"
#include "compiler/driver/console.h"
#include "compiler/driver/exit_codes.h"
#include "compiler/driver/proxy_counts.h"
#include "compiler/driver/proxy_places.h"
#include "compiler/driver/proxy_table.h"
#include "compiler/driver/text_server.h"

namespace sbxc::driver {

struct ProxySetup {
  egress::Options engine{};  // without listeners, table and what ProxyServer itself fills in
  std::vector<Listening> places;
  std::optional<Listening> metrics{};
  egress::Table table{};
  AuditFile* audit = nullptr;
};

class ProxyServer {
 public:
  // All must outlive it.
  ProxyServer(const ProxyOptions& options, ProxySetup& setup, TableSource& source,
              Console& console);
  ~ProxyServer();
  ProxyServer(const ProxyServer&) = delete;
  ProxyServer& operator=(const ProxyServer&) = delete;

  Exit run();

 private:
  using Clock = std::chrono::steady_clock;

  bool open_pipes();
  void start_engine();
  void wait();
  void take_signals();
  void take_reports();
  void reload(std::string_view why);
  void refuse_reload(const std::string& why, std::string_view stays);
  void begin_to_end();
  void fail(const std::string& message);
  void note(std::string_view line);
  bool record(const nlohmann::ordered_json& json);
  int milliseconds_left() const;

  const ProxyOptions& options_;
  ProxySetup& setup_;
  TableSource& source_;
  Console& console_;
  ProxyCounts counts_;
  ConnectionDenials denials_;
  std::optional<TextServer> metrics_;

  Descriptor reports_;  // what the engine tells
  Descriptor reports_in_;
  Descriptor reload_in_;  // what it is told
  Descriptor reload_out_;
  Descriptor stop_in_;
  Descriptor stop_out_;
  Descriptor drain_in_;
  Descriptor drain_out_;
  Descriptor ended_;  // closed at the other end when the engine has ended
  std::thread engine_;
  int engine_status_ = 0;

  std::mutex table_mutex_;
  // By table_mutex_:
  egress::Table in_force_;
  std::optional<egress::Table> next_;
  std::optional<std::vector<egress::Client>> next_clients_;

  Clock::time_point next_look_ = Clock::now();
  Clock::time_point deadline_ = Clock::time_point::max();  // of draining
  bool ending_ = false;
  bool stopped_ = false;
  std::string failure_;
};

}  // namespace sbxc::driver
