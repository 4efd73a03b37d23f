// Dials the addresses of one name in their order until one answers: the next at once when one
// refuses, and beside one that stays silent after a while (RFC 8305 in small), never more than
// three at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "runtime/egress/loop.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

struct DialOwner {
  // A connected socket, now the owner's, or -1 and the errno of the last address.
  virtual void dialled(int socket, int error) = 0;

 protected:
  ~DialOwner() = default;
};

class Dialler final : private Watcher {
 public:
  // `make` gives the sockets, if it is set.
  Dialler(Loop& loop, std::vector<Place> places, DialOwner& owner,
          const std::function<int(bool v6)>* make);

  struct Outcome {
    bool finished = false;
    int socket = -1;
    int error = 0;
  };
  // Dials the first. Finished at once for most places nearby; the owner is told later if not.
  Outcome start();
  // The one that is under way is silent: dials the next beside it. The owner is not told.
  Outcome hurry();

  // The owner is told nothing any more. It goes when its last wait is over.
  static void abandon(std::unique_ptr<Dialler> dialler);

 private:
  void ready(Watch& watch, Wait what) override;
  void gone(Watch& watch) override;
  Outcome dial_next();
  bool is_dialling() const;
  bool is_busy() const;

  Loop& loop_;
  std::vector<Place> places_;
  DialOwner& owner_;
  const std::function<int(bool v6)>* make_;
  std::array<Watch, 3> attempts_;
  size_t next_ = 0;
  int error_ = 0;
  bool abandoned_ = false;
};

}  // namespace sbxc::egress
