// Each danger and each broad grant: what is reported, and its near neighbour that is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/check/check.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

std::vector<std::string> slugs(const std::string& text, const Outside& outside = {}) {
  Workbench bench;
  Resolved r = bench.resolve("use std/base\n" + text);
  EXPECT_TRUE(r.policy) << r.messages();
  if (!r.policy) return {"does not resolve"};
  check(*r.policy, r.diagnostics, outside);
  std::vector<std::string> all;
  for (const Diagnostic& d : r.diagnostics.all()) all.emplace_back(facts_of(d.kind).slug);
  return all;
}

struct LintCase {
  const char* slug;
  const char* found;
  const char* fine;
};

// `found` gives this one finding, among others or alone; `fine` gives none at all.
constexpr LintCase kCases[] = {
    {"write-starts-by-itself", "allow write ~/.config/systemd/**", "allow write ~/.config/app/**"},
    {"write-starts-by-itself", "on macos { allow write ~/Library/LaunchAgents/** }",
     "on macos { allow write ~/Library/Caches/app/** }"},
    {"writable-search-path", "allow write ~/.local/**",
     "use std/persistence, std/secrets\nallow write ~/.local/bin/**"},
    {"shared-packages-writable", "allow write ~/.cache/**", "allow write ~/.cache/app/**"},
    {"shared-packages-writable", "allow write ~/go/pkg/**", "allow read ~/go/pkg/**"},
    {"kernel-settings-writable", "allow write /proc/sys/**", "allow read /proc/sys/**"},
    {"kernel-settings-writable", "allow write /sys/**", "allow write /sys/x"},
    {"raw-device", "allow read /dev/**", "allow read /dev/disk/**"},
    {"raw-device", "on linux { allow write /dev/kvm }",
     "on linux { allow write /dev/kvm because \"runs virtual machines\" }"},
    {"input-device", "allow read /dev/input/*", "allow read /dev/dri/*"},
    {"history-readable", "allow read ~/.*", "use std/secrets\nallow read ~/.*"},
    {"history-readable", "allow read ~/.zsh_history", "allow read ~/.zsh_plugins"},
    {"password-store-readable", "allow read ~/.local/share/**", "allow read ~/.local/share/app/**"},
    {"browser-profile-readable", "allow read ~/.mozilla/**",
     "use std/secrets\nallow read ~/.config/**"},
    {"other-homes-readable", "allow read /home/**", "allow read ~/notes/**"},
    {"other-homes-readable", "on macos { allow read /Users/*/notes.txt }", "allow read /homes/**"},
    {"display-reachable", "allow socket /tmp/.X11-unix/*", "allow socket /tmp/app/*"},
    {"display-reachable", "on linux { allow socket @/tmp/.X11-unix/X0 }",
     "on linux { allow socket @app }"},
    {"key-agent-reachable", "allow socket /tmp/ssh-*/agent.*", "allow socket /tmp/ssh/control"},
    {"bus-reachable", "allow socket /run/user/1000/bus", "allow socket /run/user/1000/app/bus"},
    {"bus-reachable", "allow socket /run/dbus/**", "deny socket /run/dbus/**"},
    {"drop-box-reachable", "allow connect pastebin.com", "allow connect example.com"},
    {"drop-box-reachable", "allow connect *.pipedream.net", "allow connect pipedream.net"},
    {"drop-box-reachable", "allow connect gist.github.com", "allow connect *.github.com"},
    {"resolver-reachable", "allow connect dns.google", "allow connect www.google.com"},
    {"resolver-reachable", "allow connect 1.1.1.1:53", "allow connect 1.1.1.2:53"},
    {"private-network-reachable", "allow connect 0.0.0.0/0:443", "allow connect 10.0.0.0/8:443"},
    {"private-network-reachable", "allow connect [::/0]:443", "allow connect [2001:db8::/32]:443"},
    {"local-control-port", "allow connect localhost:9000-9300",
     "allow connect localhost:3000-3999"},
    {"local-control-port", "allow connect 127.0.0.0/8:22", "allow connect 10.0.0.0/8:22"},
    {"code-in-environment", "allow env LD_*", "allow env LC_*"},
    {"code-in-environment", "allow env NODE_OPTIONS", "allow env NODE_ENV"},
    {"code-in-environment", "on macos { allow env DYLD_INSERT_LIBRARIES }",
     "on linux { allow env DYLD_INSERT_LIBRARIES }"},
    {"proxy-variable", "allow env no_proxy", "allow env PROXY_TEST"},
    {"program-gains-rights", "allow exec /usr/bin/sudo", "allow exec /usr/bin/*"},
    {"system-call-mounts", "allow syscall mount", "deny syscall mount"},
    {"system-call-traces", "allow syscall process_vm_readv",
     "allow syscall ptrace because \"a debugger\""},
    {"system-call-unseen", "allow syscall io_uring_enter", "allow syscall @default"},
    {"any-port", "allow connect example.com:*", "allow connect example.com:1-65534"},
    {"plain-http", "allow connect example.com:80", "allow connect example.com:80,443"},
    {"plain-http", "allow connect 93.184.216.34:80", "allow connect localhost:80"},
    {"writable-and-executable", "allow exec ~/t/**\nallow read ~/t/**\nallow write ~/t/x/**",
     "allow exec ~/t/bin/**\nallow read ~/t/**\nallow write ~/t/x/**"},
    {"writable-and-executable", "allow write /usr/share/app/**",
     "deny exec /usr/share/**\nallow write /usr/share/app/**"},
    {"writable-and-executable", "allow write /opt/**", "allow write /srv/**"},
    {"writable-and-executable",
     "param w = /srv/w\nallow exec /srv/**\nallow write $w/**, /srv/x/**",
     "param w = /srv/w\nallow exec /srv/**\nallow write $w/**, /dev/null"},
    {"home-writable", "allow write ~/**", "allow write ~/notes/**"},
    {"home-writable", "allow write /**", "allow write ~/*"},
    {"relative-search-path", "set env PATH = \"/usr/bin:.\"", "set env PATH = \"/usr/bin:/bin\""},
    {"relative-search-path", "set env PATH = \":/bin\"", "set env CDPATH = \".\""},
    {"low-port", "allow listen localhost:80", "allow listen localhost:1024"},
    {"low-port", "on linux { allow listen localhost:443 }",
     "on macos { allow listen localhost:443 }"},
};

class Lint : public ::testing::TestWithParam<LintCase> {};

TEST_P(Lint, ReportsOneAndNotItsNeighbour) {
  const LintCase& each = GetParam();
  EXPECT_THAT(slugs(std::string(each.found) + "\n"), ::testing::Contains(each.slug)) << each.found;
  EXPECT_THAT(slugs(std::string(each.fine) + "\n"), ::testing::Not(::testing::Contains(each.slug)))
      << each.fine;
}

INSTANTIATE_TEST_SUITE_P(All, Lint, ::testing::ValuesIn(kCases), [](const auto& each) {
  std::string name = each.param.slug + std::to_string(each.index);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Lints, EachHaveACaseHere) {
  for (const KindFacts& facts : all_kinds()) {
    const auto number = static_cast<uint16_t>(facts.kind);
    if (number < 4049 || number >= 4080) continue;
    EXPECT_TRUE(std::any_of(std::begin(kCases), std::end(kCases), [&](const LintCase& each) {
      return each.slug == facts.slug;
    })) << facts.slug;
  }
}

TEST(Lints, AreGoneWithAReason) {
  for (const LintCase& each : kCases) {
    std::string text = each.found;
    if (text.find("allow") == std::string::npos) continue;  // `set` takes no reason
    for (size_t at = text.find("allow"); at != std::string::npos; at = text.find("allow", at)) {
      size_t end = text.find('\n', at);
      if (text.starts_with("on ")) end = text.find(" }", at);
      text.insert(std::min(end, text.size()), " because \"it is meant\"");
      at += 5;
    }
    EXPECT_THAT(slugs(text + "\n"), ::testing::IsEmpty()) << text;
  }
}

TEST(SearchPath, OfTheMachineIsLookedAt) {
  const std::string text = "allow write /srv/tools/**\n";
  EXPECT_THAT(slugs(text, {.search_path = "/usr/bin:/srv/tools/bin/"}),
              ::testing::ElementsAre("writable-search-path"));
  EXPECT_THAT(slugs(text, {.search_path = "/usr/bin::srv/tools:/srv"}), ::testing::IsEmpty());
}

}  // namespace
}  // namespace sbxc
