// What programs inside make of our answers: libc's resolver (python, getent) and c-ares (node).
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "runtime/dns/answer.h"
#include "runtime/dns/files.h"
#include "runtime/dns/table_for_test.h"
#include "runtime/netns/bubblewrap_for_test.h"
#include "runtime/netns/datagram.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"

namespace sbxc::netns {
namespace {

using testing::HasSubstr;

class OwnFiles {
 public:
  OwnFiles() {
    const char* temporary = std::getenv("TMPDIR");
    folder_ = std::string(temporary != nullptr ? temporary : "/tmp") + "/sbxc-names-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    put("resolv.conf", std::string(dns::resolv_conf()));
    put("nsswitch.conf", std::string(dns::nsswitch_conf()));
    put("hosts", dns::hosts("sandbox", true));
  }
  ~OwnFiles() {
    for (const std::string& name : names_) unlink((folder_ + "/" + name).c_str());
    rmdir(folder_.c_str());
  }
  const std::vector<std::string>& options() const { return options_; }

 private:
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
    names_.push_back(name);
    options_.insert(options_.end(), {"--ro-bind", folder_ + "/" + name, "/etc/" + name});
  }

  std::string folder_;
  std::vector<std::string> names_;
  std::vector<std::string> options_ = {"--unshare-user", "--unshare-uts", "--hostname", "sandbox"};
};

// Answers questions over UDP until it goes.
class Answering {
 public:
  Answering(const Inside& inside, dns::Resolver& resolver)
      : thread_([this, &inside, &resolver] {
          std::vector<pollfd> sockets;
          for (const Listener& listener : inside.listeners) {
            if (listener.kind != ListenerKind::dns_udp) continue;
            sockets.push_back({listener.socket.get(), POLLIN, 0});
          }
          while (!stop_) {
            if (poll(sockets.data(), sockets.size(), 50) <= 0) continue;
            for (const pollfd& socket : sockets) answer_one(socket.fd, resolver);
          }
        }) {}
  ~Answering() {
    stop_ = true;
    thread_.join();
  }

 private:
  static void answer_one(int socket, dns::Resolver& resolver) {
    std::array<uint8_t, 4096> bytes{};
    Datagram datagram;
    if (!receive(socket, bytes, datagram)) return;
    const std::string said = resolver.answer(
        {reinterpret_cast<const char*>(bytes.data()), datagram.size}, wire::DnsTransport::udp);
    (void)answer(socket, {reinterpret_cast<const uint8_t*>(said.data()), said.size()}, datagram);
  }

  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

std::string said_inside(const std::string& program) {
  const dns::Table table({"allow connect example.com", "ask connect *.wild.test:22"});
  const OwnFiles files;
  Bubblewrap bubblewrap(files.options(), program);
  Order order;
  order.process = bubblewrap.child();
  order.ports = {{80, 80}, {443, 443}};
  auto started = Capture::start(order);
  if (!started) return started.error().message;
  const auto inside = started->finish();
  if (!inside) return inside.error().message;
  dns::Resolver resolver(table.table, inside->v6);
  const Answering answering(*inside, resolver);
  return bubblewrap.run_it();
}

TEST(NamesInside, AreResolvedByLibc) {
  EXPECT_EQ(said_inside(R"(
import socket
def all_of(name, family=0, flags=0):
    try:
        found = socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM, 0, flags)
        return " ".join(sorted(address[4][0] for address in found))
    except socket.gaierror as e:
        return str(e.errno)
print(all_of("example.com"))
print(all_of("a.wild.test", socket.AF_INET, socket.AI_ADDRCONFIG))
print(all_of("a.wild.test", socket.AF_INET6, socket.AI_ADDRCONFIG))
print(all_of("www.example.com"), all_of("nowhere.test"), all_of("com"), all_of("example"))
print(all_of("localhost"), all_of("sandbox"))
print(socket.gethostbyaddr("198.18.0.1")[0], socket.gethostbyaddr("127.0.0.1")[0])
s = socket.create_connection(("example.com", 443), 5)
print(s.getpeername()[0])
)"),
            "198.18.0.1 fd73:6278:6300::1:0\n"
            "198.18.0.2\n"
            "fd73:6278:6300::1:1\n"
            "-2 -2 -2 -2\n"
            "127.0.0.1 ::1 127.0.0.1 ::1\n"
            "example.com localhost\n"
            "fd73:6278:6300::1:0\n");
}

TEST(NamesInside, AreResolvedByGetent) {
  EXPECT_EQ(said_inside(R"(
import subprocess
for words in (["ahostsv4", "example.com"], ["hosts", "198.18.0.1"], ["ahosts", "nowhere.test"]):
    ended = subprocess.run(["getent"] + words, capture_output=True, text=True)
    print(ended.returncode, ended.stdout.split("\n")[0].split())
)"),
            "0 ['198.18.0.1', 'STREAM', 'example.com']\n"
            "0 ['198.18.0.1', 'example.com']\n"
            "2 []\n");
}

TEST(NamesInside, AreResolvedByAProgramThatAsksDnsItself) {
  EXPECT_EQ(said_inside(R"py(
import subprocess
print(subprocess.run(["node", "-e", """
const dns = require('dns').promises;
const answer = promise => promise.then(JSON.stringify, error => error.code);
(async () => {
  console.log(await answer(dns.resolve4('example.com')), await answer(dns.resolve6('example.com')));
  console.log(await answer(dns.resolveTxt('example.com')), await answer(dns.resolveMx('x.test')));
  console.log(await answer(dns.reverse('198.18.0.1')), await answer(dns.resolve4('nowhere.test')));
  console.log(await answer(dns.lookup('a.wild.test', {all: true})));
  console.log(await answer(dns.lookup('nowhere.test')));
})()"""], capture_output=True, text=True).stdout, end="")
)py"),
            "[\"198.18.0.1\"] [\"fd73:6278:6300::1:0\"]\n"
            "ENODATA ENOTFOUND\n"
            "[\"example.com\"] ENOTFOUND\n"
            "[{\"address\":\"fd73:6278:6300::1:1\",\"family\":6},"
            "{\"address\":\"198.18.0.2\",\"family\":4}]\n"
            "ENOTFOUND\n");
}

}  // namespace
}  // namespace sbxc::netns
