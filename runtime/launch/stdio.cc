#include "runtime/launch/stdio.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "runtime/descriptor/pipe.h"
#include "runtime/protections/protections.h"

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

constexpr const char* kNames[] = {"standard input", "standard output", "standard error"};

Result<Descriptor> copy_of(int number) {
  Descriptor copy(fcntl(number, F_DUPFD_CLOEXEC, 10));
  if (!copy) return tl::unexpected(system_failure("no more descriptors", errno));
  return copy;
}

// The same open file twice, as after `>log 2>&1`: one pipe keeps the order of what is written.
bool same_file(int one, int other) {
  struct stat a {};
  struct stat b {};
  return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino && lseek(one, 0, SEEK_CUR) == lseek(other, 0, SEEK_CUR);
}

Result<bool> put_pipe_between(int number, Stdio& stdio) {
  Pipe pipe = open_pipe();
  if (!pipe) return tl::unexpected(system_failure("no pipe", errno));
  auto file = copy_of(number);
  if (!file) return tl::unexpected(std::move(file.error()));
  const bool into_command = number == STDIN_FILENO;
  if (into_command) fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK);
  stdio.of_command[static_cast<size_t>(number)] = std::move(into_command ? pipe.read : pipe.write);
  stdio.pumps.push_back(into_command ? Pump{std::move(*file), std::move(pipe.write), true}
                                     : Pump{std::move(pipe.read), std::move(*file), false});
  return true;
}

Failure unfit(int number, const char* what) {
  return {.message = std::string(kNames[number]) + " is " + what +
                     ", and the command could reach more through it than the policy allows",
          .help = "use a file, a pipe or a terminal"};
}

}  // namespace

Result<Stdio> stdio_for_command() {
  // Those that are closed are not to be taken by the next file that is opened.
  Descriptor above;
  for (int opened = 0; opened < 3;) {
    opened = open("/dev/null", O_RDWR);
    if (opened < 0) return tl::unexpected(system_failure("`/dev/null` cannot be opened", errno));
    if (opened > 2) above.reset(opened);
  }
  Stdio stdio;
  for (int number = 0; number < 3; ++number) {
    struct stat facts {};
    Descriptor& mine = stdio.of_command[static_cast<size_t>(number)];
    if (fstat(number, &facts) != 0) {
      return tl::unexpected(system_failure(kNames[number], errno));
    }
    if (S_ISDIR(facts.st_mode)) return tl::unexpected(unfit(number, "a directory"));
    if (S_ISBLK(facts.st_mode)) return tl::unexpected(unfit(number, "a disk"));
    const bool is_file = S_ISREG(facts.st_mode) && is_on(Protection::pipes);
    if (is_file && !(number == 2 && same_file(1, 2))) {
      auto made = put_pipe_between(number, stdio);
      if (!made) return tl::unexpected(std::move(made.error()));
      continue;
    }
    // The pipe before the same file, or the thing itself.
    const int source = is_file ? stdio.of_command[1].get() : number;
    auto copy = copy_of(source);
    if (!copy) return tl::unexpected(std::move(copy.error()));
    mine = std::move(*copy);
  }
  return stdio;
}

}  // namespace sbxc::launch
