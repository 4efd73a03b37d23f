// Who decides. The broker asks about canonical paths only: absolute as the sandbox sees them, every
// link followed, no `.`, `..` or `//`; bytes.
#pragma once

#include <string_view>

namespace sbxc::broker {

struct Rights {
  bool read = false;
  bool write = false;
  bool exec = false;

  bool operator==(const Rights&) const = default;
  // Whether all of `other` is in here.
  bool holds(const Rights& other) const {
    return (read || !other.read) && (write || !other.write) && (exec || !other.exec);
  }
  Rights only(const Rights& mask) const {
    return {read && mask.read, write && mask.write, exec && mask.exec};
  }
};
inline constexpr Rights kAllRights{true, true, true};
inline constexpr Rights kWriteOnly{false, true, false};

class Judge {
 public:
  virtual ~Judge() = default;

  virtual Rights at(std::string_view path) = 0;

  // Whether `to` and every name below it has no right of `mask` that the same name below `from`
  // lacks: what moves from `from` to `to` gains nothing. May say no where it is too costly to say.
  virtual bool no_gain_below(std::string_view from, std::string_view to, Rights mask) = 0;

  // Whether every name that could be below `path` may be written. May say no likewise.
  virtual bool writable_below(std::string_view path) = 0;

  // A canonical path, or `@` and the name of an abstract socket (its bytes, whatever they are).
  virtual bool socket(std::string_view name) = 0;

  // That nothing is allowed here is for that: what stands on the way to it may be written
  // otherwise.
  virtual bool has_other_spellings(std::string_view) { return false; }

  // Another directory may stand at a path that was asked for.
  virtual void directory_moved() {}
};

}  // namespace sbxc::broker
