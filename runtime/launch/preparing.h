// What has to be there before a start and is not: told by the supervisor, which knows the plan, to
// the keeper, which outlives it and removes what is left.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/launch/launch.h"
#include "runtime/launch/shared_directory.h"

namespace sbxc::launch {

struct Wanted {
  std::vector<Preparation> before;
  std::vector<std::string> shared;
};

// False: the other side is gone, or (errno) memory is short.
bool send_wanted(int socket, const Launch& order);
bool receive_wanted(int socket, Wanted& wanted);

class Prepared {
 public:
  struct Told {
    int32_t error = 0;   // of the first that could not be made
    uint32_t index = 0;  // which one of `before`
  };
  Told make(const Wanted& wanted);
  // What is still empty and nobody else's.
  void remove() const;

 private:
  std::vector<std::string> files_;
  std::vector<SharedDirectory> directories_;
};

}  // namespace sbxc::launch
