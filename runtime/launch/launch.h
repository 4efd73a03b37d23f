// Runs one command in one sandbox: bubblewrap from a fixed place, started with an empty
// environment, its plan on a descriptor, pid 1 inside ours; then waits, passes signals and bytes
// on, and gives the command's own status. Nothing outlives it: every process of the chain ends with
// the one above, and what was made on the file system is removed by a process that outlives this
// one if need be.
//
// Knows nothing of policies: what to mount, to filter and to grant is given. Linux only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/descriptor/ignored_outside.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

// What has to lie at `target` inside: what `source` is now, on the way to which no link is.
struct Mounted {
  std::string source;
  std::string target;
};

// Made before the start, removed afterwards if it was made and (a directory) is empty. One that
// cannot be made is a note.
struct Preparation {
  std::string path;
  bool directory = true;
};

struct ResourceLimit {
  int resource = 0;  // RLIMIT_NPROC and so on
  uint64_t value = 0;
};

// A Landlock grant: see runtime/landlock.
struct Grant {
  std::string path;
  uint64_t rights = 0;
  bool optional = false;
};

// What the broker serves. No listener: there is no sandbox and nothing to do.
struct Asked {
  int listener = -1;
  int32_t process = -1;  // pid 1 of the sandbox, as the process table outside numbers it
};

// The broker, in a process of its own. It prepares itself, calls `wait` for the listener, serves it
// and gives its exit status; `reports` is where to write what it refused.
using BrokerMain = std::function<int(const std::function<Asked()>& wait, int reports)>;

// A process of the sandbox, before anything of the command runs. No process: there is no sandbox.
struct Joining {
  int32_t process = -1;  // as the process table outside numbers it
  int descriptor = -1;   // a pidfd of it
};

struct NetworkEnds {
  std::function<Joining()> wait;
  // Once: the network stands (nothing), or why it cannot. The command waits for it.
  std::function<void(const std::optional<Failure>&)> tell;
  std::function<void(std::string_view note)> say;  // something that a person should know
  int stop = -1;                                   // readable when there is nothing left to serve
  int reports = -1;                                // where to write what it refused
};

// Who serves the sandbox's network, in a process of its own. Without it there is none inside.
struct Network {
  std::function<int(const NetworkEnds&)> serve{};
  std::vector<int> descriptors{};  // what it needs of this process's
  // As `Launch::on_reports`.
  std::function<bool(std::string_view bytes)> on_reports{};
};

// A file of the sandbox's own, read-only, where the mounts have a place for it.
struct OwnFile {
  std::string path;
  std::string text;
};

struct Launch {
  std::vector<std::string> arguments;  // of bubblewrap, without the command
  std::vector<std::string> command;
  // Adds the walls within (filters, broker, Landlock), of which bubblewrap knows nothing: called
  // while it mounts. What fails ends it.
  std::function<Result<bool>(Launch&)> add_walls{};
  bool keep_terminal = false;  // no new session, so that job control works
  SignalBits ignored_signals = ignored_outside();
  std::string policy_filter;  // struct sock_filter's bytes
  std::string notify_filter;  // empty: nobody is asked
  BrokerMain broker{};
  // What the broker wrote, in pieces. False: it cannot be recorded, so the command is ended.
  std::function<bool(std::string_view bytes)> on_reports{};
  Network network{};
  std::vector<OwnFile> files{};
  // Something that a person should know although the command is started.
  std::function<void(const std::string&)> on_note{};
  bool landlock = false;
  uint64_t landlock_rights = 0;  // handled; 0: files are left to the mounts
  std::vector<Grant> grants;
  std::vector<ResourceLimit> limits;
  std::optional<std::chrono::seconds> time{};
  std::function<void()> on_time_over{};  // told when the command was ended for it
  // Without bubblewrap and namespaces: Landlock and the filters are all there is. Then `arguments`,
  // `mounted` and `hides_proc` mean nothing, and these are needed.
  bool alone = false;
  std::string directory;                 // where the command starts
  std::vector<std::string> environment;  // NAME=VALUE
  int control_group = -1;                // open for writing: the `cgroup.procs` to enter
  // What is left to do when this process was killed: done by the keeper, after all else.
  std::function<void()> when_killed{};
  std::vector<Mounted> mounted;
  std::vector<Preparation> before;
  // Directories that are mounted and that another run may have made, or have removed since: they
  // are made again if need be, and the last run removes them.
  std::vector<std::string> shared;
};

// What needs no plan, begun while the plan is made; what is not used ends with its owner.
struct Beginning;
struct EndBeginning {
  void operator()(Beginning* begun) const;
};
using Ahead = std::unique_ptr<Beginning, EndBeginning>;
Ahead begin_ahead();  // empty where it fails: launch() tries again, and says why

// The command's status; 128 and the signal's number when a signal ended it, 124 after its time.
Result<int> launch(Launch order, Ahead ahead = {});

}  // namespace sbxc::launch
