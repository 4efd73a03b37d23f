// Runs a filter from its printed listing alone, so that what a person reads is known to be what the
// kernel does. Understands the words that the listing uses and nothing else.
#pragma once

#include <charconv>
#include <sstream>
#include <string>
#include <vector>

#include "backends/seccomp/interpreter.h"

namespace sbxc::seccomp {

class ListingMachine {
 public:
  explicit ListingMachine(const std::string& listing) {
    std::istringstream in(listing);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("#")) continue;
      std::istringstream text(line.substr(0, line.find(';')));
      std::vector<std::string> words;
      for (std::string word; text >> word;) words.push_back(word);
      lines_.push_back(std::move(words));
    }
  }

  size_t size() const { return lines_.size(); }

  // `allow`, `EPERM`, `ENOSYS`, `kill`; `?` for a listing that makes no sense.
  std::string run(const Call& call) const {
    uint32_t a = 0;
    for (size_t at = 0; at < lines_.size();) {
      const std::vector<std::string>& words = lines_[at];
      if (words.size() < 3 || words[0] != std::to_string(at) + ":") return "?";
      if (words[1] == "ret") return words[2];
      if (words[1] == "load") {
        a = operand(words, call);
        ++at;
      } else if (words[1] == "and") {
        a &= number(words[2]);
        ++at;
      } else if (words[1] == "ja") {
        at = number(words[3]);
      } else {
        at = number(holds(words[1], a, number(words[2])) ? words[4] : words[6]);
      }
    }
    return "?";
  }

 private:
  static uint32_t number(const std::string& word) {
    const bool hex = word.starts_with("0x");
    uint32_t value = 0;
    std::from_chars(word.data() + (hex ? 2 : 0), word.data() + word.size(), value, hex ? 16 : 10);
    return value;
  }

  static uint32_t operand(const std::vector<std::string>& words, const Call& call) {
    if (words[2] == "number") return call.number;
    if (words[2] == "architecture") return call.arch;
    const uint64_t argument = call.arguments[number(words[3])];
    return static_cast<uint32_t>(words[4] == "(high" ? argument >> 32 : argument);
  }

  static bool holds(const std::string& what, uint32_t a, uint32_t k) {
    if (what == "jeq") return a == k;
    if (what == "jge") return a >= k;
    if (what == "jgt") return a > k;
    return (a & k) != 0;
  }

  std::vector<std::vector<std::string>> lines_;
};

}  // namespace sbxc::seccomp
