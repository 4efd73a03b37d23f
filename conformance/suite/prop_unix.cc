// `unix`: sockets of the unix kind, as agents, desktops and daemons have. Words, each a path but
// the last: stream= dgram= seqpacket= (in outside/), stream_in_work= dgram_in_work=, abstract= and
// abstract_dgram= (names, without the NUL; Linux). Evidence: `contact:stream` and so on.
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "conformance/suite/prop_list.h"
#include "conformance/suite/sockets.h"

namespace sbxc::conform {

namespace {

struct Listening {
  std::string word;
  Socket socket;
};

class Unix : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    greeting_ = stage.new_secret("unix");
    struct Row {
      const char* word;
      int type;
      const char* place;
    };
    constexpr Row kRows[] = {
        {"stream", SOCK_STREAM, "outside/s"},
        {"dgram", SOCK_DGRAM, "outside/d"},
#ifdef __linux__
        {"seqpacket", SOCK_SEQPACKET, "outside/q"},
        {"abstract", SOCK_STREAM, ""},
        {"abstract_dgram", SOCK_DGRAM, ""},
#endif
        {"stream_in_work", SOCK_STREAM, "home/work/s"},
        {"dgram_in_work", SOCK_DGRAM, "home/work/d"},
    };
    for (const Row& row : kRows) {
      const bool abstract = *row.place == '\0';
      const std::string name = abstract ? Stage::random_hex().substr(0, 32) : stage.path(row.place);
      auto socket = bound(row.type, abstract ? std::string(1, '\0') + name : name);
      if (!socket) return tl::unexpected(socket.error());
      stage.add_word(row.word, name);
      listening_.push_back({row.word, std::move(*socket)});
    }
    return true;
  }

  std::vector<pollfd> watched() override {
    std::vector<pollfd> fds;
    for (const Listening& each : listening_) fds.push_back({each.socket.descriptor(), POLLIN, 0});
    return fds;
  }

  void ready(int /*descriptor*/) override { take(); }

  void after_end(Conduct& conduct) override {
    take();
    for (const Listening& each : listening_) conduct.elsewhere += each.socket.received();
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    for (const Listening& each : listening_) {
      if (each.word == evidence.what && each.socket.contacts() > 0) {
        return "the " + each.word + " socket outside was reached";
      }
    }
    return std::nullopt;
  }

 private:
  static Result<Socket> bound(int type, const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.size() >= sizeof address.sun_path) return fault("a socket's path is too long");
    std::memcpy(address.sun_path, name.data(), name.size());
    const bool abstract = name.front() == '\0';
    const size_t size = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1);
    return Socket::bound(AF_UNIX, type, reinterpret_cast<const sockaddr*>(&address),
                         static_cast<socklen_t>(size));
  }

  void take() {
    for (Listening& each : listening_) each.socket.take(greeting_);
  }

  std::string nonce_;
  std::string greeting_;
  std::vector<Listening> listening_;
};

}  // namespace

std::unique_ptr<Prop> make_unix() { return std::make_unique<Unix>(); }

}  // namespace sbxc::conform
