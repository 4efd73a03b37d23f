// Commands timed in turn, from exec to exit: what disturbs the machine disturbs each of them.
#pragma once

#include <string>
#include <vector>

namespace sbxc::bench {

struct Timed {
  std::string name;
  std::vector<std::string> command;  // its first word is a path
  std::string file{};                // bytes for it to read from descriptor 9; empty: none
  std::string before{};              // for a shell, not timed
};

struct Times {
  std::vector<double> walls;  // milliseconds, by round
  double median = 0;
  double least = 0;
  double processor = 0;  // median of the time on processors, children included
  long peak_kb = 0;      // of its largest process
  int failed = 0;        // a status when one differed from zero: then nothing above means anything
};

// How many times as long as another: of the rounds, so that a machine which gets slower meanwhile
// tells nothing.
struct Ratio {
  double median = 0;
  double quarter = 0;  // a quarter of the rounds was at or below
  double three_quarters = 0;
};
Ratio ratio(const Times& times, const Times& other);

// Each once without looking, then `rounds` times in turn.
std::vector<Times> interleaved(const std::vector<Timed>& commands, int rounds);

}  // namespace sbxc::bench
