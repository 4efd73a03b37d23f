// What the C++20 library of LLVM 17 has and that of LLVM 16 has not yet: comparing containers by
// `<=>`. Included before everything in a build for macOS on another system.
#pragma once

#if defined(__cplusplus) && __cplusplus >= 202002L
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 170000
namespace std {

template <class Range>
constexpr auto sbxc_compared(const Range& a, const Range& b)
    -> compare_three_way_result_t<typename Range::value_type> {
  auto left = a.begin();
  auto right = b.begin();
  for (; left != a.end() && right != b.end(); ++left, ++right) {
    if (const auto order = *left <=> *right; order != 0) return order;
  }
  return (left != a.end()) <=> (right != b.end());
}

template <class T, size_t N>
requires three_way_comparable<T>
constexpr auto operator<=>(const array<T, N>& a, const array<T, N>& b) {
  return sbxc_compared(a, b);
}

template <class T, class Allocator>
requires three_way_comparable<T>
constexpr auto operator<=>(const vector<T, Allocator>& a, const vector<T, Allocator>& b) {
  return sbxc_compared(a, b);
}

template <class T>
requires three_way_comparable<T>
constexpr auto operator<=>(const optional<T>& a, const optional<T>& b)
    -> compare_three_way_result_t<T> {
  if (a.has_value() && b.has_value()) return *a <=> *b;
  return a.has_value() <=> b.has_value();
}

}  // namespace std
#endif
#endif
