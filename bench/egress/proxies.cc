#include "bench/egress/proxies.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "backends/proxy/proxy.h"
#include "bench/egress/peer.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/egress/egress.h"

namespace sbxc::bench {

pid_t fork_for_this_run() {
  const pid_t child = fork();
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

namespace {

std::vector<std::string> made_files;

std::string write_file(const std::string& text) {
  std::string path = "/tmp/egress_costs.XXXXXX";
  const int descriptor = mkstemp(path.data());
  if (descriptor >= 0) close(descriptor);
  std::ofstream(path) << text;
  made_files.push_back(path);
  return path;
}

// `out`: where it writes to; -1: where this program does.
pid_t run_program(std::vector<std::string> words, int out = -1) {
  const pid_t child = fork_for_this_run();
  if (child != 0) return child;
  if (out >= 0) dup2(out, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

std::string credentials(const std::string& text) {
  static constexpr char kLetters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (size_t j = i; j < i + 3; ++j) {
      bits = bits << 8 | (j < text.size() ? static_cast<unsigned char>(text[j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      out += i + j <= text.size() ? kLetters[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return "Proxy-Authorization: Basic " + out + "\r\n";
}

}  // namespace

Proxy start_ours(const std::string& origin) {
  uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  const pid_t child = fork_for_this_run();
  if (child == 0) {
    using namespace sbxc;
    std::string error;
    egress::Options options;
    options.table = egress::view_table(
        lower_proxy(terse_policy({"allow connect " + origin}), Os::linux, Sources())
            .artifacts.at(0)
            .bytes,
        error);
    options.listeners.push_back({egress::ListenerKind::proxy, listener, port});
    options.clients = {{"sbxc", "0123456789abcdef0123456789abcdef"}};
    _exit(egress::serve(std::move(options)));
  }
  close(listener);
  return {.name = "sbxc",
          .process = child,
          .port = port,
          .field = credentials("sbxc:0123456789abcdef0123456789abcdef")};
}

Proxy start_tinyproxy(const std::string&) {
  const uint16_t port = free_port();
  const std::string file = write_file("Port " + std::to_string(port) +
                                      "\nListen 127.0.0.1\nTimeout 600\nMaxClients 6000\n"
                                      "LogLevel Critical\nLogFile \"" +
                                      write_file("") + "\"\n");
  return {
      .name = "tinyproxy", .process = run_program({"tinyproxy", "-d", "-c", file}), .port = port};
}

Proxy start_haproxy(const std::string& origin) {
  const uint16_t port = free_port();
  const std::string file = write_file(
      "global\n  nbthread 1\n  maxconn 6000\ndefaults\n  mode tcp\n  timeout connect 5s\n"
      "  timeout client 600s\n  timeout server 600s\nlisten relay\n  bind 127.0.0.1:" +
      std::to_string(port) + "\n  server origin " + origin + "\n");
  return {.name = "haproxy",
          .speaks_connect = false,
          .process = run_program({"haproxy", "-db", "-q", "-f", file}),
          .port = port};
}

namespace {

// `socket`: where its relay outside listens.
Proxy package_proxy(const std::string& node, const std::string& script, const std::string& package,
                    const std::string& origin, std::string& socket) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
  Proxy proxy{.name = "sandbox-runtime",
              .process = run_program({node, script, package, origin}, ends[1]),
              .most = 1000};  // each takes four descriptors
  close(ends[1]);
  std::string line;
  for (char byte = 0; read(ends[0], &byte, 1) == 1 && byte != '\n';) line += byte;
  close(ends[0]);
  std::istringstream words(line);
  std::string token;
  if (!(words >> proxy.port >> token >> socket)) fail("the package's proxy does not start");
  proxy.field = credentials("srt:" + token);
  return proxy;
}

std::vector<pid_t> children_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) +
                     "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

}  // namespace

Proxy start_package(const std::string& node, const std::string& script, const std::string& package,
                    const std::string& origin) {
  std::string socket;
  return package_proxy(node, script, package, origin, socket);
}

Proxy start_package_inside(const std::string& node, const std::string& script,
                           const std::string& package, const std::string& origin) {
  std::string socket;
  Proxy proxy = package_proxy(node, script, package, origin, socket);
  proxy.name += ", from inside";
  proxy.port = free_port();
  proxy.most = 0;
  proxy.relays = children_of(proxy.process);
  proxy.relays.push_back(
      run_program({"socat", "TCP-LISTEN:" + std::to_string(proxy.port) + ",fork,reuseaddr",
                   "UNIX-CONNECT:" + socket}));
  return proxy;
}

void end(const Proxy& proxy) {
  // The package ends its own children when it is asked to.
  kill(proxy.process, proxy.name.starts_with("sandbox-runtime") ? SIGTERM : SIGKILL);
  waitpid(proxy.process, nullptr, 0);
  if (!proxy.relays.empty()) {  // the last is started here
    kill(proxy.relays.back(), SIGTERM);
    waitpid(proxy.relays.back(), nullptr, 0);
  }
  for (const std::string& file : made_files) unlink(file.c_str());
  made_files.clear();
}

}  // namespace sbxc::bench
