// The files, directories, listeners that a list of trials is about, made for one run of the probe
// program, and looked at after it. Files that must be there and files that must not be there yet
// cannot stand on one tree: `parts_of` says which trials can be tried together.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/requests/answers.h"
#include "conformance/requests/trial.h"

namespace sbxc::conform {

// Trials by their place in the whole list.
using Part = std::vector<size_t>;
std::vector<Part> parts_of(const std::vector<Trial>& trials);

class TrialTree {
 public:
  // Makes all of it. `part` and `trials` have to outlive this.
  TrialTree(const std::vector<Trial>& trials, const Part& part, const Ground& ground,
            std::string_view probe);
  ~TrialTree();
  TrialTree(const TrialTree&) = delete;
  TrialTree& operator=(const TrialTree&) = delete;

  const std::string& fault() const { return fault_; }
  // Why trial number i of the part could not be made real; empty: it could.
  const std::string& untried(size_t i) const { return untried_[i]; }
  std::map<std::string, std::string> environment() const;
  // The list for the probe program.
  std::string list() const;

  // Descriptors that somebody may connect to, and what to do then.
  std::vector<int> listening() const;
  void accept_from(int listener);
  // Trial i says that it listens: connects, and is through when the nonce came.
  bool reach(size_t i);

  // Whether trial i of the part came off, by what is there now and what was obtained.
  bool seen(size_t i, const TrialAnswer& answer) const;

 private:
  const Trial& trial(size_t i) const { return trials_[part_[i]]; }
  bool is_below_root(const std::string& path) const;
  void make_places(std::string_view probe);
  void make(size_t i);
  void make_file(size_t i);
  void listen_at(size_t i);
  void read_outside(size_t i);
  void contact(std::string_view text);

  const std::vector<Trial>& trials_;
  const Part& part_;
  const Ground& ground_;
  std::string fault_;
  std::vector<std::string> secrets_;  // what has to be obtained
  std::vector<std::string> untried_;
  std::vector<bool> contacted_;
  std::map<int, size_t> listeners_;  // descriptor -> trial of the part
  std::map<std::string, std::string> environment_;
  std::map<std::string, std::string> file_secrets_;  // by path
  std::map<std::string, bool> is_directory_;         // paths that something is made below
};

}  // namespace sbxc::conform
