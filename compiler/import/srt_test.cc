// What settings mean, asked of the policy that they become.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/import/import_for_test.h"

namespace sbxc::import {
namespace {

using nlohmann::json;
using testing::import_with;
using testing::Imported;
using testing::MadeUpDisk;
using testing::verdict;

std::string settings(const std::string& filesystem, const std::string& network = "{}",
                     const std::string& more = "{}") {
  json all = json::parse(R"({"network": {"allowedDomains": [], "deniedDomains": []},
                             "filesystem": {"denyRead": [], "allowWrite": [], "denyWrite": []}})");
  all["filesystem"].update(json::parse(filesystem));
  all["network"].update(json::parse(network));
  all.update(json::parse(more));
  return all.dump();
}

struct Asked {
  const char* question;
  const char* answer;
};

void expect(const Imported& imported, const std::vector<Asked>& table, Os os = Os::linux) {
  ASSERT_TRUE(imported.policy) << imported.text;
  for (const Asked& asked : table) {
    EXPECT_EQ(verdict(imported, os, asked.question), asked.answer)
        << name_of(os) << " " << asked.question << "\n"
        << imported.text;
  }
}

TEST(SrtReading, TheDeeperEntryCountsAndAllowReadOnATie) {
  const Imported imported = import_with(settings(
      R"({"denyRead": ["~/a", "~/a/b/c", "~/same"], "allowRead": ["~/a/b", "~/a/b/c/d", "~/same"]})"));
  for (const Os os : {Os::linux, Os::macos}) {
    expect(imported,
           {{"read ~/a/x", "deny"},
            {"read ~/a", "deny"},
            {"read ~/a/b/x", "allow"},
            {"read ~/a/b/c/x", "deny"},
            {"read ~/a/b/c/d/x", "allow"},
            {"read ~/same/x", "allow"},
            {"read ~/other", "allow"},
            {"exec ~/a/x", "deny"}},
           os);
  }
}

TEST(SrtReading, APatternStaysDeniedInsideAnAllowedDirectory) {
  const Imported imported =
      import_with(settings(R"({"denyRead": ["~", "**/.env"], "allowRead": ["."]})"));
  expect(imported, {{"read ~/notes", "deny"},
                    {"read $cwd/src/a.c", "allow"},
                    {"read $cwd/.env", "deny"},
                    {"read $cwd/a/b/.env", "deny"},
                    {"read $cwd/a/b/.env.example", "allow"}});
}

TEST(SrtReading, APatternGivesWayToWhatItCovers) {
  const Imported imported = import_with(settings(
      R"({"denyRead": ["**/secrets/**"], "allowRead": ["a/secrets/public", "**/secrets/*.pub"]})"));
  expect(imported, {{"read $cwd/a/secrets/key", "deny"},
                    {"read $cwd/a/secrets/public/x", "allow"},
                    {"read $cwd/b/secrets/x.pub", "allow"},
                    {"read $cwd/b/secrets/x", "deny"}});
}

TEST(SrtReading, AnAllowedPatternOpensNothingAboveTheDeny) {
  const Imported imported =
      import_with(settings(R"({"denyRead": ["pub/secret"], "allowRead": ["**/pub"]})"));
  expect(imported, {{"read $cwd/pub/secret/x", "deny"}, {"read $cwd/pub/secret/pub/x", "allow"}});
  // On macOS a pattern opens what it matches alone.
  expect(imported, {{"read $cwd/pub/secret/pub", "allow"}, {"read $cwd/pub/secret/pub/x", "deny"}},
         Os::macos);
}

TEST(SrtReading, OfTheRootLeavesTheKernelsTreesOnLinux) {
  const Imported imported =
      import_with(settings(R"({"denyRead": ["/"], "allowRead": ["/usr", "."]})"));
  expect(imported, {{"read /usr/bin/env", "allow"},
                    {"read /", "allow"},
                    {"read /etc/passwd", "deny"},
                    {"read /proc/self/status", "allow"},
                    {"write /dev/null", "allow"},
                    {"read /dev/sda", "deny"}});
  expect(imported, {{"read /dev/null", "deny"}, {"read /usr/bin/env", "allow"}}, Os::macos);
}

TEST(SrtWriting, DenyWinsWhereverItStands) {
  const Imported imported = import_with(
      settings(R"({"allowWrite": [".", "~/d/e"], "denyWrite": ["dist", "~/d", "**/*.lock"]})"));
  expect(imported, {{"write $cwd/a", "allow"},
                    {"write $cwd/dist/x", "deny"},
                    {"write $cwd/a/b.lock", "deny"},
                    {"write ~/d/e/x", "deny"},
                    {"write /etc/x", "deny"},
                    {"read /etc/x", "allow"}});
}

TEST(SrtWriting, AWritablePlaceInsideADeniedOneIsOpenOnLinuxAlone) {
  const Imported imported = import_with(settings(R"({"denyRead": ["~"], "allowWrite": ["."]})"));
  expect(imported, {{"write $cwd/a", "allow"}, {"read ~/x", "deny"}});
  expect(imported, {{"write $cwd/a", "deny"}, {"read $cwd/a", "deny"}}, Os::macos);
  EXPECT_TRUE(
      imported.tells(Kind::setting_carried_in_part, "what cannot be read cannot be written"));
}

TEST(SrtWriting, WhatAllowReadOpensIsReadOnlyOnLinux) {
  MadeUpDisk disk;
  disk.directory("/home/you/.ssh");
  const Imported imported = import_with(
      settings(
          R"({"denyRead": ["~/.ssh"], "allowRead": ["~/.ssh/known_hosts"], "allowWrite": ["~"]})"),
      disk);
  expect(imported, {{"read ~/.ssh/known_hosts", "allow"},
                    {"write ~/.ssh/known_hosts", "deny"},
                    {"write ~/x", "allow"},
                    {"write ~/.ssh/id", "deny"}});
}

TEST(SrtWriting, PatternsHoldOnMacosAndGrantNothingOnLinux) {
  const Imported imported = import_with(settings(R"({"allowWrite": ["*.txt"]})"));
  expect(imported, {{"write $cwd/a.txt", "deny"}});
  expect(imported, {{"write $cwd/a.txt", "allow"}, {"write $cwd/a.c", "deny"}}, Os::macos);
  EXPECT_TRUE(imported.tells(Kind::setting_carried_in_part, "/filesystem/allowWrite/0"));
}

TEST(SrtWriting, ProtectedNamesAreThoseOfSrt) {
  const Imported imported = import_with(settings(R"({"allowWrite": [".", "/srv"]})"));
  for (const Os os : {Os::linux, Os::macos}) {
    expect(imported,
           {{"write $cwd/.bashrc", "deny"},
            {"write $cwd/a/b/c/d/e/.mcp.json", "deny"},
            {"write $cwd/a/.vscode/x", "deny"},
            {"write $cwd/.claude/agents/x", "deny"},
            {"write $cwd/.claude/settings.json", "allow"},
            {"write $cwd/.git/hooks/x", "deny"},
            {"write $cwd/.git/config", "deny"},
            {"write $cwd/.git/index", "allow"},
            {"write /srv/.bashrc", "allow"}},
           os);
  }
  expect(imported, {{"write $cwd/node_modules/p/.vscode/x", "allow"}});
  expect(imported, {{"write $cwd/node_modules/p/.vscode/x", "deny"}}, Os::macos);
  expect(import_with(settings(R"({"allowWrite": ["."], "allowGitConfig": true})")),
         {{"write $cwd/.git/config", "allow"}, {"write $cwd/.git/hooks/x", "deny"}});
}

TEST(SrtWriting, AGitFileIsProtectedAndAGitDirectoryIsNot) {
  MadeUpDisk disk;
  disk.file("/home/you/project/.git");
  expect(import_with(settings(R"({"allowWrite": ["."]})"), disk), {{"write $cwd/.git", "deny"}});
  disk.directory("/home/you/project/.git");
  expect(import_with(settings(R"({"allowWrite": ["."]})"), disk), {{"write $cwd/.git", "allow"}});
}

TEST(SrtWriting, WhatAProtectedNameLeadsToIsProtected) {
  MadeUpDisk disk;
  disk.link("/home/you/project/.bashrc", "/srv/dotfiles/bashrc");
  disk.link("/home/you/project/.claude", "agent");
  const Imported imported = import_with(settings(R"({"allowWrite": [".", "/srv"]})"), disk);
  expect(imported, {{"write /srv/dotfiles/bashrc", "deny"},
                    {"write /srv/dotfiles/other", "allow"},
                    {"write $cwd/agent/commands/x", "deny"},
                    {"write $cwd/agent/notes", "allow"}});
}

TEST(SrtWriting, TheKernelsSettingsStayOut) {
  const Imported imported = import_with(settings(R"({"allowWrite": ["/", "/proc/sys"]})"));
  expect(imported, {{"write /etc/x", "allow"},
                    {"write /proc/sys/kernel/core_pattern", "deny"},
                    {"write /sys/power/state", "deny"},
                    {"write /dev/sda", "deny"}});
  EXPECT_TRUE(imported.tells(Kind::setting_not_carried, "/filesystem/allowWrite/1"));
  expect(
      import_with(settings(R"({"disabled": true, "denyRead": ["/"]})")),
      {{"write /etc/x", "allow"}, {"write $cwd/.bashrc", "allow"}, {"write /proc/sys/x", "deny"}});
}

TEST(SrtPaths, LinksAreFollowedForDeniesAndNotForAllows) {
  MadeUpDisk disk;
  disk.link("/home/you/project/lnk", "../real");
  disk.directory("/home/you/real");
  disk.link("/home/you/project/dangling", "later");
  const Imported imported = import_with(
      settings(
          R"({"denyRead": ["~/real/k"], "allowRead": ["lnk"], "allowWrite": [".", "lnk"],
              "denyWrite": ["dangling"]})"),
      disk);
  expect(imported, {{"read ~/real/k", "deny"},
                    {"write ~/real/x", "deny"},
                    {"write $cwd/dangling", "deny"},
                    {"write $cwd/later", "deny"}});
  EXPECT_TRUE(imported.tells(Kind::setting_not_carried, "/filesystem/allowWrite/1"));
  expect(import_with(settings(R"({"denyRead": ["lnk"]})"), disk),
         {{"read ~/real/x", "deny"}, {"read ~/other", "allow"}});
}

TEST(SrtPaths, EachSystemHasItsOwnSpelling) {
  const Imported imported = import_with(
      settings(R"({"denyRead": ["/tmp/x*", "/etc/k"], "allowWrite": ["/tmp/b", "."]})"));
  expect(imported, {{"read /tmp/xy", "deny"}, {"write /tmp/b/c", "allow"}});
  expect(imported,
         {{"read /private/tmp/xy", "deny"},
          {"read /private/etc/k", "deny"},
          {"write /private/tmp/b/c", "allow"},
          {"write /tmp/b/c", "deny"},
          {"write $cwd/c", "allow"}},
         Os::macos);
  const size_t macos = imported.text.find("on macos");
  EXPECT_EQ(imported.text.find(" /tmp/x", macos), std::string::npos) << imported.text;
}

TEST(SrtPaths, NamesWithPatternCharactersAreBothWhenTheyExist) {
  MadeUpDisk disk;
  disk.directory("/home/you/project/[ab]");
  const Imported both = import_with(settings(R"({"denyRead": ["[ab]"]})"), disk);
  const Imported pattern = import_with(settings(R"({"denyRead": ["[ab]"]})"));
  const Imported literal =
      import_with(settings(R"({"denyRead": [{"path": "[ab]", "literal": true}]})"));
  expect(both, {{"read $cwd/a", "deny"}, {"read $cwd/\\[ab]/x", "deny"}});
  expect(pattern, {{"read $cwd/a", "deny"}, {"read $cwd/\\[ab]/x", "allow"}});
  expect(literal, {{"read $cwd/a", "allow"}, {"read $cwd/\\[ab]/x", "deny"}});
}

TEST(SrtPaths, StrangeNamesOfTheWorkingDirectoryAreNoPattern) {
  const Surroundings here{.cwd = "/w/a [b] *{c}", .home = "/h", .tmp = "/tmp", .user = "u"};
  const Imported imported =
      import_with(settings(R"({"denyRead": ["**/.env", "x"], "allowWrite": ["."]})"), here);
  ASSERT_TRUE(imported.policy) << imported.text;
  EXPECT_EQ(verdict(imported, Os::linux, "read $cwd/q/.env", here), "deny");
  EXPECT_EQ(verdict(imported, Os::linux, "read $cwd/x/y", here), "deny");
  EXPECT_EQ(verdict(imported, Os::linux, "write $cwd/y", here), "allow");
  EXPECT_EQ(verdict(imported, Os::linux, "write /w/other", here), "deny");
}

TEST(SrtNetwork, NoPortIsAnyPortAndDenyComesFirst) {
  const Imported imported = import_with(settings(
      "{}", R"({"allowedDomains": ["a.test", "*.b.test", "c.test:22", "10.1.1.1", "[::1]:80"],
                "deniedDomains": ["x.b.test", "*:25", "10.1.1.2"]})"));
  expect(imported, {{"connect a.test:8080", "allow"},
                    {"connect a.test:25", "deny"},
                    {"connect b.test:443", "deny"},
                    {"connect q.r.b.test:1", "allow"},
                    {"connect x.b.test:443", "deny"},
                    {"connect c.test:22", "allow"},
                    {"connect c.test:443", "deny"},
                    {"connect 10.1.1.1:9", "allow"},
                    {"connect 10.1.1.1:25", "deny"},
                    {"connect [::1]:80", "allow"},
                    {"connect d.test:443", "deny"}});
}

TEST(SrtNetwork, DeniedAddressesExceptTheOnesThatAreNamed) {
  const Imported imported = import_with(settings(
      "{}",
      R"({"allowedDomains": ["a.test", "10.1.1.1:80"], "deniedResolvedAddresses": ["10.0.0.1/8"]})"));
  expect(imported, {{"connect 10.1.1.1:80", "allow"}, {"connect 10.1.1.2:80", "deny"}});
  EXPECT_NE(imported.text.find("deny connect 10.0.0.0/8:*"), std::string::npos) << imported.text;
}

TEST(SrtNetwork, ReasonsAreThoseOfTheSettings) {
  const Imported imported = import_with(settings(
      "{}",
      R"({"deniedDomains": ["a.test:22"], "deniedDomainReasons": {"a.test:22": "use https"}})"));
  EXPECT_NE(imported.text.find("because \"use https\""), std::string::npos) << imported.text;
}

TEST(SrtRest, SocketsServicesVariablesAndCalls) {
  const Imported imported = import_with(settings(
      "{}",
      R"({"allowUnixSockets": ["/run/x"], "allowMachLookup": ["com.example.*"], "allowLocalBinding": true})",
      R"({"credentials": {"envVars": [{"name": "TOKEN", "mode": "deny"}, {"name": "M", "mode": "mask"}],
                          "files": [{"path": "~/.netrc", "mode": "deny"}], "allowPlaintextInject": true},
          "allowPty": true, "enableWeakerNetworkIsolation": true, "allowNestedUserNamespaces": true})"));
  expect(imported, {{"socket /run/x", "allow"},
                    {"socket /run/docker.sock", "deny"},
                    {"env TOKEN", "deny"},
                    {"env M", "deny"},
                    {"env PATH", "allow"},
                    {"read ~/.netrc", "deny"},
                    {"listen 127.0.0.1:80", "deny"},
                    {"syscall openat", "allow"},
                    {"syscall unshare:newuser", "allow"}});
  expect(imported,
         {{"mach com.example.a.b", "allow"},
          {"mach com.apple.trustd.agent", "allow"},
          {"mach com.apple.logd", "allow"},
          {"mach com.apple.other", "deny"},
          {"listen 0.0.0.0:8080", "allow"},
          {"connect localhost:8080", "allow"},
          {"write /dev/ptmx", "allow"}},
         Os::macos);
  EXPECT_NE(imported.text.find("set env M = \"fake"), std::string::npos);
}

}  // namespace
}  // namespace sbxc::import
