// Programs that people let an agent run, each as it is, on a real network: it reaches what the
// policy allows and nothing else, whether it knows of the proxy or not. What counts is what arrived
// outside: TestNetwork's log.
#include <algorithm>

#include "conformance/network_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using NetworkPrograms = NetworkTest;
INSTANTIATE_TEST_SUITE_P(As, NetworkPrograms, ::testing::ValuesIn(accounts_here()),
                         name_of_account);

const std::string kAllowed = "allow connect allowed.test\n";
const Places kWeb = {"tcp 198.51.100.10:443", "tcp 198.51.100.10:80"};

std::string served(int port, const std::string& path) {
  return "SBX-SERVER-OK port=" + std::to_string(port) + " path=" + path + "\n";
}

TEST_P(NetworkPrograms, CurlReachesWhatIsAllowedAndNothingElse) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(
      "both curl -sS -m8 http://allowed.test/one; both curl -sS -m8 https://allowed.test/two\n"
      "curl -sS -m8 --noproxy '*' https://allowed.test/three\n"
      "curl -sS -m8 -p http://allowed.test/four\n"
      "for kind in socks5 socks5h; do curl -sS -m8 -x \"${http_proxy/http:/$kind:}\" "
      "https://allowed.test/$kind; done\n"
      "for url in http://other.test/ https://other.test/ http://allowed.test:8080/; do\n"
      "  both curl -sSf -m8 $url; curl -sSf -m8 -x \"${http_proxy/http:/socks5h:}\" $url; done");
  EXPECT_EQ(result.out, served(80, "/one") + served(80, "/one") + served(443, "/two") +
                            served(443, "/two") + served(443, "/three") + served(80, "/four") +
                            served(443, "/socks5") + served(443, "/socks5h"))
      << result.err;
  EXPECT_EQ(on.network().sent(), kWeb);
  EXPECT_THAT(on.network().asked(), ElementsAre("allowed.test"));
}

TEST_P(NetworkPrograms, CurlFollowsARedirectNoFurtherThanThePolicy) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(
      "both curl -sSL -m8 http://allowed.test/to/allowed.test/there\n"
      "both curl -sSLf -m8 http://allowed.test/to/other.test/there");
  EXPECT_EQ(result.out, served(80, "/there") + served(80, "/there")) << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:80"});
}

TEST_P(NetworkPrograms, WgetReachesWhatIsAllowedAndNothingElse) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(
      "get() { wget -qO- -T8 -t1 --ca-certificate=$SSL_CERT_FILE \"$@\"; }\n"
      "export -f get bare; for url in http://allowed.test/one https://allowed.test/two "
      "https://other.test/ http://other.test/; do both bash -c \"get $url\"; done");
  EXPECT_EQ(result.out,
            served(80, "/one") + served(80, "/one") + served(443, "/two") + served(443, "/two"))
      << result.err;
  EXPECT_EQ(on.network().sent(), kWeb);
}

TEST_P(NetworkPrograms, GitClonesAndPushesOverHttps) {
  NetworkStage on(GetParam(), "allow connect git.test\n");
  const auto result = on.script(
      "work() { git clone -q https://git.test/git/project.git $1 && cd $1 && cat README && echo "
      "$1 >$1 && git add $1 && git -c user.name=n -c user.email=e@example.org commit -qm $1 && "
      "git push -q && git log --oneline origin/main | wc -l; }\n"
      "export -f work; bash -c 'work one'; bare bash -c 'work two'\n"
      "both git ls-remote https://other.test/git/project.git");
  EXPECT_EQ(result.out, "hello\n2\nhello\n3\n") << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:443"});
}

TEST_P(NetworkPrograms, GitClonesAndPushesOverSsh) {
  NetworkStage on(GetParam(), "allow connect git.test:22\n");
  on.stage().scenario().make_file(
      on.place("key"), testing::read_whole(on.network().directory() + "/ssh/client"), false);
  on.write("known_hosts", testing::read_whole(on.network().directory() + "/ssh/known_hosts"));
  const std::string url =
      "tester@git.test:" + on.network().directory() + "/repositories/project.git";
  const auto result = on.script(
      "chmod 600 key; export GIT_SSH_COMMAND=\"ssh -F none -i $PWD/key -o "
      "UserKnownHostsFile=$PWD/known_hosts -o ConnectTimeout=8\"\n"
      "work() { git clone -q " +
      url +
      " $1 && cd $1 && cat README && echo $1 >$1 && git add $1 "
      "&& git -c user.name=n -c user.email=e@example.org commit -qm $1 && git push -q && git log "
      "--oneline origin/main | wc -l; }\n"
      "export -f work; bash -c 'work one'; bare bash -c 'work two'\n"
      "git ls-remote tester@other.test:/x; ssh -F none -p 443 git.test");
  EXPECT_EQ(result.out, "hello\n2\nhello\n3\n") << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:22"});
}

TEST_P(NetworkPrograms, AptDownloadsFromTheRepositoryThatIsAllowed) {
  NetworkStage on(GetParam(),
                  "allow connect apt.test\nallow read /etc/apt/**, /var/lib/dpkg/**, "
                  "/etc/machine-id, /usr/share/keyrings/**\n");
  // APT_CONFIG is read first: without the machine's own hooks after an update.
  const auto result = on.script(
      "fetch() { rm -rf a; mkdir -p a/none a/lists/partial a/cache/archives/partial\n"
      "  echo \"deb [trusted=yes] $1/apt ./\" >a/sources; cat >a/conf <<END\n"
      "Dir::Etc { parts \"$PWD/a/none\"; sourceparts \"$PWD/a/none\"; sourcelist "
      "\"$PWD/a/sources\"; };\nDir::State::lists \"$PWD/a/lists\"; Dir::Cache \"$PWD/a/cache\";\n"
      "APT::Sandbox::User \"\"; Debug::NoLocking 1;\nAcquire { Retries 0; https::CaInfo "
      "\"$SSL_CERT_FILE\"; };\nEND\n  export APT_CONFIG=$PWD/a/conf\n"
      "  apt-get -qq update && apt-get -qq download greeting && dpkg-deb -f "
      "greeting_1.0_all.deb Description; rm -f *.deb; }\n"
      "export -f fetch; for url in http://apt.test https://apt.test http://other.test; do\n"
      "  bash -c \"fetch $url\"; bare bash -c \"fetch $url\"; done");
  EXPECT_EQ(result.out, "a greeting\na greeting\na greeting\na greeting\n") << result.err;
  EXPECT_EQ(on.network().sent(), kWeb);
  // It asks for them by itself; nobody wants to hear of them.
  EXPECT_THAT(result.err, Not(HasSubstr("_http._tcp")));
}

TEST_P(NetworkPrograms, PythonByUrllibRawSocketsAndAsyncio) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("get.py",
           "import asyncio, socket, ssl, sys, urllib.request\n"
           "def say(what):\n"
           "  try: print(what().decode().strip().splitlines()[-1])\n"
           "  except OSError as error: print('no', file=sys.stderr)\n"
           "def library(url): return urllib.request.urlopen(url, timeout=8).read()\n"
           "def raw(host):\n"
           "  with socket.create_connection((host, 80), 8) as s:\n"
           "    s.sendall(b'GET /raw HTTP/1.0\\r\\nHost: ' + host.encode() + b'\\r\\n\\r\\n')\n"
           "    return s.makefile('rb').read()\n"
           "async def later(host):\n"
           "  read, write = await asyncio.open_connection(host, 443, "
           "ssl=ssl.create_default_context())\n"
           "  write.write(b'GET /later HTTP/1.0\\r\\nHost: ' + host.encode() + b'\\r\\n\\r\\n')\n"
           "  text = await read.read(); write.close(); return text\n"
           "for host in ('allowed.test', 'other.test'):\n"
           "  say(lambda: library(f'http://{host}/one')); say(lambda: "
           "library(f'https://{host}/two'))\n"
           "  say(lambda: raw(host)); say(lambda: asyncio.run(later(host)))\n");
  const auto result = on.script("both /usr/bin/python3 get.py");
  const std::string once =
      served(80, "/one") + served(443, "/two") + served(80, "/raw") + served(443, "/later");
  EXPECT_EQ(result.out, once + once) << result.err;
  EXPECT_EQ(on.network().sent(), kWeb);
}

TEST_P(NetworkPrograms, NodeByFetchSocketsAndItsOwnResolver) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("get.mjs",
           "import net from 'node:net'; import https from 'node:https'; import dns from "
           "'node:dns/promises';\n"
           "const say = async (what) => { try { console.log((await "
           "what()).trim().split('\\n').at(-1)); } catch (e) { console.error('no', e); } };\n"
           "const raw = (host) => new Promise((good, bad) => { let text = ''; const s = "
           "net.connect(80, host, () => s.write(`GET /raw HTTP/1.1\\r\\nHost: "
           "${host}\\r\\nConnection: close\\r\\n\\r\\n`)); s.on('data', (d) => text += "
           "d).on('end', () => good(text)).on('error', bad); });\n"
           "const old = (url) => new Promise((good, bad) => https.get(url, (r) => { let text = ''; "
           "r.on('data', (d) => text += d).on('end', () => good(text)); }).on('error', bad));\n"
           "for (const host of ['allowed.test', 'other.test']) {\n"
           "  await say(async () => (await fetch(`http://${host}/one`)).text());\n"
           "  await say(async () => (await fetch(`https://${host}/two`)).text());\n"
           "  await say(() => raw(host)); await say(() => old(`https://${host}/old`));\n"
           "  await say(async () => (await dns.resolve4(host)).length + ' address');\n}\n");
  const auto result = on.script("both node get.mjs");
  const std::string once = served(80, "/one") + served(443, "/two") + served(80, "/raw") +
                           served(443, "/old") + "1 address\n";
  EXPECT_EQ(result.out, once + once) << result.err;
  EXPECT_EQ(on.network().sent(), kWeb);
}

TEST_P(NetworkPrograms, StaticProgramsThatResolveNamesThemselves) {
  NetworkStage on(GetParam(), kAllowed);
  on.stage().scenario().make_file(on.place("asker"), testing::read_whole(SBXC_ASKER), true);
  const auto result = on.script(
      "for how in 'udp plain' 'udp mapped' 'tcp plain'; do ./asker $how allowed.test 80 | tail "
      "-n1; ./asker $how other.test 80; done; ./asker udp plain allowed.test 81");
  const std::string once = served(80, "/asked") + "NXDOMAIN\n";
  EXPECT_EQ(result.out, once + once + once + "connect: Connection refused\n") << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:80"});
  EXPECT_THAT(on.network().asked(), ElementsAre("allowed.test"));
}

TEST_P(NetworkPrograms, ADatabaseWhoseServerSpeaksFirst) {
  NetworkStage on(GetParam(), "allow connect db.test:5432, db.test:25\n");
  on.write("ask.py",
           "import socket, sys\n"
           "for port in (5432, 25, 7):\n"
           "  try:\n"
           "    with socket.create_connection(('db.test', port), 8) as s:\n"
           "      lines = s.makefile('r'); print(lines.readline().strip())\n"
           "      s.sendall(b'select 1\\n'); print(lines.readline().strip())\n"
           "      s.shutdown(socket.SHUT_WR); print(repr(lines.read()))\n"
           "  except ConnectionRefusedError: print('refused')\n");
  const auto result = on.script("both /usr/bin/python3 ask.py");
  const std::string talk = "220 database ready\nrow select 1\n''\n";
  EXPECT_EQ(result.out, talk + talk + "refused\n" + talk + talk + "refused\n") << result.err;
  EXPECT_EQ(on.network().sent(), (Places{"tcp 198.51.100.10:5432", "tcp 198.51.100.10:25"}));
}

TEST_P(NetworkPrograms, ManyClientsAtOnce) {
  NetworkStage on(GetParam(), kAllowed);
  on.write("many.py",
           "import asyncio\n"
           "async def one(i):\n"
           "  host = 'allowed.test' if i % 2 else 'other.test'\n"
           "  try: read, write = await asyncio.open_connection(host, 80)\n"
           "  except OSError: return 'no'\n"
           "  for turn in range(3):\n"
           "    write.write(f'GET /{i}/{turn} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n'.encode())\n"
           "    await read.readuntil(f'path=/{i}/{turn}\\n'.encode())\n"
           "  write.close(); return 'yes'\n"
           "async def main(): \n"
           "  said = await asyncio.gather(*map(one, range(300)))\n"
           "  print(said.count('yes'), said.count('no'))\n"
           "asyncio.run(main())\n");
  const auto result = on.script("/usr/bin/python3 many.py");
  EXPECT_EQ(result.out, "150 150\n") << result.err;
  const auto log = on.network().log();
  EXPECT_EQ(
      std::ranges::count_if(log, [](const std::string& line) { return line.starts_with("http "); }),
      450);
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:80"});
}

TEST_P(NetworkPrograms, EveryPortOfAHostThatMayBeReachedAtEach) {
  NetworkStage on(GetParam(), "allow connect allowed.test:*\nallow listen localhost:7000\n");
  on.write("listen.py",
           "import socket, threading\n"
           "with socket.create_server(('127.0.0.1', 7000)) as here:\n"
           "  with socket.create_connection(('127.0.0.1', 7000)) as there: print('itself')\n");
  const auto result = on.script(
      "for port in 80 8080 9090; do both curl -sSf -m8 http://allowed.test:$port/; both curl -sSf "
      "-m8 http://other.test:$port/; bare curl -sSf -m8 http://198.51.100.20:$port/; done; "
      "/usr/bin/python3 listen.py");
  EXPECT_EQ(result.out, served(80, "/") + served(80, "/") + served(8080, "/") + served(8080, "/") +
                            served(9090, "/") + served(9090, "/") + "itself\n")
      << result.err;
  EXPECT_EQ(on.network().sent(),
            (Places{"tcp 198.51.100.10:80", "tcp 198.51.100.10:8080", "tcp 198.51.100.10:9090"}));
}

TEST_P(NetworkPrograms, MuchAtOnceArrivesWhole) {
  NetworkStage on(GetParam(), kAllowed);
  const auto result = on.script(
      "for url in http://allowed.test https://allowed.test; do\n"
      "  both curl -sS -m30 $url/big/20000000 | wc -c\n"
      "  head -c 5000000 /dev/zero | curl -sS -m30 --data-binary @- $url/put; done");
  EXPECT_EQ(result.out, "40000000\n" + served(80, "/put") + "40000000\n" + served(443, "/put"))
      << result.err;
  EXPECT_THAT(on.network().log(),
              ::testing::Contains(HasSubstr("POST /put host=allowed.test bytes=5000000")).Times(2));
}

// Outside a sandbox the kernel sends what a program that exits has left behind.
TEST_P(NetworkPrograms, WhatAProgramSaysLastArrivesAlsoWhenTheRunEndsWithIt) {
  NetworkStage on(GetParam(), "allow connect localhost:3999\n");
  on.write("server.py",
           "import socket, time\n"
           "server = socket.create_server(('127.0.0.1', 3999))\n"
           "open('ready', 'w').close()\n"
           "for connection in range(2):\n"
           "    client = server.accept()[0]\n"
           "    time.sleep(0.5)\n"
           "    got = 0\n"
           "    while part := client.recv(65536): got += len(part)\n"
           "    print(got, flush=True)\n");
  on.write("client.py",
           "import socket, time\n"
           "to = socket.create_connection(('127.0.0.1', 3999))\n"
           "to.setblocking(False)\n"
           "sent = still = 0\n"
           "while still < 20:\n"
           "    try: sent += to.send(bytes(65536)); still = 0\n"
           "    except BlockingIOError: still += 1; time.sleep(0.005)\n"
           "print(sent, sent > 1000000)\n");
  const auto result = on.stage().outside(
      "/usr/bin/python3 server.py >got & while [ ! -e ready ]; do sleep 0.1; done\n"
      "run /usr/bin/python3 client.py >sent; run /bin/bash -c '>/dev/tcp/127.0.0.1/3999'\n"
      "wait; diff <(echo $(cat got)) <(read -r sent enough <sent; echo $sent 0; "
      "echo $enough >&2)");
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.err, "True\n") << "all of it fits into the buffers of the server";
}

TEST_P(NetworkPrograms, NpmInstallsFromTheRegistryThatIsAllowed) {
  NetworkStage on(GetParam(), "allow connect registry.test\n");
  const auto result = on.script(
      "command -v npm >/dev/null || echo 'npm is missing: `./dev test` installs it'\n"
      "work() { mkdir $1; cd $1; echo '{\"name\":\"p\",\"version\":\"1.0.0\"}' >package.json\n"
      "  npm install --silent --no-audit --no-fund --fetch-retries=0 --registry https://$2/npm/ "
      "left-pad && node -p 'require(\"left-pad\")'; }\n"
      "export -f work; bash -c 'work one registry.test'; bare bash -c 'work two registry.test'\n"
      "bare bash -c 'work three other.test'");
  EXPECT_EQ(result.out, "padded\npadded\n") << result.err;
  EXPECT_EQ(on.network().sent(), Places{"tcp 198.51.100.10:443"});
  EXPECT_THAT(on.network().asked(), ElementsAre("registry.test"));
}

TEST_P(NetworkPrograms, NothingIsReachedWithoutAStatementThatSaysSo) {
  NetworkStage on(GetParam(), "");
  const auto result = on.script(
      "both curl -sSf -m8 http://allowed.test/; both curl -sSf -m8 http://198.51.100.10/; env | "
      "grep -i proxy; curl -sSf -m8 http://127.0.0.1:18080/");
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(on.network().log(), IsEmpty());
}

}  // namespace
}  // namespace sbxc::conformance
