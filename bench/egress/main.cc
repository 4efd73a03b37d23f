// What a connection through the egress proxy costs, beside tinyproxy (CONNECT), haproxy (which
// passes TCP on and knows of no names) and the npm package sandbox-runtime: processor time for a
// new tunnel, time for a message on an open one, bulk, and memory of idle ones. Proxies run one
// after the other in each round, so that what else happens on the machine meets all of them;
// medians of the rounds are printed.
//
//   egress_costs ROUNDS [NODE PACKAGE_PROXY PACKAGE]
//
// It needs `tinyproxy` and `haproxy` in PATH or /usr/sbin. NODE runs PACKAGE_PROXY
// (package_proxy.mjs) with the package; without them it is left out.
//
// The proxy has one processor, the client and the server the other; messages are timed with all
// three on one, for waking another one up costs more than any proxy.
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/egress/origin.h"
#include "bench/egress/peer.h"
#include "bench/egress/proxies.h"

namespace {

using namespace sbxc::bench;

constexpr int kTunnels = 4000;
constexpr int kClients = 4;
constexpr int kPings = 5000;
constexpr int kIdle = 1000;
constexpr size_t kBulk = size_t{1} << 30;

void pin(pid_t process, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  sched_setaffinity(process, sizeof set, &set);
}

// Its own and that of its children which have ended, in steps of the scheduler's clock (proc(5)).
double cpu_with_children(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::vector<std::string> all((std::istream_iterator<std::string>(fields)), {});
  double ticks = 0;
  for (size_t i = 11; i < 15 && i < all.size(); ++i) ticks += std::atof(all[i].c_str());
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double cpu_seconds(const Proxy& proxy) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(proxy.process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  double seconds = static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  for (const pid_t relay : proxy.relays) seconds += cpu_with_children(relay);
  return seconds;
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

Peer open_tunnel(const Proxy& proxy, const std::string& origin) {
  Peer peer(proxy.port);
  if (proxy.speaks_connect) {
    peer.send("CONNECT " + origin + " HTTP/1.1\r\nHost: " + origin + "\r\n" + proxy.field + "\r\n");
    const std::string answer = peer.read_until("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.") || answer.substr(8, 5) != " 200 ") {
      fail((proxy.name + " answered CONNECT with `" + answer.substr(0, 40) + "`").c_str());
    }
  }
  return peer;
}

using Figures = std::map<std::string, std::vector<double>>;

void time_tunnels(const Proxy& proxy, const std::string& origin, Figures& out) {
  const double cpu = cpu_seconds(proxy);
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
  out["processor time for a tunnel, us"].push_back((cpu_seconds(proxy) - cpu) * 1e6 / kTunnels);
}

void time_messages(const Proxy& proxy, const std::string& origin, pid_t server, Figures& out) {
  pin(server, 0);
  pin(0, 0);
  Peer peer = open_tunnel(proxy, origin);
  std::vector<double> times;
  const double cpu = cpu_seconds(proxy);
  for (int i = 0; i < kPings; ++i) {
    const double begin = now();
    peer.send("p");
    if (peer.read(1) != 1) fail("no echo");
    times.push_back((now() - begin) * 1e6);
  }
  out["processor time for a message there and back, us"].push_back((cpu_seconds(proxy) - cpu) *
                                                                   1e6 / kPings);
  pin(server, 1);
  pin(0, 1);
  std::sort(times.begin(), times.end());
  out["message there and back, median, us"].push_back(times[times.size() / 2]);
  out["message there and back, slowest of 1000, us"].push_back(times[times.size() * 999 / 1000]);
}

void time_bulk(const Proxy& proxy, const std::string& origin, Figures& out) {
  Peer peer = open_tunnel(proxy, origin);
  const double cpu = cpu_seconds(proxy);
  const double begin = now();
  peer.send("b");
  if (peer.read(kBulk) != kBulk) fail("bulk ended early");
  out["bulk, MB/s"].push_back(static_cast<double>(kBulk) / 1e6 / (now() - begin));
  out["processor time for a GB, ms"].push_back((cpu_seconds(proxy) - cpu) * 1e3 * 1e9 /
                                               static_cast<double>(kBulk));
}

void weigh_tunnels(const Proxy& proxy, const std::string& origin, Figures& out) {
  if (proxy.most == 0) return;
  const double before = memory(proxy.process, "Pss");
  std::vector<Peer> idle;
  for (int i = 0; i < proxy.most; ++i) {
    idle.push_back(open_tunnel(proxy, origin));
    idle.back().send("GET");
    if (idle.back().read(kAnswer) != kAnswer) fail("a short answer");
    if (i + 1 != kIdle) continue;
    out["memory of an idle tunnel, kB"].push_back((memory(proxy.process, "Pss") - before) / kIdle);
    out["the whole process with 1000 of them, resident, kB"].push_back(
        memory(proxy.process, "Rss"));
  }
  if (proxy.most <= kIdle) return;
  out["the whole process with 5000 of them, resident, kB"].push_back(memory(proxy.process, "Rss"));
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
    for (const std::string& name : names) {
      const std::vector<double>& of_it = all[name][what];
      if (of_it.empty()) {
        std::printf(" - |");
      } else {
        std::printf(" %.1f |", median(of_it));
      }
    }
  }
  std::printf("\n");
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int count, char** words) {
  const int rounds = count > 1 ? std::max(1, std::atoi(words[1])) : 5;
  raise_descriptor_limit();
  uint16_t port = 0;
  const int listener = listen_on_loopback(port, INADDR_ANY);
  const pid_t server = fork_for_this_run();
  if (server == 0) serve_origin(listener);
  close(listener);
  std::vector<Start> starts = {start_ours, start_tinyproxy, start_haproxy};
  if (count > 4) {
    starts.push_back(
        [&](const std::string& to) { return start_package(words[2], words[3], words[4], to); });
    starts.push_back([&](const std::string& to) {
      return start_package_inside(words[2], words[3], words[4], to);
    });
  }
  pin(server, 1);
  pin(0, 1);
  std::map<std::string, Figures> figures;
  std::vector<std::string> names;
  int address = 1;
  for (int round = 0; round < rounds; ++round) {
    for (const Start& start : starts) {
      // An address of its own, for the ports of its closed connections are taken for a minute.
      const std::string origin =
          "127.0.0." + std::to_string(++address) + ":" + std::to_string(port);
      // A process of its own for each round: what one round left over is not the next one's.
      const Proxy proxy = start(origin);
      pin(proxy.process, 0);
      for (const pid_t relay : proxy.relays) pin(relay, 0);
      await_port(proxy.port);
      if (round == 0) names.push_back(proxy.name);
      Figures& into = figures[proxy.name];
      weigh_tunnels(proxy, origin, into);
      time_tunnels(proxy, origin, into);
      time_messages(proxy, origin, server, into);
      time_bulk(proxy, origin, into);
      end(proxy);
    }
  }
  kill(server, SIGKILL);
  print(names, figures);
  return 0;
}
