// A prop is a thing beside the stage that an attempt can reach for: a listener, a victim, a
// terminal, a descriptor left open. It is made before the sandbox starts, may change how it is
// started, may act while the command runs, and is looked at afterwards. One class a prop, one row
// in props.cc.
//
// All of it happens in a process that is there for this one launch: a prop may block signals,
// become anybody, unshare, and need not close what the end of a process closes. What outlives a
// process (SysV segments, names in /dev/shm) is removed in its destructor. Everything that it makes
// has a random name.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/conduct.h"
#include "conformance/suite/evidence.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

// How a command is about to be started. Whoever starts the sandbox has these; what the command has
// is the sandbox's doing.
struct Start {
  std::vector<std::string> argv;  // the sandbox, then the attempt
  std::map<std::string, std::string> environment;
  std::string directory;
  std::map<int, int> descriptors;  // number for the command -> descriptor here; 0, 1, 2 may be here
  bool new_session = true;
  std::optional<int> terminal;  // becomes the controlling terminal (then a new session too)
};

// While it runs.
struct Running {
  pid_t launcher = -1;         // what was started: the sandbox itself
  std::vector<pid_t> attempt;  // the attempt's own processes, as seen from outside
};

class Prop {
 public:
  virtual ~Prop() = default;
  Prop() = default;
  Prop(const Prop&) = delete;
  Prop& operator=(const Prop&) = delete;

  // Makes it, and tells the attempt where it is: stage.add_word(). Before stage.remember().
  virtual Result<bool> set_up(Stage& stage) = 0;
  // After the stage was remembered, before each launch.
  virtual void before_start(Start& start) { (void)start; }
  // Descriptors to wait for while the command runs, and what to do when one is ready. For things
  // that have to answer; what only arrives can be looked at afterwards.
  virtual std::vector<pollfd> watched() { return {}; }
  virtual void ready(int descriptor) { (void)descriptor; }
  // The attempt called hold_for(word) and waits; a prop that knows the word does its part.
  virtual void asked(std::string_view word, const Running& running) {
    (void)word;
    (void)running;
  }
  // The launch is over and every process of it is gone: collect, put what strangers sent into
  // conduct.elsewhere.
  virtual void after_end(Conduct& conduct) { (void)conduct; }
  // One of the kinds of evidence that its row names: what was seen, if anything.
  virtual std::optional<std::string> seen(const Evidence& evidence) {
    (void)evidence;
    return std::nullopt;
  }
};

struct PropRow {
  std::string_view name;                   // in `props`: `tcp`
  std::vector<std::string_view> words;     // of the scene that it gives
  std::vector<std::string_view> evidence;  // kinds that it answers: `contact`
  std::unique_ptr<Prop> (*make)();
  // Why this machine cannot have it; empty: it can.
  std::string (*missing)() = nullptr;
};

// props.cc
const std::vector<PropRow>& prop_rows();
const PropRow* prop_row(std::string_view name);
bool is_evidence_of_a_prop(std::string_view kind);

}  // namespace sbxc::conform
