// One connection from inside, from accepting to the end: who is asked for, judging, asking,
// resolving, dialling, and then a tunnel or a relay of HTTP requests. What all of that needs lives
// in Setup and goes when the tunnel stands, so that an idle tunnel is two sockets and little else.
//
//   greeting -> waiting (asked, resolved, dialled) [-> chaining] -> tunnel
//                  ^------------------------------------------> relay (one HTTP request at a time)
//   any of them -> refusing -> ended
//
// Every way in from outside (ready, gone, resolved, dialled, answered, tick) ends in settle(),
// which alone lets go of a session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/ask/ask.h"
#include "runtime/egress/dialler.h"
#include "runtime/egress/flow.h"
#include "runtime/egress/gate.h"
#include "runtime/egress/loop.h"
#include "runtime/egress/name_resolver.h"
#include "runtime/egress/setup.h"

namespace sbxc::egress {

class Engine;
class HttpRelay;

class Session final : public Watcher, public NameWaiter, public DialOwner {
 public:
  explicit Session(Engine& engine);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes over an accepted socket.
  void begin(const Listener& listener, int socket);
  // Of an asker: the connection may be made or not.
  void answered(const ask::Answer& answer);
  // Some time has passed; `now` in the engine's milliseconds.
  void tick(int64_t now);
  void close();  // the proxy ends
  // parting.cc
  void part();        // the client is gone, or will be soon
  bool owes() const;  // something that the one inside said may not have been passed on yet

  Session* previous = nullptr;  // of the engine's list
  Session* next = nullptr;
  bool in_tunnel = false;  // which of the engine's lists

 private:
  friend class HttpRelay;
  enum class Stage : uint8_t { greeting, waiting, chaining, tunnel, relay, refusing };

  // session.cc
  void ready(Watch& watch, Wait what) override;
  void gone(Watch& watch) override;
  // parting.cc
  std::chrono::milliseconds parting_time(std::chrono::milliseconds time) const;
  void cut();

  void read_held();
  void drain_refused();
  void end();
  void end_with_reset();
  void settle();
  void set_deadline(std::chrono::milliseconds time);
  void too_late();

  // greeting.cc: who asks through the proxy's own port for what
  void read_greeting();
  void greet_http();
  void greet_socks();
  wire::Outcome take_socks();
  bool is_known_client(std::string_view user, std::string_view password);
  bool is_known_client(std::string_view authorization);
  bool say(std::string_view bytes);  // to the client; false: it is gone

  // opening.cc: from what is asked for to a connected socket
  void begin_captured(const std::optional<Place>& place);
  void begin_forward(uint16_t port);
  void ask_for(wire::Endpoint target);
  void judged(const Ruling& ruling);
  void allowed();
  std::vector<Place> places_of_address(const Place& place) const;
  void read_meanwhile();
  void resolve(const std::string& name);
  void resolved(const Resolved& resolved) override;
  void addresses_known(const Resolved& resolved);
  void dial_places(std::vector<Place> places);
  void dialled(int socket, int error) override;
  void take_socket(int socket, int error);
  void connected();

  // chaining.cc: the next proxy
  bool goes_upstream() const;
  void chain();
  void read_chained();

  // refusing.cc: what the client and the log are told
  void refuse(Reason reason, std::string_view detail = {}, uint32_t rule = 0);
  void refuse_wire(wire::Refusal refusal);
  // Clients try without a token first, and give one when they are asked: no news.
  enum class Token : uint8_t { missing, wrong };
  void refuse_client(Token token);
  void tell_and_linger(std::string_view bytes);
  void report(Reason reason, std::string_view detail, uint32_t rule);
  std::string asked_text() const;
  void report_allowed();

  // tunnel.cc
  void open_tunnel();
  void look_at_held();
  void pass_held(size_t size);
  void pass_all();
  void read_to_look();
  void read_first_of_server();
  void ready_in_tunnel(Watch& watch, Wait what);
  void flowed(Flow& flow, Flow::Outcome outcome);
  void start_relay();

  Engine& engine_;
  Watch client_;
  Watch server_;
  Flow out_{Flow::Way::out};
  Flow in_{Flow::Way::in};
  std::unique_ptr<Setup> setup_;  // INVARIANT: there, but in a tunnel that passes everything
  std::unique_ptr<HttpRelay> relay_;
  int64_t deadline_ = 0;
  Stage stage_ = Stage::greeting;
  bool ended_ = false;
  bool is_broken_ = false;     // one side takes no more, and the other is still listened to
  bool from_outside_ = false;  // the client is, and the server inside
};

}  // namespace sbxc::egress
