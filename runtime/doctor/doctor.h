// What this machine can enforce, found out by trying each mechanism in a process of its own: what
// is configured says little, what a child could do is the answer. One implementation for each
// system, in the folder of its name. Used by `sbxc doctor`, and by who has to say why a start
// failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbxc::doctor {

enum class State : unsigned char {
  ok,
  degraded,  // it works, and something is weaker or slower than it could be
  missing,
};
constexpr std::string_view name_of(State state) {
  switch (state) {
    case State::ok:
      return "ok";
    case State::degraded:
      return "degraded";
    case State::missing:
      return "missing";
  }
  return {};
}

struct Mechanism {
  std::string id;  // `user-notification`: stable, one word for scripts
  State state = State::ok;
  std::string seen{};               // what was found, one clause
  std::string purpose{};            // what it is for, one clause
  std::vector<std::string> help{};  // what to do, unless it is ok; a line each
  bool ordinary = true;             // ordinary policies need it
};

struct Examination {
  std::string system;  // `linux`, `macos`
  std::string kernel;  // its release
  bool root = false;   // who asked is root
  std::vector<Mechanism> mechanisms;
};

Examination examine();

// Null when the system has no mechanism of that name.
const Mechanism* find(const Examination& examination, std::string_view id);

}  // namespace sbxc::doctor
