// A visitor made of one lambda for each alternative.
#pragma once

namespace sbxc::sbpl {

template <typename... T>
struct overloaded : T... {
  using T::operator()...;
};
template <typename... T>
overloaded(T...) -> overloaded<T...>;

}  // namespace sbxc::sbpl
