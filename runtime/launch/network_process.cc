#include "runtime/launch/network_process.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace sbxc::launch {
namespace {

constexpr size_t kMostFacts = 4096;

using Kind = NetworkMessage::Kind;

struct Told {
  Kind kind = Kind::stands;
  int32_t status = 0;
  char message[400] = {};
  char help[400] = {};
};

void copy(std::string_view from, char (&to)[400]) {
  std::memcpy(to, from.data(), std::min(from.size(), sizeof(to) - 1));
}

void tell(int socket, const Told& told) { (void)!send(socket, &told, sizeof(told), MSG_NOSIGNAL); }

}  // namespace

Result<Companion> start_network(const Network& network) {
  if (!network.serve) return Companion();
  const auto main = [&network](int socket, int reports) {
    NetworkEnds ends;
    ends.wait = [socket] {
      Joining joining;
      joining.descriptor = receive_handed_over(socket, joining.process);
      return joining;
    };
    ends.tell = [socket](const std::optional<Failure>& failure) {
      Told told;
      if (failure) {
        told.kind = Kind::failed;
        told.status = failure->status;
        copy(failure->message, told.message);
        copy(failure->help, told.help);
      }
      tell(socket, told);
    };
    ends.say = [socket](std::string_view note) {
      Told told{.kind = Kind::note};
      copy(note, told.message);
      tell(socket, told);
    };
    ends.stop = socket;
    ends.reports = reports;
    return network.serve(ends);
  };
  return Companion::start(main, network.descriptors);
}

void NetworkStart::take_facts() {
  char bytes[512];
  const ssize_t got = read(facts_.get(), bytes, sizeof(bytes));
  if (got <= 0) {
    if (!handed_over_) process_.expect_nothing();
    facts_.reset();
    return;
  }
  // All of it is read: bubblewrap gives up when nobody takes what it tells.
  if (handed_over_ || text_.size() > kMostFacts) return;
  text_.append(bytes, static_cast<size_t>(got));
  const pid_t child = child_in(text_);
  if (child < 0) return;
  process_.hand_over(Descriptor(static_cast<int>(syscall(SYS_pidfd_open, child, 0U))), child);
  handed_over_ = true;
}

NetworkMessage NetworkStart::take_told() {
  Told told;
  if (recv(process_.socket().get(), &told, sizeof(told), 0) != sizeof(told)) return {};
  told.message[sizeof(told.message) - 1] = '\0';
  told.help[sizeof(told.help) - 1] = '\0';
  return {told.kind, {.status = told.status, .message = told.message, .help = told.help}};
}

pid_t child_in(std::string_view facts) {
  constexpr std::string_view kKey = "\"child-pid\":";
  const size_t key = facts.find(kKey);
  if (key == std::string_view::npos) return -1;
  facts.remove_prefix(key + kKey.size());
  facts.remove_prefix(std::min(facts.find_first_not_of(' '), facts.size()));
  pid_t process = -1;
  const auto [end, error] = std::from_chars(facts.data(), facts.data() + facts.size(), process);
  // Without something behind it, the number may not be whole.
  const bool whole = error == std::errc() && end != facts.data() + facts.size() && process > 0;
  return whole ? process : -1;
}

}  // namespace sbxc::launch
