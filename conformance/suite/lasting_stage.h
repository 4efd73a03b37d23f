// A stage for one attempt after another, because making one takes longer than most attempts.
// Nothing of an attempt goes on to the next: a stage is used again only if, after the attempt's
// processes and props have gone, it is the same to the last file, none of which was touched, and
//   - no secret of it was learnt in a sandbox: what a sandbox gave away is never a secret again;
//   - the attempts before were of the same side: those outside, which may have taken anything
//     anywhere, have a stage of their own, with other secrets than those that sandboxes are to
//     keep.
// Otherwise it is left, until whoever has the directory removes it, and the next attempt gets
// another one.
//
// The process that starts attempts has it, and knows its secrets from the beginning; the process of
// an attempt has a copy, makes it if need be, and reports whether it still stands.
#pragma once

#include <optional>
#include <string>

#include "conformance/suite/conduct.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

class LastingStage {
 public:
  // `directory` is a name that nothing bears; a number is added. `making` has to outlive this and
  // names no sets.
  LastingStage(std::string directory, const Stage::Making& making);

  // In the process of an attempt: ready for it.
  Result<bool> get_ready();
  Stage& stage() { return *stage_; }
  // The attempt is over, its props are gone. `told`: a secret of it may have been learnt.
  void leave(bool told);
  bool stands() const { return stands_; }

  // In the process that starts attempts: whether it stands still; if not, it is another one now.
  void go_on(bool stands);

 private:
  void put_aside() const;

  std::string directory_;
  const Stage::Making& making_;
  unsigned number_ = 0;
  std::optional<Stage> stage_;
  bool stands_ = false;
  Snapshot made_;
};

// Whether any secret of the stage is in what came out of a sandbox.
bool tells_a_secret(const Stage& stage, const Conduct& conduct);

}  // namespace sbxc::conform
