// Names and queries for the host benchmarks, the same in every run: names of two to four labels
// with the lengths of real block lists (about 17 bytes), half of them `*.name`; queries that are a
// quarter exact hits, a quarter below a name, a quarter unrelated and a quarter one step beside a
// name.
#pragma once

#include <random>
#include <string>
#include <unordered_set>
#include <vector>

namespace sbxc::bench {

inline std::string random_label(std::mt19937& random, size_t shortest, size_t longest) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::string label;
  const size_t length = shortest + random() % (longest - shortest + 1);
  // Neither a number nor a dash at an end.
  for (size_t i = 0; i < length; ++i) {
    const bool inside = i > 0 && i + 1 < length;
    label += kLetters[random() % (inside ? kLetters.size() : 26)];
  }
  return label;
}

inline std::string random_name(std::mt19937& random) {
  constexpr const char* kTop[] = {"com", "net", "org", "example", "co.uk", "io", "de", "ru"};
  std::string name = random_label(random, 6, 18);
  if (random() % 10 < 3) name = random_label(random, 2, 8) + "." + name;
  return name + "." + kTop[random() % std::size(kTop)];
}

inline std::vector<std::string> random_names(size_t count) {
  std::mt19937 random(7);
  std::unordered_set<std::string> seen;
  std::vector<std::string> names;
  while (names.size() < count) {
    std::string name = random_name(random);
    if (seen.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

// The lines of a list: every second name with its subdomains.
inline std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i % 2 == 1) text += "*.";
    text += names[i];
    text += '\n';
  }
  return text;
}

inline std::vector<std::string> random_queries(const std::vector<std::string>& names,
                                               size_t count) {
  std::mt19937 random(11);
  std::vector<std::string> queries;
  for (size_t i = 0; i < count; ++i) {
    const std::string& name = names[random() % names.size()];
    switch (random() % 8) {
      case 0:
      case 1:
        queries.push_back(name);
        break;
      case 2:
      case 3:
        queries.push_back(random_label(random, 3, 8) + "." + name);
        break;
      case 4:
      case 5:
        queries.push_back(random_name(random));
        break;
      case 6:
        queries.push_back("evil" + name);
        break;
      default:
        queries.push_back(name + ".evil.com");
        break;
    }
  }
  return queries;
}

}  // namespace sbxc::bench
