// The world's first process is a Python program under unshare(1); commands enter its namespaces by
// nsenter(1), and in a user namespace unshare(1) gives them back the number of the user they are.
#include "conformance/test_network.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

namespace sbxc::conformance {

namespace {

using Words = std::vector<std::string>;
const std::string kWorld = std::string(SBXC_SOURCE_DIR) + "/conformance/testdata/net/world.py";
constexpr uid_t kOrdinaryUser = 65534;
constexpr int kWaitMilliseconds = 30'000;

const std::string kNames = R"("allowed.test": ["198.51.100.10"],
"other.test": ["198.51.100.20"], "wild.test": ["198.51.100.10"],
"sub.wild.test": ["198.51.100.10"], "deep.sub.wild.test": ["198.51.100.10"],
"denied.wild.test": ["198.51.100.10"], "evilwild.test": ["198.51.100.10"],
"git.test": ["198.51.100.10"], "registry.test": ["198.51.100.10"], "apt.test": ["198.51.100.10"],
"db.test": ["198.51.100.10"], "six.test": ["2001:db8::10"],
"both.test": ["198.51.100.10", "2001:db8::10"], "alias.test": {"cname": "other.test"},
"loop.test": ["127.0.0.1"], "hostif.test": ["198.51.100.1"], "meta.test": ["169.254.169.254"],
"priv.test": ["10.66.0.10"], "silent.test": "silent")";

bool is_root() { return geteuid() == 0; }

Words as_ordinary_user() {
  if (!is_root()) {
    const std::string user = std::to_string(getuid());
    const std::string group = std::to_string(getgid());
    return {"/usr/bin/unshare", "-U", "--map-user=" + user, "--map-group=" + group, "--"};
  }
  const std::string user = std::to_string(kOrdinaryUser);
  return {"/usr/bin/setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"};
}

std::string as_json(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "\"" : ", \"") + word + "\"";
  return "[" + text + "]";
}

std::vector<char*> pointers(Words& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

TestNetwork::TestNetwork(Account account) : account_(std::move(account)) {
  chmod(directory().c_str(), 0755);
  set_names("");
  start();
  if (process_ < 0 || read_line() != "ready") {
    why_not_ =
        "the test's network could not be made: " + testing::read_whole(directory() + "/errors");
    return;
  }
  account_.through = {"/usr/bin/nsenter", "-t", std::to_string(process_), "-n", "-m"};
  if (!is_root()) {
    account_.through.insert(account_.through.end(), {"-U", "--preserve-credentials"});
  }
  account_.through.push_back("--");
  if (is_root()) return;
  const Words back = as_ordinary_user();
  account_.through.insert(account_.through.end(), back.begin(), back.end());
}

TestNetwork::~TestNetwork() {
  close(to_);
  close(from_);
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
}

void TestNetwork::start() {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return;
  const uid_t user = is_root() ? kOrdinaryUser : getuid();
  Words words = {"/usr/bin/unshare", "-n", "-m"};
  if (!is_root()) words.push_back("-r");
  words.insert(words.end(), {"/usr/bin/python3", "-B", kWorld, directory(), std::to_string(user),
                             as_json(as_ordinary_user())});
  Words variables = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=" + directory()};
  const std::string errors = directory() + "/errors";
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> environment = pointers(variables);
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int error = open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    execve(argv[0], argv.data(), environment.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  from_ = out[0];
}

std::string TestNetwork::read_line() {
  std::string line;
  for (char byte = 0; line.size() < 100;) {
    pollfd ready{from_, POLLIN, 0};
    if (poll(&ready, 1, kWaitMilliseconds) <= 0 || read(from_, &byte, 1) != 1) return "";
    if (byte == '\n') return line;
    line += byte;
  }
  return line;
}

void TestNetwork::set_names(const std::string& members) const {
  // The resolver reads it at every question, so it appears whole.
  const std::string path = directory() + "/names.json";
  testing::write_whole(path + ".new", "{" + kNames + (members.empty() ? "" : ", " + members) + "}");
  rename((path + ".new").c_str(), path.c_str());
}

std::vector<std::string> TestNetwork::log() {
  std::vector<std::string> lines;
  if (write(to_, "\n", 1) != 1 || read_line() != "seen") return {"the world has gone"};
  std::istringstream in(testing::read_whole(directory() + "/log"));
  size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    if (count++ >= forgotten_) lines.push_back(line);
  }
  return lines;
}

void TestNetwork::forget() { forgotten_ += log().size(); }

std::set<std::string> TestNetwork::sent() {
  std::set<std::string> places;
  for (const std::string& line : log()) {
    if (line.starts_with("tcp ") || line.starts_with("udp ") || line.starts_with("ping ")) {
      places.insert(line);
    }
  }
  return places;
}

std::set<std::string> TestNetwork::asked() {
  std::set<std::string> names;
  for (const std::string& line : log()) {
    if (line.starts_with("asked ")) names.insert(line.substr(6, line.rfind(' ') - 6));
  }
  return names;
}

}  // namespace sbxc::conformance
