// Landlock, for a program that is about to restrict itself: the kernel's numbers, which of them
// this kernel knows, and one call that installs a wall on the calling thread. Allocates nothing,
// throws nothing, needs libc alone: it runs as the last thing before a command.
//
// A grant says what may be done at a path and at everything below it. What no grant reaches and
// `handled` names is refused. There is no way to take back below what was granted above: that is
// for the mounts.
#pragma once

#include <cstdint>
#include <span>

namespace sbxc::landlock {

// The kernel's own bits (include/uapi/linux/landlock.h), with the ABI that brought them.
using Rights = uint64_t;
inline constexpr Rights kExecute = 1U << 0;
inline constexpr Rights kWriteFile = 1U << 1;
inline constexpr Rights kReadFile = 1U << 2;
inline constexpr Rights kReadDirectory = 1U << 3;
inline constexpr Rights kRemoveDirectory = 1U << 4;
inline constexpr Rights kRemoveFile = 1U << 5;
inline constexpr Rights kMakeCharacterDevice = 1U << 6;
inline constexpr Rights kMakeDirectory = 1U << 7;
inline constexpr Rights kMakeRegular = 1U << 8;
inline constexpr Rights kMakeSocket = 1U << 9;
inline constexpr Rights kMakeFifo = 1U << 10;
inline constexpr Rights kMakeBlockDevice = 1U << 11;
inline constexpr Rights kMakeLink = 1U << 12;
inline constexpr Rights kRefer = 1U << 13;        // 2: renames and links between directories
inline constexpr Rights kTruncate = 1U << 14;     // 3
inline constexpr Rights kIoctlDevice = 1U << 15;  // 5
inline constexpr Rights kResolveUnix = 1U << 16;  // 9: connecting to a socket made outside

inline constexpr Rights kReading = kReadFile | kReadDirectory;
inline constexpr Rights kMaking = kRemoveDirectory | kRemoveFile | kMakeCharacterDevice |
                                  kMakeDirectory | kMakeRegular | kMakeSocket | kMakeFifo |
                                  kMakeBlockDevice | kMakeLink | kRefer;
inline constexpr Rights kWriting = kWriteFile | kTruncate | kMaking;
// Those that mean something for what is not a directory.
inline constexpr Rights kOfFiles =
    kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDevice | kResolveUnix;
inline constexpr Rights kEverything = kExecute | kReading | kWriting | kIoctlDevice | kResolveUnix;

struct Grant {
  const char* path = nullptr;  // absolute, ended by NUL; a link as the last name is an error
  Rights rights = 0;           // of a file, those that mean something for one
  bool optional = false;       // nothing there: granted nothing, instead of an error
};

struct Wall {
  Rights handled = kEverything;  // less what the kernel does not know; 0: files are left alone
  bool scope_signals = true;     // ABI 6: no signal to who is not behind this wall
  bool scope_abstract = true;    // ABI 6: nor a connection to their abstract unix sockets
  std::span<const Grant> grants{};
};

// What went wrong: the call, the path if there is one, and errno.
struct Failure {
  const char* call = nullptr;
  const char* path = nullptr;
  int error = 0;
  explicit operator bool() const { return call != nullptr; }
};

// The kernel's ABI; 0 where there is no Landlock, or it is switched off.
int abi();
// What a kernel of that ABI can be told to handle.
Rights known_rights(int abi);

// Puts the calling thread and what it will start behind the wall. The caller has set no_new_privs.
// On a failure nothing is installed. A wall of nothing (no Landlock, or nothing asked that this
// kernel knows) is a failure, too: whoever can go on without one asks abi() first.
//
// A path that cannot be reached for lack of permission gets no grant: whoever is behind the wall
// cannot reach it either.
Failure apply(const Wall& wall);

}  // namespace sbxc::landlock
