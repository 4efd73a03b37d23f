// For tests: the processes of a run, found by a variable in their environment, where the system
// shows it: in place of what confines them on macOS.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sbxc::plain {

inline std::string mark_of_this_test() {
  return "SBXC_TEST_RUN=" + std::to_string(getpid()) + "-" +
         ::testing::UnitTest::GetInstance()->current_test_info()->name();
}

#if defined(__APPLE__)
inline std::vector<pid_t> marked_processes(const std::string& mark) {
  std::vector<pid_t> found;
  FILE* list = popen("/bin/ps -axEww -o pid=,command=", "r");
  char* line = nullptr;
  size_t room = 0;
  while (list != nullptr && getline(&line, &room, list) > 0) {
    if (std::strstr(line, mark.c_str()) != nullptr) found.push_back(std::atoi(line));
  }
  std::free(line);
  if (list != nullptr) pclose(list);
  return found;
}
#else
inline std::vector<pid_t> marked_processes(const std::string& mark) {
  std::vector<pid_t> found;
  DIR* processes = opendir("/proc");
  if (processes == nullptr) return found;
  while (const dirent* entry = readdir(processes)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    std::ifstream file("/proc/" + std::string(entry->d_name) + "/environ");
    const std::string variables((std::istreambuf_iterator<char>(file)), {});
    if (variables.find(mark) != std::string::npos) found.push_back(pid);
  }
  closedir(processes);
  return found;
}
#endif

inline bool none_is_left(const std::string& mark) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (marked_processes(mark).empty()) return true;
    usleep(5000);
  }
  return false;
}

}  // namespace sbxc::plain
