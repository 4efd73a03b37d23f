// What a session knows until its tunnel stands.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/egress/dialler.h"
#include "runtime/egress/first_look.h"
#include "runtime/egress/gate.h"
#include "runtime/wire/endpoint.h"
#include "runtime/wire/http_head.h"

namespace sbxc::egress {

// How the client said what it wants, and so how it is answered.
enum class Entry : uint8_t {
  captured,  // it connected: it hears of a refusal as a reset
  http,      // it speaks HTTP, on whatever listener
  connect,   // an HTTP CONNECT
  socks,
  forward_in,  // from outside to a port inside
};

struct Setup {
  Entry entry = Entry::captured;
  wire::Endpoint target{};
  std::string client{};  // Client::name
  std::string held{};    // of the client's bytes, what was not passed yet
  bool client_ended = false;
  bool is_head_request = false;  // answers to HEAD have no body
  // Whether the client's bytes are looked at: not, when it was told what it may say.
  bool looks = true;
  bool said_something = false;
  bool goes_inside = false;  // to a program of the sandbox's
  uint16_t forward_port = 0;
  FirstLook look{target};
  std::string server_said{};  // until the look at it is over; or the next proxy's answer
  wire::RequestReader request{};
  wire::ResponseReader chained{};
  enum class Socks : uint8_t { greeting, login, request } socks = Socks::greeting;
  uint64_t question = 0;  // of an asker; 0: none
  bool resolving = false;
  uint32_t rule = 0;  // that allowed it
  std::unique_ptr<Dialler> dialler{};
  int64_t hurry_at = 0;
};

}  // namespace sbxc::egress
