// Calls in a loop, inside a sandbox or outside of one, and what each costs. A program of its own,
// so that it can be started anywhere: calls DIRECTORY
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr int kSamples = 21;

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// The median of samples of so many rounds.
template <typename Call>
void measure(const char* name, int rounds, Call call) {
  std::vector<double> samples;
  for (int sample = 0; sample < kSamples; ++sample) {
    const double begin = now();
    for (int i = 0; i < rounds; ++i) {
      if (!call()) {
        std::perror(name);
        _exit(1);
      }
    }
    samples.push_back((now() - begin) / rounds);
  }
  std::nth_element(samples.begin(), samples.begin() + kSamples / 2, samples.end());
  std::printf("%s %.3f\n", name, samples[kSamples / 2]);
}

bool open_and_close(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
  return file >= 0 && close(file) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string directory = argv[1];
  const std::string file = directory + "/calls.file";
  const std::string other = directory + "/calls.other";
  const std::string folder = directory + "/calls.folder";
  if (!open_and_close(file, O_WRONLY | O_CREAT)) return 1;
  measure("open-read", 200, [&] { return open_and_close(file, O_RDONLY); });
  measure("open-write", 200, [&] { return open_and_close(file, O_WRONLY); });
  measure("rename", 200, [&] {
    return rename(file.c_str(), other.c_str()) == 0 && rename(other.c_str(), file.c_str()) == 0;
  });
  measure("mkdir", 10,
          [&] { return mkdir(folder.c_str(), 0700) == 0 && rmdir(folder.c_str()) == 0; });
  measure("stat", 200, [&] {
    struct stat facts {};
    return stat(file.c_str(), &facts) == 0;
  });
  return unlink(file.c_str());
}
