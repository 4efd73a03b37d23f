// One connection is one `Talk`. Requests of HTTP are taken as RFC 9112 frames them, chunked before
// Content-Length; who sends them in any other way meant another server.
#include "conformance/suite/network/server.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>

#include "conformance/suite/network/hello.h"

namespace sbxc::conform {

namespace {

constexpr size_t kMostBytes = 256 * 1024;
constexpr std::string_view kHttp2 = "PRI * HTTP/2.0\r\n";

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

struct Request {
  std::string method;
  std::string target;
  std::multimap<std::string, std::string> fields;
  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

Request parse_head(std::string_view head) {
  Request request;
  bool first = true;
  while (!head.empty()) {
    const size_t end = std::min(head.find('\n'), head.size());
    const std::string_view line = trimmed(head.substr(0, end));
    head.remove_prefix(std::min(end + 1, head.size()));
    if (first) {
      const size_t space = std::min(line.find(' '), line.size());
      request.method = line.substr(0, space);
      const std::string_view rest = trimmed(line.substr(space));
      request.target = rest.substr(0, rest.find(' '));
      first = false;
    } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
      request.fields.emplace(lower(trimmed(line.substr(0, colon))),
                             trimmed(line.substr(colon + 1)));
    }
  }
  return request;
}

class Talk {
 public:
  Talk(const Servers& servers, int descriptor, Service service)
      : servers_(servers),
        descriptor_(descriptor),
        service_(service),
        place_(own_place(descriptor)) {
    if (servers.tell_connections) servers.log->add("tcp " + place_);
  }

  void go_on() {
    const std::string bytes = read_from(descriptor_);
    if (bytes.empty() || in_.size() > kMostBytes) return servers_.loop->close(descriptor_);
    in_ += bytes;
    if (servers_.log->marked(in_)) servers_.log->add("wire " + place_);
    while (step()) {
    }
  }

 private:
  // Whether there may be more to do with what is there.
  bool step() {
    if (in_.empty()) return false;
    if (service_ == Service::dns) return answer_question();
    if (upgraded_) return echo();
    if (in_[0] == '\x16') return answer_hello();
    if (in_.starts_with(kHttp2)) {
      servers_.log->add("http2 " + place_);
      return echo();
    }
    if (std::isupper(static_cast<unsigned char>(in_[0])) != 0) return answer_request();
    return echo();
  }

  bool echo() {
    write_to(descriptor_, "echo " + servers_.nonce + "\n");
    in_.clear();
    return false;
  }

  bool answer_question() {
    if (in_.size() < 2) return false;
    const size_t size = static_cast<size_t>(static_cast<unsigned char>(in_[0])) << 8 |
                        static_cast<unsigned char>(in_[1]);
    if (in_.size() < 2 + size) return false;
    const std::string answer = servers_.names->answer(in_.substr(2, size), place_);
    in_.erase(0, 2 + size);
    const auto length = static_cast<unsigned>(answer.size());
    write_to(descriptor_,
             std::string{static_cast<char>(length >> 8), static_cast<char>(length)} + answer);
    return true;
  }

  // No key is ever agreed on: that the hello came tells enough, and the client sees an answer.
  bool answer_hello() {
    const auto names = hello_names(in_);
    if (!names) return false;
    for (const std::string& name : *names) servers_.log->add("tls " + place_ + " name=" + name);
    if (names->empty()) servers_.log->add("tls " + place_ + " name=-");
    const std::string content = "hello " + servers_.nonce;
    write_to(descriptor_,
             std::string("\x16\x03\x03\0", 4) + static_cast<char>(content.size()) + content);
    in_.clear();
    upgraded_ = true;
    return false;
  }

  bool answer_request() {
    const size_t end = in_.find("\n\r\n");
    if (end == std::string::npos) return false;
    const Request request = parse_head(std::string_view(in_).substr(0, end));
    const auto size = body_size(request, end + 3);
    if (!size) return false;
    in_.erase(0, end + 3 + *size);
    tell(request);
    reply(request);
    return true;
  }

  void tell(const Request& request) {
    std::string line = "http " + place_ + " " + request.method + " " + request.target;
    for (auto [at, last] = request.fields.equal_range("host"); at != last; ++at) {
      line += " host=" + at->second;
    }
    for (const char* name : {"upgrade", "proxy-authorization", "transfer-encoding"}) {
      if (const std::string value = request.field(name); !value.empty()) {
        line += std::string(" ") + name + "=" + value;
      }
    }
    servers_.log->add(line);
  }

  std::optional<size_t> body_size(const Request& request, size_t from) const {
    if (lower(request.field("transfer-encoding")).find("chunked") == std::string::npos) {
      const size_t size = std::strtoul(request.field("content-length").c_str(), nullptr, 10);
      return in_.size() - from < size ? std::nullopt : std::optional(size);
    }
    for (size_t at = from;;) {
      const size_t end = in_.find('\n', at);
      if (end == std::string::npos) return std::nullopt;
      const size_t size = std::strtoul(in_.c_str() + at, nullptr, 16);
      if (size > kMostBytes || in_.size() < end + 1 + size + 2) return std::nullopt;
      at = end + 1 + size + 2;
      if (size == 0) return at - from;
    }
  }

  void reply(const Request& request) {
    if (lower(request.field("upgrade")) == "websocket") {
      write_to(descriptor_,
               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
               "Upgrade\r\n\r\n");
      upgraded_ = true;
      return;
    }
    const std::string body = "reached " + place_ + " " + servers_.nonce + "\n";
    const size_t to = request.target.find("/to?");
    const std::string head =
        to == std::string::npos
            ? "HTTP/1.1 200 OK\r\n"
            : "HTTP/1.1 302 Found\r\nLocation: " + request.target.substr(to + 4) + "\r\n";
    write_to(descriptor_,
             head + "Content-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n" + (request.method == "HEAD" ? "" : body));
  }

  Servers servers_;
  int descriptor_;
  Service service_;
  std::string place_;
  std::string in_;
  bool upgraded_ = false;
};

}  // namespace

void serve(const Servers& servers, int listener, Service service) {
  servers.loop->watch(listener, [servers, listener, service] {
    const int descriptor = accept(listener, nullptr, nullptr);
    if (descriptor < 0) return;
    const auto talk = std::make_shared<Talk>(servers, descriptor, service);
    servers.loop->watch(descriptor, [talk] { talk->go_on(); });
  });
}

void serve_questions(const Servers& servers, int datagrams) {
  servers.loop->watch(datagrams, [servers, datagrams] {
    char bytes[4096];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t n = recvfrom(datagrams, bytes, sizeof bytes, MSG_DONTWAIT,
                               reinterpret_cast<sockaddr*>(&from), &size);
    if (n <= 0) return;
    const std::string place = own_place(datagrams);
    const std::string_view message(bytes, static_cast<size_t>(n));
    if (servers.log->marked(message)) servers.log->add("wire " + place);
    const std::string answer = servers.names->answer(message, place);
    if (answer.empty()) return;
    sendto(datagrams, answer.data(), answer.size(), MSG_DONTWAIT,
           reinterpret_cast<sockaddr*>(&from), size);
  });
}

void serve_datagrams(const Servers& servers, int datagrams) {
  servers.loop->watch(datagrams, [servers, datagrams] {
    const std::string bytes = read_from(datagrams);
    const std::string place = own_place(datagrams);
    servers.log->add("udp " + place);
    if (servers.log->marked(bytes)) servers.log->add("wire " + place);
  });
}

}  // namespace sbxc::conform
