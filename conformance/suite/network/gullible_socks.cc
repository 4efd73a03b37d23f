#include "conformance/suite/network/gullible_socks.h"

#include <algorithm>

namespace sbxc::conform {

namespace {

constexpr unsigned kNoPassword = 0;
constexpr unsigned kUdpAssociate = 3;

unsigned byte_at(const std::string& bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

uint16_t port_at(const std::string& bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

std::string address_text(const std::string& bytes) {
  return text_of({bytes.size() == 4 ? AF_INET : AF_INET6, bytes});
}

// The address in a request or before a datagram (RFC 1928 5), and where it ends; 0: not whole.
size_t read_address(const std::string& in, size_t at, Authority* found) {
  const unsigned type = byte_at(in, at);
  const size_t from = type == 3 ? at + 2 : at + 1;
  const size_t size = type == 1 ? 4 : type == 4 ? 16 : byte_at(in, at + 1);
  if (in.size() < from + size + 2) return 0;
  const std::string bytes = in.substr(from, size);
  *found = believed_authority(type == 3 ? bytes + ":" : "[" + address_text(bytes) + "]", 0);
  found->port = port_at(in, from + size);
  return from + size + 2;
}

// Whatever comes to it goes where it says.
std::string associate(const Servers& servers) {
  const int descriptor = datagrams_at({{AF_INET, std::string("\x7f\0\0\1", 4)}, 0});
  if (descriptor < 0) return std::string("\5\1\0\1\0\0\0\0\0\0", 10);
  servers.loop->watch(descriptor, [servers, descriptor] {
    const std::string bytes = read_from(descriptor);
    Authority to;
    const size_t end = bytes.size() > 3 ? read_address(bytes, 3, &to) : 0;
    if (end == 0) return;
    for (const Address& address : believed_addresses(to.host, servers.names)) {
      sockaddr_storage name{};
      const socklen_t size = fill({address, to.port}, &name);
      sendto(descriptor, bytes.data() + end, bytes.size() - end, MSG_DONTWAIT,
             reinterpret_cast<sockaddr*>(&name), size);
    }
  });
  const uint16_t port = port_of(descriptor);
  return std::string("\5\0\0\1\x7f\0\0\1", 8) + static_cast<char>(port >> 8) +
         static_cast<char>(port & 0xff);
}

SocksStep step_of_4(std::string* in) {
  const size_t user_end = in->find('\0', std::min<size_t>(8, in->size()));
  if (in->size() < 9 || user_end == std::string::npos) return {};
  SocksStep step{true, std::string("\0\x5a\0\0\0\0\0\0", 8), {}};
  const std::string bytes = in->substr(4, 4);
  size_t end = user_end + 1;
  const bool named = bytes.starts_with(std::string(3, '\0')) && bytes[3] != 0;
  if (named) {
    const size_t name_end = in->find('\0', end);
    if (name_end == std::string::npos) return {};
    step.connect_to = believed_authority(in->substr(end, name_end - end) + ":", 0);
    end = name_end + 1;
  } else {
    step.connect_to.host = address_text(bytes);
  }
  step.connect_to.port = port_at(*in, 2);
  in->erase(0, end);
  return step;
}

SocksStep greet(std::string* in, SocksState* state) {
  const size_t count = byte_at(*in, 1);
  if (in->size() < 2 + count) return {};
  const std::string methods = in->substr(2, count);
  in->erase(0, 2 + count);
  const unsigned first = methods.empty() ? kNoPassword : byte_at(methods, 0);
  state->expects = first == 2 ? SocksState::Expects::password : SocksState::Expects::request;
  return {true, std::string("\5") + static_cast<char>(first), {}};
}

SocksStep take_password(std::string* in, SocksState* state) {
  const size_t name = byte_at(*in, 1);
  const size_t password = byte_at(*in, 2 + name);
  if (in->size() < 3 + name + password) return {};
  in->erase(0, 3 + name + password);
  state->expects = SocksState::Expects::request;
  return {true, std::string("\1\0", 2), {}};
}

}  // namespace

SocksStep socks_step(std::string* in, SocksState* state, const Servers& servers) {
  if (in->size() < 2) return {};
  if (state->expects == SocksState::Expects::greeting) {
    return byte_at(*in, 0) == 4 ? step_of_4(in) : greet(in, state);
  }
  // A client that does not wait for what was chosen sends its request at once.
  const bool password = state->expects == SocksState::Expects::password && byte_at(*in, 0) == 1;
  if (password) return take_password(in, state);
  SocksStep step;
  const size_t end = in->size() > 4 ? read_address(*in, 3, &step.connect_to) : 0;
  if (end == 0) return {};
  const unsigned command = byte_at(*in, 1);
  in->erase(0, end);
  if (command == kUdpAssociate) return {true, associate(servers), {}};
  step.reply = std::string("\5\0\0\1\0\0\0\0\0\0", 10);
  step.more = true;
  return step;
}

}  // namespace sbxc::conform
