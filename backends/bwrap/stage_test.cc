#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "backends/bwrap/stage_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {

namespace fs = std::filesystem;

std::vector<Account> accounts_here() {
  if (geteuid() != 0) return {{"an_ordinary_user", std::nullopt}};
  return {{"root", std::nullopt}, {"an_ordinary_user", uid_t{65534}}};
}

Stage::Stage(Account account) : account_(std::move(account)) {
  chmod(scratch_.path().c_str(), 0755);
  root_ = fs::canonical(scratch_.path()).string() + "/stage";
  make_directory(root_);
}

std::string Stage::at(const std::string& name) const { return root_ + "/" + name; }

void Stage::give(const std::string& path) const {
  if (account_.change_to && lchown(path.c_str(), *account_.change_to, *account_.change_to) != 0) {
    std::abort();
  }
}

void Stage::make_directory(const std::string& path) const {
  if (fs::exists(path)) return;
  make_directory(fs::path(path).parent_path().string());
  fs::create_directory(path);
  give(path);
}

void Stage::make_file(const std::string& path, const std::string& text) const {
  make_directory(fs::path(path).parent_path().string());
  testing::write_whole(path, text);
  chmod(path.c_str(), text.starts_with("#!") ? 0755 : 0644);
  give(path);
}

void Stage::make_link(const std::string& path, const std::string& target) const {
  make_directory(fs::path(path).parent_path().string());
  fs::create_symlink(target, path);
  give(path);
}

int Stage::listen_unix(const std::string& path) const {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 8) != 0) {
    std::abort();
  }
  chmod(path.c_str(), 0777);
  give(path);
  return fd;
}

Policy Stage::programs(std::initializer_list<std::string> rules) {
  Policy policy = terse_policy({"allow read /usr/** /bin/** /lib/** /lib64/** /etc/ld.so.cache",
                                "allow exec /usr/** /bin/** /lib/** /lib64/**",
                                "allow write /dev/null /dev/tty", "allow read /proc/**"});
  policy.name = "test";
  for (const std::string& rule : rules) add_rule(policy, terse_rule(rule));
  return policy;
}

void Stage::plan(const Policy& policy, BwrapOptions options, const ScriptOptions& script) {
  options.static_only = true;
  if (options.directory.empty()) options.directory = root_;
  Sources sources;
  planned_ = plan_bwrap(policy, sources, options);
  script_ = scratch_.path() + "/run.sh";
  testing::write_whole(script_, render_script(planned_.plan, policy, sources, script));
  chmod(script_.c_str(), 0644);
}

std::vector<std::string> Stage::as_account(std::vector<std::string> argv) const {
  if (!account_.change_to) return argv;
  const std::string id = std::to_string(*account_.change_to);
  std::vector<std::string> all = {"/usr/bin/setpriv", "--reuid=" + id, "--regid=" + id,
                                  "--clear-groups"};
  all.insert(all.end(), argv.begin(), argv.end());
  return all;
}

testing::RunResult Stage::run(const std::vector<std::string>& command,
                              std::map<std::string, std::string> environment) const {
  std::vector<std::string> argv = {"/bin/sh", script_};
  argv.insert(argv.end(), command.begin(), command.end());
  environment.try_emplace("PATH", "/usr/bin:/bin");
  return testing::run_program({.argv = as_account(argv),
                               .directory = "/",
                               .environment = std::move(environment),
                               .timeout_seconds = 30});
}

testing::RunResult Stage::shell(const std::string& commands) const {
  return run({"/bin/sh", "-c", commands});
}

testing::RunResult Stage::outside(const std::vector<std::string>& command) const {
  return testing::run_program({.argv = as_account(command),
                               .directory = root_,
                               .environment = {{"PATH", "/usr/bin:/bin"}},
                               .timeout_seconds = 30});
}

std::vector<std::string> Stage::everything() const {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

Rule path_rule(Effect effect, Operation operation, const std::string& path, bool subtree) {
  Rule rule;
  rule.effect = effect;
  rule.operation = operation;
  PathGlob glob;
  for (std::string& name : components_of(path)) {
    glob.components.emplace_back(NameGlob{{Literal{std::move(name)}}});
  }
  if (subtree) glob.components.emplace_back(AnyComponents{});
  rule.patterns.push_back(PathPattern{{}, path, {std::move(glob)}});
  return rule;
}

}  // namespace sbxc::bwrap
