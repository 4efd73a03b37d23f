// The world itself, each in a process that is there for it alone: what leaves is seen, names lead
// where they should, and its proxy refuses nothing.
#include "conformance/suite/network/world.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "conformance/suite/network/place.h"

namespace sbxc::conform {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using Lines = std::vector<std::string>;

// Runs a script of bash in a world, as whoever this is; what the world saw.
void run_and_tell(const std::string& resolves, const std::string& script,
                  const std::string& scratch) {
  World world({scratch + "/world", "n0ab", "allowed.test", resolves});
  std::ofstream out(scratch + "/events");
  if (!world.why_not().empty()) {
    out << world.why_not() << "\n";
    return;
  }
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/bash", "bash", "-c", script.c_str(), nullptr);
    _exit(127);
  }
  constexpr int kMostTurns = 2000;
  for (int turn = 0; turn < kMostTurns && waitpid(child, nullptr, WNOHANG) == 0; ++turn) {
    auto all = world.watched();
    poll(all.data(), all.size(), 10);
    for (const pollfd& each : all) {
      if (each.revents != 0) world.ready(each.fd);
    }
  }
  for (const std::string& event : world.events()) out << event << "\n";
}

Lines seen(const std::string& resolves, const std::string& script) {
  std::string scratch = (std::filesystem::temp_directory_path() / "world-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) return {"no directory"};
  const pid_t child = fork();
  if (child == 0) {
    run_and_tell(resolves, script, scratch);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  Lines lines;
  std::ifstream in(scratch + "/events");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::filesystem::remove_all(scratch);
  return lines;
}

TEST(Worlds, CanBeMadeHere) { EXPECT_EQ(no_world_because(), ""); }

TEST(Worlds, SeeWhateverLeavesForAnywhere) {
  const Lines lines =
      seen("",
           "exec 3<>/dev/tcp/203.0.113.77/80; printf 'GET /n0ab HTTP/1.1\\r\\nHost: x\\r\\n"
           "\\r\\n' >&3; head -n1 <&3; echo n0ab >/dev/udp/8.8.8.8/9999; "
           "exec 4<>/dev/tcp/2001:db8::5/81");
  EXPECT_THAT(lines, IsSupersetOf({"tcp 203.0.113.77:80", "wire 203.0.113.77:80",
                                   "http 203.0.113.77:80 GET /n0ab host=x", "udp 8.8.8.8:9999",
                                   "wire 8.8.8.8:9999", "tcp [2001:db8::5]:81"}));
}

TEST(Worlds, AnswerForTheNameThatIsAllowed) {
  const Lines lines = seen("127.0.0.1", "exec 3<>/dev/tcp/allowed.test/80");
  EXPECT_THAT(lines, IsSupersetOf({"asked allowed.test A 198.51.100.53:53", "tcp 127.0.0.1:80"}));
}

TEST(Worlds, HaveAProxyThatRefusesNothing) {
  const auto through = [](const std::string& request) {
    return seen("", "exec 3<>/dev/tcp/127.0.0.1/3128; printf '" + request +
                        "' >&3; timeout 0.4 cat <&3 >/dev/null");
  };
  EXPECT_THAT(through("CONNECT 0xcb00714d:8080 HTTP/1.1\\r\\n\\r\\n"),
              Contains("tcp 203.0.113.77:8080"));
  EXPECT_THAT(through("GET http://a:b@denied.test:8080/n0ab HTTP/1.1\\r\\n\\r\\n"),
              Contains("http 203.0.113.77:8080 GET /n0ab host=denied.test"));
  EXPECT_THAT(through("\\5\\1\\0\\5\\1\\0\\3\\013denied.test\\037\\220"),
              Contains("tcp 203.0.113.77:8080"));
  EXPECT_THAT(through("\\4\\1\\037\\220\\0\\0\\0\\1u\\0denied.test\\0"),
              Contains("tcp 203.0.113.77:8080"));
  EXPECT_THAT(through("POST http://allowed.test/ HTTP/1.1\\r\\nContent-Length: 0\\r\\n\\r\\nGET "
                      "http://203.0.113.77:8080/ HTTP/1.1\\r\\n\\r\\n"),
              Contains("tcp 203.0.113.77:8080"));
}

TEST(Worlds, GiveWhatIsStartedInThemNoRightsOverThem) {
  if (geteuid() == 0) return;  // root has them anywhere
  const Lines lines =
      seen("", "grep -q '^CapEff:\\s*0*$' /proc/self/status && echo >/dev/udp/1.1.1.1/7");
  EXPECT_THAT(lines, Contains("udp 1.1.1.1:7"));
}

}  // namespace
}  // namespace sbxc::conform
