#include "compiler/resolve/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/decide.h"
#include "compiler/policy/print.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

TEST(Resolve, ReadsTheWholeLanguage) {
  Workbench bench;
  bench.options.surroundings.environment["SSH_AUTH_SOCK"] = "/run/agent.sock";
  bench.files["blocklist.txt"] = "bad.example\n0.0.0.0 worse.example\n";
  bench.files["team.sbx"] = "sbx 1\npolicy team\ndeny read ~/.team/** because \"ours\"\n";
  bench.files["company-baseline.sbx"] = "sbx 1\n";
  const Resolved r = bench.resolve(R"(
policy agent "A coding agent working in one checkout"
use "team.sbx" except ~/.team/public/**
param workspace = $cwd
let caches = { ~/.npm/**, ~/.cache/** }
let blocked = hosts "blocklist.txt"
allow read   /**
deny  read   ~/.ssh/**, ~/.aws/**  except ~/.ssh/known_hosts   because "credentials"
allow write  $workspace/**, caches, $tmp/**
deny  connect blocked
allow connect github.com, *.github.com:22, 10.2.0.0/16:9000-9100
ask   connect *.example.com
allow listen  localhost:3000-3999
allow socket  $SSH_AUTH_SOCK, @abstract
allow env     PATH, LC_*
set   env     CI = "1"
set   env     CACHE = "$workspace/cache costs 1$$"
limit processes 512, memory 8GiB, time 30m
on macos { allow mach com.apple.trustd.agent }
on linux { deny syscall io_uring_setup }
assert never read ~/.ssh/id_*
assert within "company-baseline.sbx"
test "reads" {
  allow read $workspace/a
  deny  read ~/.ssh/id_rsa  because "credentials"
  deny  connect bad.example:443
}
)");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.messages(), "");
  EXPECT_EQ(print(*r.policy), R"(sbx 1

policy agent "A coding agent working in one checkout"

let blocked = hosts "blocklist.txt"

# team.sbx
deny read /home/u/.team/** except /home/u/.team/public/** because "ours"

allow read /**
deny read /home/u/.ssh/**, /home/u/.aws/** except /home/u/.ssh/known_hosts because "credentials"
allow write /work/**, /home/u/.npm/**, /home/u/.cache/**, /tmp/**
deny connect blocked
allow connect github.com, *.github.com:22, 10.2.0.0/16:9000-9100
ask connect *.example.com
allow listen localhost:3000-3999
allow socket /run/agent.sock, @abstract
allow env PATH, LC_*

set env CI = "1"
set env CACHE = "/work/cache costs 1$$"
limit processes 512
limit memory 8GiB
limit time 1800s
assert never read /home/u/.ssh/id_*
assert within "company-baseline.sbx"

test "reads" {
  allow read /work/a
  deny read /home/u/.ssh/id_rsa because "credentials"
  deny connect bad.example:443
}

on linux {
  deny syscall io_uring_setup
}

on macos {
  allow mach com.apple.trustd.agent
}
)");
}

}  // namespace
}  // namespace sbxc
