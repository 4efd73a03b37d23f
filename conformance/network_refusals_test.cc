// What must not be reached, tried by real programs: other names and addresses under every disguise,
// other ports, other protocols. That nothing left is told by TestNetwork's log, never by the
// client.
#include "conformance/network_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using NetworkRefusals = NetworkTest;
INSTANTIATE_TEST_SUITE_P(As, NetworkRefusals, ::testing::ValuesIn(accounts_here()),
                         name_of_account);

const std::string kAllowed = "allow connect allowed.test\n";

TEST_P(NetworkRefusals, ADeniedNameDoesNotExistAndIsToldOnce) {
  NetworkStage on(GetParam(), kAllowed + "deny connect evil.test because \"known bad\"\n");
  const auto result = on.script(
      "for i in 1 2; do getent ahosts other.test; echo $?; done; bare curl -sS -m8 "
      "https://other.test/; echo $?; bare curl -sS -m8 http://evil.test/; echo $?",
      {"--audit", on.stage().scenario().home() + "/audit"});
  EXPECT_EQ(result.out, "2\n2\n6\n6\n") << result.err;
  EXPECT_THAT(on.network().log(), IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("denied: connect other.test\n  no rule allows it\n"
                                    "  to allow it: allow connect other.test\n"));
  EXPECT_THAT(result.err, HasSubstr("denied: connect evil.test\n  deny connect evil.test because "
                                    "\"known bad\"\n"));
  EXPECT_THAT(testing::read_whole(on.stage().scenario().home() + "/audit"),
              HasSubstr(R"("operation":"connect","target":"other.test")"));
}

TEST_P(NetworkRefusals, TheProxyRefusesAndTellsTheRule) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(
      "curl -sS -m8 -o /dev/null -w '%{http_code} ' http://other.test/; curl -sS -m8 -o /dev/null "
      "-w '%{http_connect} ' https://other.test/; curl -sS -m8 -o /dev/null -w '%{http_connect} ' "
      "https://allowed.test:444/; curl -sS -m8 -o /dev/null -w '%{http_code}' "
      "-x \"${http_proxy/sbxc:/sbxc:0}\" http://allowed.test/");
  EXPECT_EQ(result.out, "403 403 403 407") << result.err;
  EXPECT_THAT(on.network().log(), IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr("denied: connect other.test:80, connect other.test:443"),
                                HasSubstr("  to allow it: allow connect other.test:80\n"),
                                HasSubstr("allow connect allowed.test:444\n")));
}

TEST_P(NetworkRefusals, TlsForAnotherNameIsCutBeforeTheServerHearsOfIt) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("hello.py",
           "import socket, ssl, sys\n"
           "t = ssl.create_default_context(); t.check_hostname = False\n"
           "for name in ('other.test', None, 'allowed.test'):\n"
           "  try:\n"
           "    with socket.create_connection(('allowed.test', 443), 8) as s:\n"
           "      with t.wrap_socket(s, server_hostname=name): print(name)\n"
           "  except OSError as error: print('cut')\n");
  const auto result = on.script(
      "both curl -sS -m8 --connect-to other.test:443:allowed.test:443 https://other.test/; "
      "/usr/bin/python3 hello.py");
  EXPECT_EQ(result.out, "cut\ncut\nallowed.test\n") << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:443"});
  EXPECT_THAT(on.network().log(), Not(Contains(HasSubstr("name=other.test"))));
  EXPECT_THAT(on.network().log(), Not(Contains(HasSubstr("name=None"))));
  EXPECT_THAT(result.err, HasSubstr("the TLS connection is for another name: other.test"));
}

TEST_P(NetworkRefusals, AnHttpRequestForAnotherHostIsNotPassedOn) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("hosts.py",
           "import socket\n"
           "get = lambda host: f'GET /{host} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n'.encode()\n"
           "for together in (False, True):\n"
           "  with socket.create_connection(('allowed.test', 80), 8) as s:\n"
           "    s.sendall(get('allowed.test') + (get('other.test') if together else b''))\n"
           "    text = b''\n"
           "    while b'path=/allowed.test\\n' not in text: text += s.recv(4096)\n"
           "    if not together: s.sendall(get('other.test'))\n"
           "    try: print(b'path=/other.test' in s.makefile('rb').read())\n"
           "    except OSError: print('cut')\n");
  const auto result = on.script(
      "bare curl -sSf -m8 -H 'Host: other.test' http://allowed.test/; echo $?; curl -sSf -m8 -H "
      "'Host: other.test' http://allowed.test/by-proxy; /usr/bin/python3 hosts.py");
  EXPECT_THAT(result.out, Not(HasSubstr("SBX-SERVER-OK port=80 path=/\n")));
  EXPECT_THAT(result.out, Not(HasSubstr("True")));
  EXPECT_THAT(on.network().log(), Contains(HasSubstr("GET /allowed.test host=allowed.test")));
  EXPECT_THAT(on.network().log(), Not(Contains(HasSubstr("host=other.test"))));
  EXPECT_THAT(result.err, HasSubstr("the HTTP request is for another host: other.test"));
}

TEST_P(NetworkRefusals, LiteralAddressesAreReachedByRulesForAddressesAlone) {
  const std::string script =
      "for host in 198.51.100.10 203.0.113.7 '[2001:db8::10]' '[::ffff:198.51.100.10]' 3325256714 "
      "0xc6.51.100.10 169.254.169.254 127.0.0.1 '[::1]' 0.0.0.0 10.66.0.10; do\n"
      "  both curl -gsSf -m8 --noproxy '' http://$host/ -o /dev/null && echo $host; done; true";
  NetworkStage none(GetParam(), kAllowed);
  EXPECT_EQ(none.script(script).out, "");
  EXPECT_THAT(none.network().log(), IsEmpty());

  NetworkStage some(GetParam(), kAllowed +
                                    "allow connect 198.51.100.0/24:80, "
                                    "[2001:db8::10]:80\n");
  const auto result = some.script(script);
  EXPECT_THAT(result.out, HasSubstr("198.51.100.10\n[2001:db8::10]\n")) << result.err;
  EXPECT_EQ(some.network().sent(), (Places{"tcp 198.51.100.10:80", "tcp [2001:db8::10]:80"}));
}

TEST_P(NetworkRefusals, OtherPortsRefuseAtOnce) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("ports.py",
           "import socket, time\n"
           "start = time.monotonic()\n"
           "for host in ('allowed.test', '198.51.100.10', '2001:db8::10', '127.0.0.1'):\n"
           "  for port in (22, 81, 8080, 18080, 65535):\n"
           "    try: socket.create_connection((host, port), 8); print(host, port)\n"
           "    except ConnectionRefusedError: pass\n"
           "print('fast' if time.monotonic() - start < 2 else 'slow')\n");
  EXPECT_EQ(on.script("/usr/bin/python3 ports.py").out, "fast\n");
  EXPECT_THAT(on.network().log(), IsEmpty());
}

TEST_P(NetworkRefusals, ANameThatLeadsInwardIsNotFollowed) {
  const std::string names =
      "allow connect priv.test, loop.test, meta.test, inner.test, mapped.test, hostif.test\n";
  const std::string members =
      R"("inner.test": ["fd00:66::10", "127.0.0.1"], "mapped.test": ["::ffff:127.0.0.1", "::1"])";
  const std::string script =
      "for name in priv loop meta inner mapped; do both curl -sSf -m8 http://$name.test/ -o "
      "/dev/null && echo $name; done; true";
  NetworkStage none(GetParam(), names);
  none.network().set_names(members);
  const auto refused = none.script(script);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(none.network().sent(), IsEmpty());
  EXPECT_THAT(none.network().asked(), Contains("priv.test"));
  EXPECT_THAT(refused.err,
              HasSubstr("  the name stands for an address that no public name may have: "
                        "10.66.0.10\n  to allow it: allow connect 10.66.0.10:80\n"));

  NetworkStage some(GetParam(), names + "allow connect 10.66.0.10:80\n");
  some.network().set_names(members);
  const auto reached = some.script(script);
  EXPECT_EQ(reached.out, "priv\n") << reached.err;
  EXPECT_EQ(some.network().sent(), Places{"tcp 10.66.0.10:80"});
}

TEST_P(NetworkRefusals, ANameThatChangesItsMindIsCheckedEachTime) {
  NetworkStage on(GetParam(), "allow connect rebind.test\n");
  on.network().set_names(R"("rebind.test": {"turns": [["198.51.100.10"], ["127.0.0.1"]]})");
  const auto result = on.script(  // an answer is kept for a few seconds
      "get() { bare curl -sS -m8 http://rebind.test/ -o /dev/null; }; get; sleep 3.2; get");
  EXPECT_THAT(on.network().sent(), ElementsAre("tcp 198.51.100.10:80"));
  EXPECT_THAT(result.err, HasSubstr("an address that no public name may have: 127.0.0.1"));
}

TEST_P(NetworkRefusals, AnAliasIsJudgedByTheNameThatIsAskedFor) {
  NetworkStage on(GetParam(), "allow connect alias.test\n");
  const std::string script = "both curl -sSf -m8 http://alias.test/ -o /dev/null && echo reached";
  EXPECT_EQ(on.script(script).out, "reached\n");
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.20:80"});
  NetworkStage denied(GetParam(), "allow connect alias.test\ndeny connect 198.51.100.20:*\n");
  const auto result = denied.script(script);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(denied.network().sent(), IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("the name stands for an address that is denied: "
                                    "198.51.100.20\n  deny connect 198.51.100.20:*\n"));
}

TEST_P(NetworkRefusals, NeitherDatagramsNorPingsLeave) {
  NetworkStage on(GetParam(), kAllowed + "allow connect 198.51.100.10:*\n");
  on.write("send.py",
           "import socket\n"
           "def send(kind, protocol, host, port):\n"
           "  try:\n"
           "    with socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, kind, "
           "protocol) as s:\n"
           "      s.settimeout(0.3); s.connect((host, port))\n"
           "      for i in range(2): s.send(b'\\x08\\0\\0\\0\\0\\1\\0\\1' + b'x' * 1200)\n"
           "      s.recv(100); print('answered', host, port)\n"
           "  except OSError: pass\n"
           "for host in ('allowed.test', '198.51.100.10', '2001:db8::10', '127.0.0.1'):\n"
           "  for port in (443, 5353, 123): send(socket.SOCK_DGRAM, 0, host, port)\n"
           "for host in ('198.51.100.10', '203.0.113.7'):\n"
           "  send(socket.SOCK_DGRAM, socket.IPPROTO_ICMP, host, 0)\n"
           "  send(socket.SOCK_RAW, socket.IPPROTO_ICMP, host, 0)\n"
           "for group in ('224.0.0.251', '239.255.255.250', '255.255.255.255'):\n"
           "  send(socket.SOCK_DGRAM, 0, group, 1900)\n");
  on.script("/usr/bin/python3 send.py; ping -c1 -W1 198.51.100.10; ping -c1 -W1 allowed.test");
  EXPECT_THAT(on.network().log(), IsEmpty());
}

TEST_P(NetworkRefusals, NoQuestionAboutANameLeavesAndNoLabelCarriesAnythingOut) {
  NetworkStage on(GetParam(), "allow connect *.wild.test, 198.51.100.53:53\n");
  on.write("dns.py",
           "import socket, struct\n"
           "def question(name, kind):\n"
           "  labels = b''.join(bytes([len(l)]) + l.encode() for l in name.split('.'))\n"
           "  return struct.pack('!6H', 7, 256, 1, 0, 0, 0) + labels + b'\\0' + "
           "struct.pack('!2H', kind, 1)\n"
           "for server in ('127.0.0.1', '198.51.100.53', '8.8.8.8'):\n"
           "  for name in ('secret.other.test', 'secret.wild.test', 'a.b.c.wild.test'):\n"
           "    for kind in (1, 28, 16, 15, 65, 255, 2, 12):\n"
           "      with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:\n"
           "        s.settimeout(2); s.sendto(question(name, kind), (server, 53))\n"
           "        answer, _ = s.recvfrom(2000)\n"
           "        code = answer[3] & 15\n"
           "        if code != (3 if 'other' in name else 0): print(server, name, kind, code)\n"
           "  with socket.create_connection((server, 53), 3) as s:\n"
           "    q = question('secret.wild.test', 16); s.sendall(struct.pack('!H', len(q)) + q)\n"
           "    if len(s.recv(2000)) < 12: print(server, 'tcp')\n");
  const auto result = on.script("/usr/bin/python3 dns.py; getent hosts x.wild.test >/dev/null");
  EXPECT_EQ(result.out, "") << result.err;
  EXPECT_THAT(on.network().log(), IsEmpty());
}

TEST_P(NetworkRefusals, AnIpv6NameIsReachedAndStaysWithinItsRule) {
  NetworkStage on(GetParam(), "allow connect six.test, both.test\n");
  const auto result = on.script(
      "both curl -sSf -m8 http://six.test/one; both curl -sSf -m8 https://six.test/two; bare curl "
      "-6 -sSf -m8 http://both.test/three -o /dev/null && echo six; bare curl -4 -sSf -m8 "
      "http://both.test/three -o /dev/null && echo four");
  EXPECT_EQ(result.out,
            "SBX-SERVER-OK port=80 path=/one\nSBX-SERVER-OK port=80 path=/one\n"
            "SBX-SERVER-OK port=443 path=/two\nSBX-SERVER-OK port=443 path=/two\nsix\nfour\n")
      << result.err;
  EXPECT_THAT(on.network().sent(), Contains("tcp [2001:db8::10]:443"));
}

TEST_P(NetworkRefusals, ANameThatDoesNotExistIsNotLookedUpWithTheHostsSearchList) {
  NetworkStage on(GetParam(), "allow connect gone.test\n");
  on.write("script", "for i in 1 2 3 4; do curl -sS -m8 http://gone.test/$i; done\n");
  on.stage().outside("export LOCALDOMAIN=wild.test; run /bin/bash script");
  EXPECT_THAT(on.network().asked(), ElementsAre("gone.test"));
}

TEST_P(NetworkRefusals, ANameThatIsNeverAnsweredHoldsNobodyUp) {
  NetworkStage on(GetParam(), "allow connect allowed.test, silent.test\n");
  const auto result = on.script(
      "for i in $(seq 20); do bare curl -sS -m1.5 http://silent.test/ & done; sleep 0.3\n"
      "both curl -sSf -m1 http://allowed.test/; wait");
  EXPECT_EQ(result.out, "SBX-SERVER-OK port=80 path=/\nSBX-SERVER-OK port=80 path=/\n")
      << result.err;
}

}  // namespace
}  // namespace sbxc::conformance
