#include "compiler/driver/text_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace sbxc::driver {
namespace {

constexpr size_t kReadersAtOnce = 16;
constexpr size_t kMaxRequest = 8192;
constexpr std::chrono::seconds kTime{2};

std::string answer_with(std::string_view status, std::string_view body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
      status, body.size(), body);
}

}  // namespace

TextServer::TextServer(int listener, std::function<std::string()> text)
    : listener_(listener), text_(std::move(text)) {
  fcntl(listener_, F_SETFL, O_NONBLOCK);
}

void TextServer::add_to(std::vector<pollfd>& watched) const {
  if (readers_.size() < kReadersAtOnce) watched.push_back({listener_, POLLIN, 0});
  for (const Reader& reader : readers_) {
    const short events = reader.answer.empty() ? POLLIN : POLLOUT;
    watched.push_back({reader.socket.get(), events, 0});
  }
}

int TextServer::milliseconds_left() const {
  if (readers_.empty()) return -1;
  const auto first = std::ranges::min_element(readers_, {}, &Reader::deadline)->deadline;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
  return static_cast<int>(std::max<long>(left, 0));
}

void TextServer::accept_readers() {
  while (readers_.size() < kReadersAtOnce) {
    Descriptor socket(accept(listener_, nullptr, nullptr));
    if (!socket) return;
    fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    readers_.push_back({.socket = std::move(socket), .deadline = Clock::now() + kTime});
  }
}

void TextServer::read_request(Reader& reader) const {
  char bytes[2048];
  const ssize_t got = recv(reader.socket.get(), bytes, sizeof(bytes), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) reader.done = true;
  if (got <= 0) return;
  reader.request.append(bytes, static_cast<size_t>(got));
  reader.done = reader.request.size() > kMaxRequest;
  if (reader.request.find("\r\n\r\n") == std::string::npos) return;
  const std::string_view line =
      std::string_view(reader.request).substr(0, reader.request.find("\r\n"));
  if (!line.starts_with("GET ")) {
    reader.answer = answer_with("405 Method Not Allowed", "only GET is answered\n");
  } else if (!line.starts_with("GET /metrics ")) {
    reader.answer = answer_with("404 Not Found", "there is only /metrics\n");
  } else {
    reader.answer = answer_with("200 OK", text_());
  }
}

void TextServer::write_answer(Reader& reader) {
  while (!reader.answer.empty()) {
    const ssize_t put =
        send(reader.socket.get(), reader.answer.data(), reader.answer.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return;
    if (put < 0) break;
    reader.answer.erase(0, static_cast<size_t>(put));
  }
  reader.done = true;
}

void TextServer::step() {
  accept_readers();
  const auto now = Clock::now();
  for (Reader& reader : readers_) {
    if (reader.answer.empty()) read_request(reader);
    if (!reader.answer.empty()) write_answer(reader);
    if (now >= reader.deadline) reader.done = true;
  }
  std::erase_if(readers_, [](const Reader& reader) { return reader.done; });
}

}  // namespace sbxc::driver
