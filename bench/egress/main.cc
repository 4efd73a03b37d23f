// What a connection through the egress proxy costs, beside tinyproxy (CONNECT) and haproxy (which
// passes TCP on and knows of no names): processor time for a new tunnel, time for a message on an
// open one, bulk, and memory of an idle one. Proxies run one after the other in each round, so that
// what else happens on the machine meets all of them; medians of the rounds are printed.
//
//   egress_costs [ROUNDS]      needs `tinyproxy` and `haproxy` in PATH or /usr/sbin
//
// The proxy has one processor, the client and the server the other; messages are timed with all
// three on one, for waking another one up costs more than any proxy.
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "backends/proxy/proxy.h"
#include "bench/egress/origin.h"
#include "bench/egress/peer.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/egress/egress.h"

namespace {

using namespace sbxc::bench;

constexpr int kTunnels = 4000;
constexpr int kClients = 4;
constexpr int kPings = 5000;
constexpr int kIdle = 1000;
constexpr size_t kBulk = size_t{1} << 30;

struct Proxy {
  std::string name;
  bool speaks_connect = true;
  pid_t process = -1;
  uint16_t port = 0;
};

void pin(pid_t process, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  sched_setaffinity(process, sizeof set, &set);
}

pid_t fork_for_this_run() {
  const pid_t child = fork();
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

std::vector<std::string> made_files;

std::string write_file(const std::string& text) {
  std::string path = "/tmp/egress_costs.XXXXXX";
  const int descriptor = mkstemp(path.data());
  if (descriptor >= 0) close(descriptor);
  std::ofstream(path) << text;
  made_files.push_back(path);
  return path;
}

pid_t run_program(std::vector<std::string> words) {
  const pid_t child = fork_for_this_run();
  if (child != 0) return child;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

Proxy start_ours(uint16_t origin) {
  uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  const pid_t child = fork_for_this_run();
  if (child == 0) {
    using namespace sbxc;
    std::string error;
    egress::Options options;
    options.table = egress::view_table(
        lower_proxy(terse_policy({"allow connect 127.0.0.1:" + std::to_string(origin)}), Os::linux,
                    Sources())
            .artifacts.at(0)
            .bytes,
        error);
    options.listeners.push_back({egress::ListenerKind::proxy, listener, port});
    _exit(egress::serve(std::move(options)));
  }
  close(listener);
  return {"sbxc", true, child, port};
}

Proxy start_tinyproxy() {
  const uint16_t port = free_port();
  const std::string file = write_file("Port " + std::to_string(port) +
                                      "\nListen 127.0.0.1\nTimeout 600\nMaxClients 5000\n"
                                      "LogLevel Critical\nLogFile \"" +
                                      write_file("") + "\"\n");
  return {"tinyproxy", true, run_program({"tinyproxy", "-d", "-c", file}), port};
}

Proxy start_haproxy(uint16_t origin) {
  const uint16_t port = free_port();
  const std::string file = write_file(
      "global\n  nbthread 1\n  maxconn 5000\ndefaults\n  mode tcp\n  timeout connect 5s\n"
      "  timeout client 600s\n  timeout server 600s\nlisten relay\n  bind 127.0.0.1:" +
      std::to_string(port) + "\n  server origin 127.0.0.1:" + std::to_string(origin) + "\n");
  return {"haproxy", false, run_program({"haproxy", "-db", "-q", "-f", file}), port};
}

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Kilobytes: its share of what is resident (`Pss`), or all of that (`Rss`).
double memory(pid_t process, const std::string& which) {
  std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
  std::string word;
  double kilobytes = 0;
  while (file >> word) {
    if (word == which + ":") file >> kilobytes;
  }
  return kilobytes;
}

Peer open_tunnel(const Proxy& proxy, uint16_t origin) {
  Peer peer(proxy.port);
  if (proxy.speaks_connect) {
    const std::string authority = "127.0.0.1:" + std::to_string(origin);
    peer.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    if (!peer.read_until("\r\n\r\n").starts_with("HTTP/1.")) fail("no answer to CONNECT");
  }
  return peer;
}

using Figures = std::map<std::string, std::vector<double>>;

void time_tunnels(const Proxy& proxy, uint16_t origin, Figures& out) {
  const double cpu = cpu_seconds(proxy.process);
  const double begin = now();
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < kTunnels / kClients; ++n) {
        Peer peer = open_tunnel(proxy, origin);
        peer.send("GET");
        if (peer.read(kAnswer) != kAnswer) fail("a short answer");
      }
    });
  }
  for (std::thread& client : clients) client.join();
  out["tunnels a second"].push_back(kTunnels / (now() - begin));
  usleep(50'000);  // for those that are still ending
  out["processor time for a tunnel, us"].push_back((cpu_seconds(proxy.process) - cpu) * 1e6 /
                                                   kTunnels);
}

void time_messages(const Proxy& proxy, uint16_t origin, pid_t server, Figures& out) {
  pin(server, 0);
  pin(0, 0);
  Peer peer = open_tunnel(proxy, origin);
  std::vector<double> times;
  const double cpu = cpu_seconds(proxy.process);
  for (int i = 0; i < kPings; ++i) {
    const double begin = now();
    peer.send("p");
    if (peer.read(1) != 1) fail("no echo");
    times.push_back((now() - begin) * 1e6);
  }
  out["processor time for a message there and back, us"].push_back(
      (cpu_seconds(proxy.process) - cpu) * 1e6 / kPings);
  pin(server, 1);
  pin(0, 1);
  std::sort(times.begin(), times.end());
  out["message there and back, median, us"].push_back(times[times.size() / 2]);
  out["message there and back, slowest of 1000, us"].push_back(times[times.size() * 999 / 1000]);
}

void time_bulk(const Proxy& proxy, uint16_t origin, Figures& out) {
  Peer peer = open_tunnel(proxy, origin);
  const double cpu = cpu_seconds(proxy.process);
  const double begin = now();
  peer.send("b");
  if (peer.read(kBulk) != kBulk) fail("bulk ended early");
  out["bulk, MB/s"].push_back(static_cast<double>(kBulk) / 1e6 / (now() - begin));
  out["processor time for a GB, ms"].push_back((cpu_seconds(proxy.process) - cpu) * 1e3 * 1e9 /
                                               static_cast<double>(kBulk));
}

void weigh_tunnels(const Proxy& proxy, uint16_t origin, Figures& out) {
  const double before = memory(proxy.process, "Pss");
  std::vector<Peer> idle;
  for (int i = 0; i < kIdle; ++i) {
    idle.push_back(open_tunnel(proxy, origin));
    idle.back().send("GET");
    idle.back().read(kAnswer);
  }
  out["memory of an idle tunnel, kB"].push_back((memory(proxy.process, "Pss") - before) / kIdle);
  out["the whole process with 1000 of them, resident, kB"].push_back(memory(proxy.process, "Rss"));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const std::vector<std::string>& names, std::map<std::string, Figures>& all) {
  std::printf("| what |");
  for (const std::string& name : names) std::printf(" %s |", name.c_str());
  std::printf("\n|---|");
  for (size_t i = 0; i < names.size(); ++i) std::printf("---|");
  for (const auto& [what, values] : all[names[0]]) {
    std::printf("\n| %s |", what.c_str());
    for (const std::string& name : names) std::printf(" %.1f |", median(all[name][what]));
  }
  std::printf("\n");
}

}  // namespace

int main(int count, char** words) {
  const int rounds = count > 1 ? std::max(1, std::atoi(words[1])) : 5;
  uint16_t origin = 0;
  const int listener = listen_on_loopback(origin);
  const pid_t server = fork_for_this_run();
  if (server == 0) serve_origin(listener);
  close(listener);
  pin(server, 1);
  pin(0, 1);
  std::map<std::string, Figures> figures;
  std::vector<std::string> names;
  for (int round = 0; round < rounds; ++round) {
    for (int which = 0; which < 3; ++which) {
      // A process of its own for each round: what one round left over is not the next one's.
      const Proxy proxy = which == 0   ? start_ours(origin)
                          : which == 1 ? start_tinyproxy()
                                       : start_haproxy(origin);
      pin(proxy.process, 0);
      await_port(proxy.port);
      if (round == 0) names.push_back(proxy.name);
      Figures& into = figures[proxy.name];
      weigh_tunnels(proxy, origin, into);
      time_tunnels(proxy, origin, into);
      time_messages(proxy, origin, server, into);
      time_bulk(proxy, origin, into);
      kill(proxy.process, SIGKILL);
      waitpid(proxy.process, nullptr, 0);
    }
  }
  kill(server, SIGKILL);
  for (const std::string& file : made_files) unlink(file.c_str());
  print(names, figures);
  return 0;
}
