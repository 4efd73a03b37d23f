// `tcp` and `udp`: listeners on this machine's loopback, as any program of the person's may have.
// Words: tcp4=PORT tcp6=PORT, udp4=PORT udp6=PORT. A connection alone is a contact; a datagram has
// to hold the nonce, for anybody may send one. A machine without IPv6 has no tcp6.
#include <netinet/in.h>

#include "conformance/suite/prop_list.h"
#include "conformance/suite/sockets.h"

namespace sbxc::conform {

namespace {

class Loopback : public Prop {
 public:
  Loopback(std::string name, int type) : name_(std::move(name)), type_(type) {}

  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    greeting_ = stage.new_secret(name_);
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto v4 = Socket::bound(AF_INET, type_, reinterpret_cast<sockaddr*>(&four), sizeof four);
    if (!v4) return tl::unexpected(v4.error());
    v4_ = std::move(*v4);
    stage.add_word(name_ + "4", std::to_string(v4_.port()));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    auto v6 = Socket::bound(AF_INET6, type_, reinterpret_cast<sockaddr*>(&six), sizeof six);
    if (v6) v6_ = std::move(*v6);
    if (v6) stage.add_word(name_ + "6", std::to_string(v6_.port()));
    return true;
  }

  std::vector<pollfd> watched() override {
    std::vector<pollfd> fds;
    for (Socket* socket : {&v4_, &v6_}) {
      if (socket->descriptor() >= 0) fds.push_back({socket->descriptor(), POLLIN, 0});
    }
    return fds;
  }

  void ready(int /*descriptor*/) override { take(); }

  void after_end(Conduct& conduct) override {
    take();
    conduct.elsewhere += v4_.received() + v6_.received();
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.what == name_ + "4" || evidence.what == name_) return contact(v4_, "127.0.0.1");
    if (evidence.what == name_ + "6") return contact(v6_, "::1");
    return std::nullopt;
  }

 private:
  void take() {
    v4_.take(greeting_);
    v6_.take(greeting_);
  }

  std::optional<std::string> contact(const Socket& socket, std::string_view address) const {
    const bool marked = socket.received().find(nonce_) != std::string::npos;
    if (socket.contacts() == 0 || (type_ == SOCK_DGRAM && !marked)) return std::nullopt;
    return (type_ == SOCK_DGRAM ? "a datagram reached " : "a connection reached ") +
           std::string(address) + " outside";
  }

  std::string name_;
  int type_;
  std::string nonce_;
  std::string greeting_;
  Socket v4_;
  Socket v6_;
};

}  // namespace

std::unique_ptr<Prop> make_tcp() { return std::make_unique<Loopback>("tcp", SOCK_STREAM); }
std::unique_ptr<Prop> make_udp() { return std::make_unique<Loopback>("udp", SOCK_DGRAM); }

}  // namespace sbxc::conform
