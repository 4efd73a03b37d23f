#include "conformance/suite/network/gullible_proxy.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include "conformance/suite/network/belief.h"
#include "conformance/suite/network/gullible_socks.h"

namespace sbxc::conform {

namespace {

constexpr size_t kMostBytes = 256 * 1024;
constexpr size_t kMostDialled = 32;

bool starts_like(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](unsigned char a, unsigned char b) {
           return std::tolower(a) == std::tolower(b);
         });
}

class Client {
 public:
  Client(const Servers& servers, int descriptor) : servers_(servers), descriptor_(descriptor) {}

  void go_on(const std::shared_ptr<Client>& self) {
    const std::string bytes = read_from(descriptor_);
    if (bytes.empty() || in_.size() > kMostBytes) {
      for (const int peer : peers_) servers_.loop->close(peer);
      return servers_.loop->close(descriptor_);
    }
    if (tunnel_ >= 0) return write_to(tunnel_, bytes);
    in_ += bytes;
    if (kind_ == Kind::unknown) {
      kind_ = in_[0] == 4 || in_[0] == 5 ? Kind::socks : Kind::http;
    }
    kind_ == Kind::socks ? take_socks(self) : take_lines(self);
  }

 private:
  enum class Kind : uint8_t { unknown, http, socks };

  // Dials every address there is, and talks to the first; what comes back goes to the client.
  int dial_to(const std::shared_ptr<Client>& self, const Authority& to) {
    int first = -1;
    for (const Address& address : believed_addresses(to.host, servers_.names)) {
      if (peers_.size() >= kMostDialled) break;
      const int peer = dial({address, to.port});
      if (peer < 0) continue;
      peers_.push_back(peer);
      servers_.loop->watch(peer, [self, peer] { self->pass_back(self, peer); });
      if (first < 0) first = peer;
    }
    return first;
  }

  void pass_back(const std::shared_ptr<Client>& self, int peer) {
    const std::string bytes = read_from(peer);
    if (bytes.empty()) {
      servers_.loop->close(peer);
      if (peer == tunnel_) servers_.loop->close(descriptor_);
      return;
    }
    write_to(descriptor_, bytes);
    constexpr std::string_view kLocation = "\r\nLocation: http://";
    if (const size_t at = bytes.find(kLocation); tunnel_ < 0 && at != std::string::npos) {
      const std::string url = bytes.substr(at + kLocation.size());
      ask_of(self, believed_authority(url, 80), "GET", "/redirected-" + servers_.nonce);
    }
  }

  void ask_of(const std::shared_ptr<Client>& self, const Authority& to, const std::string& method,
              const std::string& path) {
    if (const int peer = dial_to(self, to); peer >= 0) {
      write_to(peer, method + " " + path + " HTTP/1.1\r\nHost: " + to.host + "\r\n\r\n");
    }
  }

  void take_socks(const std::shared_ptr<Client>& self) {
    for (;;) {
      const SocksStep step = socks_step(&in_, &socks_, servers_);
      write_to(descriptor_, step.reply);
      if (!step.connect_to.host.empty()) tunnel_ = dial_to(self, step.connect_to);
      if (tunnel_ >= 0) return forward_rest();
      if (!step.more) return;
    }
  }

  void forward_rest() {
    write_to(tunnel_, in_);
    in_.clear();
  }

  void take_lines(const std::shared_ptr<Client>& self) {
    for (size_t end = 0; (end = in_.find('\n')) != std::string::npos;) {
      std::string line = in_.substr(0, end);
      in_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      take_line(self, line);
      if (tunnel_ >= 0) return skip_head_and_forward();
    }
  }

  // What is left of the head of a CONNECT is not for the other side.
  void skip_head_and_forward() {
    const size_t end = in_.find("\r\n\r\n");
    if (in_.starts_with("\r\n")) {
      in_.erase(0, 2);
    } else if (end != std::string::npos) {
      in_.erase(0, end + 4);
    }
    forward_rest();
  }

  void take_line(const std::shared_ptr<Client>& self, const std::string& whole) {
    const std::string line = whole.substr(std::min(whole.find_first_not_of(" \t"), whole.size()));
    if (starts_like(line, "host:") || starts_like(line, "host :")) {
      return take_host(self, line.substr(line.find(':') + 1));
    }
    const size_t space = line.find_first_of(" \t");
    if (space == std::string::npos || space == 0) return;
    const bool letters = std::all_of(line.begin(), line.begin() + static_cast<long>(space),
                                     [](unsigned char c) { return std::isalpha(c) != 0; });
    if (!letters) return;
    const std::string method = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    if (starts_like(method, "connect") && method.size() == 7) return take_connect(self, rest);
    take_request(self, method, rest);
  }

  void take_connect(const std::shared_ptr<Client>& self, const std::string& rest) {
    const size_t end = rest.rfind(" HTTP/");
    tunnel_ = dial_to(self, believed_authority(rest.substr(0, end), 443));
    write_to(descriptor_, "HTTP/1.1 200 Connection established\r\n\r\n");
  }

  void take_request(const std::shared_ptr<Client>& self, const std::string& method,
                    const std::string& rest) {
    path_ = "/believed-" + servers_.nonce;
    const std::string target = rest.substr(0, rest.rfind(" HTTP/"));
    for (const char* scheme : {"http://", "https://", "ftp://", "ws://", "//"}) {
      if (!starts_like(target, scheme)) continue;
      const std::string after = target.substr(std::string_view(scheme).size());
      const size_t slash = after.find('/');
      if (slash != std::string::npos) path_ = after.substr(slash);
      ask_of(self, believed_authority(after, starts_like(scheme, "https") ? 443 : 80), method,
             path_);
    }
    if (starts_like(target, "/")) path_ = target;
    if (starts_like(target, "file://")) give_file(target.substr(7));
  }

  void take_host(const std::shared_ptr<Client>& self, const std::string& host) {
    ask_of(self, believed_authority(host, 80), "GET", path_);
  }

  void give_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    write_to(descriptor_, "HTTP/1.1 200 OK\r\nContent-Length: " +
                              std::to_string(text.str().size()) + "\r\n\r\n" + text.str());
  }

  Servers servers_;
  int descriptor_;
  Kind kind_ = Kind::unknown;
  SocksState socks_;
  std::string in_;
  std::string path_ = "/";
  std::vector<int> peers_;
  int tunnel_ = -1;
};

}  // namespace

void serve_gullibly(const Servers& servers, int listener) {
  servers.loop->watch(listener, [servers, listener] {
    const int descriptor = accept(listener, nullptr, nullptr);
    if (descriptor < 0) return;
    if (servers.tell_connections) servers.log->add("tcp " + own_place(listener));
    const auto client = std::make_shared<Client>(servers, descriptor);
    servers.loop->watch(descriptor, [client] { client->go_on(client); });
  });
}

}  // namespace sbxc::conform
