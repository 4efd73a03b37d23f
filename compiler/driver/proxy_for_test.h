// For tests: `sbxc proxy` while it runs, a server for what leaves it, and curl for what enters.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <vector>

#include "compiler/driver/background_for_test.h"
#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc::testing {

// Answers every HTTP request with `served PATH`, and with an echo what starts with `echo`.
inline constexpr const char* kServer = R"(
import socket, threading
def serve(c):
    data = c.recv(65536)
    if data.startswith(b'echo'):
        while data:
            c.sendall(data)
            data = c.recv(65536)
    elif data:
        body = b'served ' + data.split(b' ')[1] + b'\n'
        c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n' % len(body) + body)
    c.close()
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(64)
print('port %d' % s.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
)";

// Opens a tunnel by CONNECT, says so, and sends each line of its input through it.
inline constexpr const char* kTunnel = R"(
import base64, socket, sys
proxy, target, client = sys.argv[1:]
host, port = proxy.rsplit(':', 1)
s = socket.create_connection((host, int(port)))
head = 'CONNECT %s HTTP/1.1\r\nHost: %s\r\n' % (target, target)
head += 'Proxy-Authorization: Basic %s\r\n' % base64.b64encode(client.encode()).decode()
s.sendall((head if client else head.split('Proxy')[0]).encode() + b'\r\n')
print('answer', s.recv(4096).split(b'\r\n')[0].decode(), flush=True)
n = 0
while True:
    import time
    n += 1
    s.sendall(b'echo %d\n' % n)
    got = s.recv(4096)
    print('echo %d' % n if got else 'closed', flush=True)
    if not got: break
    time.sleep(0.05)
)";

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest() : server_(path(), "server", {"/usr/bin/python3", "-c", kServer}) {
    port_ = server_.told("port");
  }
  const std::string& path() const { return scratch_.path(); }
  std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::string at = path() + "/" + name;
    write_whole(at + ".new", text);
    chmod((at + ".new").c_str(), mode);
    rename((at + ".new").c_str(), at.c_str());
    return at;
  }
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {SBXC_PROGRAM, "proxy"});
    return more;
  }
  RunResult curl(std::vector<std::string> more) const {
    more.insert(more.begin(), {"/usr/bin/curl", "-sS", "--max-time", "20"});
    return run_program({.argv = more, .environment = {{"PATH", "/usr/bin:/bin"}}});
  }
  // Of the server, by a name that leads to it.
  std::string url(const std::string& what = "/x") const {
    return "http://localhost:" + port_ + what;
  }
  // Whether the policy lets anybody go there, whatever comes of it.
  bool lets_through(const std::string& at, const std::string& to) const {
    const RunResult got = curl({"-p", "-x", "http://" + at, "-o", "/dev/null", to});
    return got.err.find("403") == std::string::npos;
  }
  std::string policy() const { return "sbx 1\nallow connect localhost:" + port_ + "\n"; }

  ScratchDirectory scratch_;
  Background server_;
  std::string port_;
};

}  // namespace sbxc::testing
