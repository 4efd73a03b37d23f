#include "backends/bwrap/read/path_claims.h"

namespace sbxc::bwrap_read {
namespace {

Gives reads(Shown shown) {
  switch (shown) {
    case Shown::absent:
    case Shown::masked:
    case Shown::looked_up:
      return Gives::no;
    case Shown::listed:
    case Shown::read_only:
    case Shown::writable:
    case Shown::file_in_place:
    case Shown::fixed_directory:
    case Shown::device:
      return Gives::yes;
    case Shown::private_writable:
    case Shown::processes:
    case Shown::devices:
    case Shown::socket:
    case Shown::masked_socket:
    case Shown::link:
    case Shown::nothing_below:
      return Gives::either;
  }
  return Gives::either;
}

Gives writes(Shown shown) {
  switch (shown) {
    case Shown::absent:
    case Shown::masked:
    case Shown::read_only:
      return Gives::no;
    case Shown::writable:
    case Shown::file_in_place:
    case Shown::private_writable:
      return Gives::yes;
    // An own directory can be changed by nobody; a mount point's attributes can, and no more.
    case Shown::looked_up:
    case Shown::listed:
    case Shown::fixed_directory:
    case Shown::device:
    case Shown::processes:
    case Shown::devices:
    case Shown::socket:
    case Shown::masked_socket:
    case Shown::link:
    case Shown::nothing_below:
      return Gives::either;
  }
  return Gives::either;
}

Gives executes(const Asked& asked, const Whole& whole) {
  switch (asked.shown) {
    case Shown::absent:
    case Shown::masked:
      return Gives::no;
    case Shown::read_only:
    case Shown::writable:
    case Shown::file_in_place:
    case Shown::private_writable:
      return !whole.execution_limited || asked.has(kGranted) ? Gives::yes : Gives::no;
    case Shown::looked_up:  // directories and devices are no programs
    case Shown::listed:
    case Shown::fixed_directory:
    case Shown::device:
    case Shown::processes:
    case Shown::devices:
    case Shown::socket:
    case Shown::masked_socket:
    case Shown::link:
    case Shown::nothing_below:
      return Gives::either;
  }
  return Gives::either;
}

Gives connects(Shown shown, const Whole& whole) {
  switch (shown) {
    case Shown::absent:
    case Shown::masked:
    case Shown::masked_socket:
      return Gives::no;
    case Shown::socket:
    case Shown::read_only:  // does not stop connecting
    case Shown::writable:
    case Shown::file_in_place:
      return whole.unix_sockets ? Gives::yes : Gives::no;
    case Shown::looked_up:
    case Shown::listed:
    case Shown::fixed_directory:
    case Shown::device:
    case Shown::private_writable:  // the sandbox's own sockets
    case Shown::processes:
    case Shown::devices:
    case Shown::link:
    case Shown::nothing_below:
      return Gives::either;
  }
  return Gives::either;
}

bool is_held(Operation operation, const Asked& asked, const Whole& whole) {
  if (operation == Operation::socket) return whole.later_sockets_held;
  if (asked.has(kHeldRead | kLinkHeld)) return true;
  return operation == Operation::write && asked.has(kHeldWrite);
}

bool is_wide(Operation operation, const Asked& asked, const Whole& whole) {
  if (operation == Operation::read) return asked.has(kWideRead);
  if (operation == Operation::write) return asked.has(kWideRead | kWideWrite);
  if (operation == Operation::exec) {
    return asked.has(kWideExec | kWideRead) || whole.exec_declared_wide;
  }
  return asked.has(kWideSocket) || whole.sockets_declared_wide;
}

bool is_less(Operation operation, const Asked& asked) {
  if (operation == Operation::read) return asked.has(kLessRead);
  if (operation == Operation::write) return asked.has(kLessWrite);
  if (operation == Operation::exec) {
    return asked.has(kLessExec) || (asked.has(kLessRead) && reads(asked.shown) == Gives::no);
  }
  return asked.has(kLessSocket);
}

bool exceeds(Operation operation, const Asked& asked, const Whole& whole) {
  return gives(operation, asked, whole) == Gives::yes && !allowed(operation, asked);
}

bool lacks(Operation operation, const Asked& asked, const Whole& whole) {
  return gives(operation, asked, whole) == Gives::no && allowed(operation, asked);
}

}  // namespace

Gives gives(Operation operation, const Asked& asked, const Whole& whole) {
  if (operation == Operation::read) return reads(asked.shown);
  if (operation == Operation::write) return writes(asked.shown);
  if (operation == Operation::exec) return executes(asked, whole);
  return connects(asked.shown, whole);
}

bool allowed(Operation operation, const Asked& asked) {
  if (operation == Operation::read) return asked.has(kRead);
  if (operation == Operation::write) return asked.has(kWrite);
  return asked.has(operation == Operation::exec ? kExec : kSocket);
}

bool is_undeclared_excess(Operation operation, const Asked& asked, const Whole& whole) {
  return exceeds(operation, asked, whole) && !asked.has(kKernelMade) &&
         !is_held(operation, asked, whole) && !is_wide(operation, asked, whole);
}

bool is_undeclared_lack(Operation operation, const Asked& asked, const Whole& whole) {
  return lacks(operation, asked, whole) && !asked.has(kKernelMade) && !is_less(operation, asked);
}

bool is_excess_for_later(Operation operation, const Asked& asked, const Whole& whole) {
  const bool old_too = operation == Operation::exec && whole.exec_declared_wide;
  if (old_too) return false;
  const bool later = is_held(operation, asked, whole) || is_wide(operation, asked, whole);
  return exceeds(operation, asked, whole) && (later || asked.has(kKernelMade)) &&
         !asked.has(kAlsoOld);
}

bool is_lack_for_later(Operation operation, const Asked& asked, const Whole& whole) {
  return lacks(operation, asked, whole) && (is_less(operation, asked) || asked.has(kKernelMade));
}

bool is_declared_excess(Operation operation, const Asked& asked, const Whole& whole) {
  return exceeds(operation, asked, whole) && is_wide(operation, asked, whole);
}

bool is_declared_lack(Operation operation, const Asked& asked, const Whole& whole) {
  return lacks(operation, asked, whole) && is_less(operation, asked);
}

}  // namespace sbxc::bwrap_read
