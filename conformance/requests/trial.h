// Single requests (reading this file, connecting to that socket), tried in the kernel: many with
// one start of a sandbox, by the probe program's list (conformance/attempts/requests.c). Each is
// made real first, below one directory; each is tried outside, where it must come off, and then in
// the sandbox. What came of it is seen from outside: a secret that arrived, a file that changed, a
// connection that was counted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::conform {

enum class Form : uint8_t { env, read, change, make, bind, socket, connect, listen, exec };
std::string_view name_of(Form form);

struct Trial {
  Form form{};
  std::string target;  // a path, a variable's name, `@name`, `127.0.0.1:80`
};

// Of one trial in one run.
struct Sight {
  bool seen = false;      // the host saw that it came off
  bool reached = false;   // the probe program got to it
  std::string refused{};  // `open: EACCES`; empty: it says that nothing was refused
};

struct Tried {
  Sight outside{};
  Sight inside{};
  std::string untried{};  // why it could not be made real
  // Why the sandbox says itself that it does not let this come off; for whoever knows the sandbox
  // to fill in.
  std::string narrowed{};
};

struct Ground {
  std::string root;                                // a directory of the suite's own
  std::vector<std::string> directories;            // below it; what is in them is removed
  std::string program;                             // where the probe program is put, in one of them
  std::string nonce;                               // random; shows whose a change is
  std::string directory;                           // where commands are started
  std::map<std::string, std::string> environment;  // of whoever starts the sandbox
  std::vector<std::string> inside;                 // command_of() in the sandbox
  // Called when everything is made for the trials at these places of the list, right before the
  // sandbox is started.
  std::function<void(const std::vector<size_t>&)> stands{};
};
// The words of the command that works through a list.
std::vector<std::string> command_of(const Ground& ground);

struct Trials {
  std::vector<Tried> tried;  // as many as were asked for
  size_t starts = 0;         // of the sandbox
  std::string fault{};       // why the trials could not be made at all
  std::string error{};       // what the sandbox wrote on standard error, cut short
};

// `probe` is the probe program's bytes. Paths outside of the root are read where they are.
Trials try_all(const std::vector<Trial>& trials, const Ground& ground, std::string_view probe);

}  // namespace sbxc::conform
