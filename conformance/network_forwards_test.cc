// The host's own loopback, in and out: `connect localhost:PORT` leads to it, `listen
// localhost:PORT` lets it reach the command. And what is asked before it is allowed.
#include "conformance/network_stage_for_test.h"
#include "conformance/terminal_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using NetworkForwards = NetworkTest;
INSTANTIATE_TEST_SUITE_P(As, NetworkForwards, ::testing::ValuesIn(accounts_here()),
                         name_of_account);

TEST_P(NetworkForwards, TheHostsLoopbackIsReachedAtThePortsOfTheRulesAlone) {
  const std::string script =
      "for port in 18080 9090; do for host in localhost 127.0.0.1 '[::1]'; do\n"
      "  both curl -gsSf -m8 http://$host:$port/$host -o /dev/null && echo $host:$port; done; "
      "done; true";
  NetworkStage with(GetParam(), "allow connect localhost:18080\n");
  const auto result = with.script(script);
  EXPECT_EQ(result.out, "localhost:18080\n127.0.0.1:18080\n[::1]:18080\n") << result.err;
  EXPECT_THAT(with.network().log(), Contains(HasSubstr("127.0.0.1:18080 GET")));
  EXPECT_THAT(with.network().log(), Not(Contains(HasSubstr(":9090"))));
  NetworkStage without(GetParam(), "allow connect allowed.test:18080\n");
  EXPECT_EQ(without.script(script).out, "");
  EXPECT_THAT(without.network().log(), IsEmpty());
}

TEST_P(NetworkForwards, AServerInsideIsReachedFromTheHostAtThePortsOfTheRulesAlone) {
  NetworkStage on(GetParam(), "allow listen localhost:3000-3009\n");
  on.write("page", "from inside\n");
  const auto result = on.stage().outside(
      "(for port in 3000 3001 4000; do echo \"/usr/bin/python3 -m http.server --bind 127.0.0.1 "
      "$port >/dev/null 2>&1 &\"; done; echo 'while [ ! -e stop ]; do sleep 0.1; done; kill $(jobs "
      "-p)') >servers; run /bin/bash servers &\n"
      "get() { curl -sSf -m8 http://127.0.0.1:$1/page 2>/dev/null; }\n"
      "for i in $(seq 100); do get 3000 && break; sleep 0.1; done; sleep 0.5\n"
      "get 3001; get 3002; echo $?; get 4000; echo $?; touch stop; wait; get 3000; echo $?");
  EXPECT_EQ(result.out, "from inside\nfrom inside\n7\n7\n7\n") << result.err;
}

// A rule for connections to the same port catches what goes there, and must not catch that which
// goes to the server inside.
TEST_P(NetworkForwards, AServerInsideIsReachedFromBothSidesWhereItsPortMayBeConnectedTo) {
  NetworkStage on(GetParam(),
                  "allow listen localhost:3000-3009\nallow connect localhost:3000-3009\n");
  on.write("page", "from inside\n");
  const auto result = on.stage().outside(
      "(echo '/usr/bin/python3 -m http.server --bind 127.0.0.1 3000 >/dev/null 2>&1 & server=$!'\n"
      "echo 'for i in $(seq 100); do curl -sSf -m8 http://127.0.0.1:3000/page 2>/dev/null && "
      "break; "
      "sleep 0.1; done; curl -sSf -m8 http://localhost:3000/page; touch ready'\n"
      "echo 'while [ ! -e stop ]; do sleep 0.1; done; kill $server') >server; "
      "run /bin/bash server & while [ ! -e ready ]; do sleep 0.1; done; sleep 0.5\n"
      "curl -sSf -m8 http://127.0.0.1:3000/page; touch stop; wait");
  EXPECT_EQ(result.out, "from inside\nfrom inside\nfrom inside\n") << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("denied")));
}

TEST_P(NetworkForwards, NothingIsReachedOnceWhoServesTheNetworkWasKilled) {
  NetworkStage on(GetParam(), "allow connect allowed.test\n");
  on.write("script",
           "curl -sSf -m8 http://allowed.test/; touch ready; while [ ! -e killed ]; do "
           "sleep 0.1; done; curl -sS -m8 http://allowed.test/late; sleep 30; curl -sS -m8 "
           "http://allowed.test/later\n");
  const auto result = on.stage().outside(
      "run /bin/bash script & while [ ! -e ready ]; do sleep 0.1; done\n"
      "for p in $(pgrep -f 'sbxc run " +
      on.stage().policy_path() +
      "'); do ls -l /proc/$p/fd 2>/dev/null | grep -q eventpoll && kill -9 $p; done; touch killed; "
      "wait $!; "
      "echo "
      "status $?");
  EXPECT_EQ(result.out, "SBX-SERVER-OK port=80 path=/\nstatus 125\n") << result.err;
  EXPECT_THAT(result.err, HasSubstr("error: the egress proxy ended before the command"));
  EXPECT_THAT(on.network().log(), Not(Contains(HasSubstr("late"))));
}

TEST_P(NetworkForwards, AProgramAnswersWhatIsAsked) {
  NetworkStage on(GetParam(), "ask connect *.test\n");
  on.stage().scenario().make_file(on.stage().scenario().home() + "/answer",
                                  "#!/bin/sh\nq=$(cat); echo \"$q\" >>" +
                                      on.stage().scenario().home() +
                                      "/asked\ncase $q in *allowed.test*) exit 0;; esac; exit 1\n",
                                  true);
  const auto result =
      on.script("both curl -sSf -m8 http://allowed.test/; both curl -sSf -m8 http://other.test/",
                {"--ask-command", on.stage().scenario().home() + "/answer"});
  EXPECT_EQ(result.out, "SBX-SERVER-OK port=80 path=/\nSBX-SERVER-OK port=80 path=/\n")
      << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:80"});
  EXPECT_THAT(result.err, HasSubstr("denied: connect other.test:80"));
  EXPECT_THAT(testing::read_whole(on.stage().scenario().home() + "/asked"),
              HasSubstr("allowed.test"));
}

TEST_P(NetworkForwards, APersonAnswersAtATerminal) {
  NetworkStage on(GetParam(), "ask connect allowed.test, other.test\n");
  Terminal terminal(on.stage().work(), on.network().account(),
                    {on.stage().program(), "run", on.stage().policy_path(), "--", "/bin/bash", "-c",
                     "curl -sS http://allowed.test/; curl -sSf http://other.test/; exit 3"});
  ASSERT_TRUE(terminal.shows("allowed.test")) << terminal.shown();
  ASSERT_TRUE(terminal.shows("[o]")) << terminal.shown();
  terminal.type("o\r");
  ASSERT_TRUE(terminal.shows("SBX-SERVER-OK")) << terminal.shown();
  ASSERT_TRUE(terminal.shows("other.test")) << terminal.shown();
  terminal.type("n\r");
  ASSERT_TRUE(terminal.shows("denied: connect other.test")) << terminal.shown();
  EXPECT_EQ(terminal.status(), 3);
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:80"});
}

TEST_P(NetworkForwards, WhatIsAskedIsDeniedWhereNobodyAnswers) {
  NetworkStage on(GetParam(), "ask connect allowed.test because \"costs money\"\n");
  const auto result = on.script("both curl -sSf -m8 http://allowed.test/");
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(on.network().sent(), IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("  ask connect allowed.test because \"costs money\"\n"));
}

}  // namespace
}  // namespace sbxc::conformance
