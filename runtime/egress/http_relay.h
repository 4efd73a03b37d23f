// Plain HTTP, one request at a time: each head is read strictly, judged, and written anew for the
// next hop, and the next one is not looked at before the answer is complete. So no server sees a
// request that was not judged, whatever it and we make of where one ends. Bodies are not kept.
//
// Through the proxy's own port every request names its host and may go to another one; the
// connection to the last one is used again when it is the same. On a captured connection every
// request has to be for the name that the connection is for. A WebSocket becomes a tunnel once the
// server agreed, and not before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/egress/flow.h"
#include "runtime/egress/loop.h"
#include "runtime/wire/http_body.h"
#include "runtime/wire/http_head.h"

namespace sbxc::egress {

class Engine;
class Session;
struct Setup;

class HttpRelay {
 public:
  // The client's bytes so far are in the session's setup. `captured`: for one name alone, to which
  // the session is connected.
  HttpRelay(Session& session, bool captured);

  void start();
  void connected();  // the session, to what it was asked for
  void ready(Watch& watch, Wait what);
  void too_late();

  // Whether some of an answer was passed on: then the proxy cannot give one of its own.
  bool is_answering() const { return answer_ == Answer::body || interim_; }
  // Whether nobody knows yet what the request that is being read is for.
  bool awaits_target() const { return !captured_ && request_ == Request::head; }
  bool has_sent_request() const { return request_ == Request::done; }

 private:
  enum class Request : uint8_t { head, opening, body, done };
  enum class Answer : uint8_t { none, head, body, done };

  // http_relay.cc: from the client
  void read_client();
  void take_client();
  void take_head();
  bool may_go(const wire::RequestHead& head, wire::Endpoint& asked);
  void open(const wire::Endpoint& asked);
  void send_request();
  size_t take_body(std::string_view bytes);
  void await_client();

  // http_answer_relay.cc: from the server
  void read_server();
  void server_ended();
  void take_answer(std::string_view bytes);
  bool take_answer_head();
  void take_answer_body(std::string_view bytes);
  void become_tunnel(size_t head_size);
  void fail(std::string_view detail);
  void finish_exchange();

  Session& session_;
  Engine& engine_;
  Setup& setup_;
  bool captured_;
  Request request_ = Request::head;
  Answer answer_ = Answer::none;
  bool client_stays_ = false;
  bool server_stays_ = false;
  bool is_reused_ = false;  // an idle server may be gone: then the request is sent once more
  bool has_body_ = false;
  bool wants_tunnel_ = false;
  bool interim_ = false;
  bool is_open_ = false;  // to `connected_to_`
  wire::Endpoint connected_to_{};
  wire::RequestReader reader_{};
  wire::ResponseReader answer_reader_{};
  wire::BodyReader body_{};
  wire::BodyReader answer_body_{};
  std::string method_{};
  std::string head_{};    // of the request, for the server
  std::string answered_;  // by the server, until its head is whole
};

}  // namespace sbxc::egress
