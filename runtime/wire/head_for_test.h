// All that a reader says about a request, as one line to compare.
#pragma once

#include <string>

#include "runtime/wire/http_head.h"

namespace sbxc::wire {

inline std::string describe(const Framing& framing) {
  switch (framing.kind) {
    case Framing::Kind::none:
      return "none";
    case Framing::Kind::length:
      return "length " + std::to_string(framing.length);
    case Framing::Kind::chunked:
      return "chunked";
    case Framing::Kind::until_close:
      return "until close";
  }
  return {};
}

inline std::string describe(const RequestHead& head) {
  constexpr const char* kForms[] = {"origin", "absolute", "authority", "asterisk"};
  constexpr const char* kUpgrades[] = {"", " websocket", " upgrade"};
  std::string out(head.method);
  out += std::string(" ") + kForms[static_cast<size_t>(head.form)];
  out += " [" + std::string(head.path) + "] 1." + std::to_string(head.minor);
  out += " target=" + (head.target ? head.target->text() : "-");
  out += " host=" + (head.host ? head.host->text() : "-");
  out += " body=" + describe(head.body) + (head.keeps_alive ? " keep" : " close");
  out += kUpgrades[static_cast<size_t>(head.upgrade)];
  if (head.expects_continue) out += " expects";
  for (const Field& field : head.fields()) {
    out += " {" + std::string(field.name) + ": " + std::string(field.value) + "}";
  }
  return out;
}

}  // namespace sbxc::wire
