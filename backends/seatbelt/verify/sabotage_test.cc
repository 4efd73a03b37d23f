// Faults put into emitted profiles, one at a time: each is found, and what is said of it is true by
// the two yardsticks, decide() and Profile::decide.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "backends/seatbelt/read/explain.h"
#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/target/verification_for_test.h"
#include "compiler/policy/decide.h"

namespace sbxc::seatbelt_verify {
namespace {

constexpr const char* kWorkspace = R"(sbx 1
policy workspace "A checkout, a cache and one API"
allow read /**
deny  read ~/.ssh/**, ~/.aws/**  except ~/.ssh/known_hosts   because "credentials"
allow write $cwd/**, ~/.npm/**, /tmp/build/**
deny  write $cwd/.git/hooks/**, $cwd/.git/config   because "runs later, outside the sandbox"
deny  write /**/.envrc
allow exec /usr/bin/**, $cwd/node_modules/.bin/*
deny  exec /usr/bin/{osascript,open}
allow connect api.example.com
allow listen *:8080
allow socket /var/run/syslog, $cwd/**/*.sock
deny  socket $cwd/.docker/docker.sock
allow mach com.apple.system.opendirectoryd.{libinfo,membership}
)";

constexpr const char* kBuild = R"(sbx 1
policy build "A build that reads little"
allow read /usr/**, /System/Library/**, /tmp/in/**, $cwd/**
allow write $cwd/out/** except $cwd/out/keep/**
deny write $cwd/out/**/*.lock
deny read $cwd/.env*
allow exec /usr/bin/*
allow mach com.apple.logd, com.apple.trustd.*
deny mach com.apple.trustd.admin
)";

struct Fault {
  const char* name;
  const char* policy;
  const char* from;  // empty: `to` is appended
  const char* to;
};

const Fault kFaults[] = {
    {"a dropped deny of reading", kWorkspace, "(deny file-read* deny-read-2)", ""},
    {"a dropped deny of writing", kWorkspace, "(deny file-write* deny-write-4 deny-write-5)", ""},
    {"one of two denies dropped", kWorkspace, "(deny file-write* deny-write-4 deny-write-5)",
     "(deny file-write* deny-write-4)"},
    {"swapped order", kWorkspace,
     "(allow file-read* allow-read-1 allow-write-3)\n(deny file-read* deny-read-2)",
     "(deny file-read* deny-read-2)\n(allow file-read* allow-read-1 allow-write-3)"},
    {"a regex without its end", kWorkspace, "[rR][cC]$\"", "[rR][cC]\""},
    {"a regex without its start", kWorkspace, "#\"^/Users/alice/work/node_modules",
     "#\"/Users/alice/work/node_modules"},
    {"a star that crosses slashes", kWorkspace, "/\\.bin/[^/]+$\"", "/\\.bin/.+$\""},
    {"/tmp for /private/tmp", kWorkspace, "(subpath \"/private/tmp/build\")",
     "(subpath \"/tmp/build\")"},
    {"a missing rename pin", kWorkspace, "(literal \"/Users/alice/work\")\n", "\n"},
    {"pins that can be moved", kWorkspace, "(deny file-write-unlink file-write-create\n",
     "(deny file-write-create\n"},
    {"pins that can be made", kWorkspace, "(deny file-write-unlink file-write-create\n",
     "(deny file-write-unlink\n"},
    {"deny default turned round", kWorkspace, "(deny default)", "(allow default)"},
    {"deny default removed", kWorkspace, "(deny default)", ""},
    {"a subpath for a literal", kWorkspace, "(literal \"/Users/alice/work/.git/config\")",
     "(subpath \"/Users/alice/work/.git/config\")"},
    {"a literal for a subpath", kWorkspace, "(subpath \"/Users/alice/.ssh\")",
     "(literal \"/Users/alice/.ssh\")"},
    {"a prefix without a slash", kWorkspace, "(subpath \"/Users/alice/.npm\")",
     "(prefix \"/Users/alice/.npm\")"},
    {"a wrong action", kWorkspace, "(deny process-exec* deny-exec-7)",
     "(allow process-exec* deny-exec-7)"},
    {"an exception taken for the rule", kWorkspace,
     "(require-not (literal \"/Users/alice/.ssh/known_hosts\"))",
     "(literal \"/Users/alice/.ssh/known_hosts\")"},
    {"a filter moved into require-not", kWorkspace, "(define allow-write-3\n  (require-any",
     "(define allow-write-3\n  (require-not (require-any"},
    {"all for any", kWorkspace, "(require-any (literal \"/usr/bin/osascript\")",
     "(require-all (literal \"/usr/bin/osascript\")"},
    {"any for all", kWorkspace, "(allow process-exec*\n  (require-all",
     "(allow process-exec*\n  (require-any"},
    {"a param renamed", kWorkspace, "(param \"PROXY_PORT\")", "(param \"PROXYPORT\")"},
    {"a port written down", kWorkspace, "(param \"PROXY_PORT\")", "\"3128\""},
    {"any host for this machine", kWorkspace, "\"localhost:\"", "\"*:\""},
    {"everything may be written", kWorkspace, "", "(allow file-write*)"},
    {"a child above its parent's deny", kWorkspace, "",
     "(allow file-write-create (subpath \"/Users/alice/work\"))"},
    {"local on outbound", kWorkspace, "", "(allow network-outbound (local ip \"localhost:*\"))"},
    {"another port to listen on", kWorkspace, "\"*:8080\"", "\"*:8081\""},
    {"any port to listen on", kWorkspace, "\"*:8080\"", "\"*:*\""},
    {"a dropped deny of a socket", kWorkspace,
     "(deny network-outbound network-inbound network-bind deny-socket-11)", ""},
    {"a denied socket that can be moved", kWorkspace, "(deny file-write-unlink sockets-in-place)",
     ""},
    {"a denied socket that can be linked", kWorkspace, "(deny file-link sockets-in-place)",
     "(allow file-link sockets-in-place)"},
    {"links to what may only be read", kWorkspace, "(allow file-link allow-write-3)",
     "(allow file-link allow-read-1)"},
    {"links without a rule", kWorkspace, "(if (defined? 'file-link) (deny file-link))", ""},
    {"clones without a rule", kBuild, "(if (defined? 'file-clone) (deny file-clone))", ""},
    {"clones of what is denied", kWorkspace, "(deny file-clone deny-read-2)", ""},
    {"another case of a denied name", kWorkspace, "/\\.[gG][iI][tT](/[hH]", "/\\.git(/[hH]"},
    {"a prefix for a service", kWorkspace,
     "(global-name \"com.apple.system.opendirectoryd.libinfo\")",
     "(global-name-prefix \"com.apple.system.opendirectoryd.libinfo\")"},
    {"a service too few", kWorkspace,
     "(global-name \"com.apple.system.opendirectoryd.membership\")", ""},
    {"services registered", kWorkspace, "", "(allow mach-register)"},
    {"services by their XPC names", kWorkspace, "",
     "(allow mach-lookup (xpc-service-name-prefix \"com.\"))"},
    {"arguments of other programs", kWorkspace,
     "(deny sysctl-read (sysctl-name \"kern.proc.all\") (sysctl-name-prefix \"kern.procargs\"))",
     ""},
    {"other programs told what to do", kWorkspace, "", "(allow appleevent-send)"},
    {"other programs looked at", kWorkspace, "", "(allow process-info* (target others))"},
    {"terminals of all kinds", kWorkspace, "^/dev/ttys[0-9]+$", "^/dev/tty"},
    {"routing sockets", kWorkspace, "", "(allow system-socket)"},
    {"a program without a sandbox", kWorkspace, "(allow process-exec*\n",
     "(allow process-exec* (with no-sandbox)\n"},
    {"an operation known by name only", kWorkspace, "", "(allow system-kas-info)"},
    {"mounting", kWorkspace, "", "(allow file-mount (subpath \"/Users/alice/work\"))"},
    {"extensions that widen", kWorkspace, "",
     "(allow file-read* (extension \"com.apple.app-sandbox.read\"))"},

    {"everything may be read", kBuild, "", "(allow file-read*)"},
    {"a preamble that voids all scoping", kBuild, "(version 1)",
     "(version 1)\n(allow file-read-data)"},
    {"a regex without its start", kBuild, "#\"^/usr/bin/[^/]+$\"", "#\"/usr/bin/[^/]+$\""},
    {"a regex without its end", kBuild, "#\"^/usr/bin/[^/]+$\"", "#\"^/usr/bin/[^/]+\""},
    {"a dot that is any byte", kBuild, "/\\.env[^/]*$", "/.env[^/]*$"},
    {"a dropped deny of reading", kBuild, "(deny file-read* deny-read-4)", ""},
    {"swapped order", kBuild, "(allow file-write* allow-write-2)\n(deny file-write* deny-write-3)",
     "(deny file-write* deny-write-3)\n(allow file-write* allow-write-2)"},
    {"a hole that is none", kBuild, "(define allow-write-2\n  (require-all",
     "(define allow-write-2\n  (require-any"},
    {"/tmp for /private/tmp", kBuild, "(subpath \"/private/tmp/in\")", "(subpath \"/tmp/in\")"},
    {"a prefix without a slash", kBuild, "(subpath \"/System/Library\")",
     "(prefix \"/System/Library\")"},
    {"a missing rename pin", kBuild,
     "(deny file-write-unlink file-write-create\n  (literal \"/Users/alice/work/out\"))", ""},
    {"reading from anywhere it may run", kBuild, "(require-any allow-read-1 allow-write-2)",
     "(require-not allow-read-1)"},
    {"attributes of everything", kBuild, "(allow file-read-metadata looked-up)",
     "(allow file-read-metadata)"},
    {"names that can be asked for", kBuild, "(deny file-test-existence)\n", "\n"},
    {"directories of everywhere", kBuild, "", "(allow file-read-metadata (vnode-type DIRECTORY))"},
    {"one component for many", kBuild, "work/out(/[^/]+)*/[^/]*", "work/out(/[^/]+)/[^/]*"},
    {"a dot of a service that is any byte", kBuild, "com\\.apple\\.trustd\\.[^/]*$",
     "com.apple.trustd.[^/]*$"},
    {"a deny of a service dropped", kBuild, "(deny mach-lookup deny-mach-7)", ""},
    {"the network without a word of it", kBuild, "", "(allow network-outbound (remote ip))"},
    {"UDP alone", kBuild, "", "(allow network-outbound (remote udp \"*:53\"))"},
    {"sockets by path", kBuild, "",
     "(allow network-outbound (literal \"/private/var/run/mDNSResponder\"))"},
    {"listening without a word of it", kBuild, "",
     "(allow network-bind network-inbound (local ip \"*:9000\"))"},
};

class Sabotage {
 public:
  explicit Sabotage(const Fault& fault)
      : resolved_(seatbelt::ResolvedPolicy::of(fault.policy)),
        lowered_(lower_seatbelt(resolved_.policy, resolved_.sources, {})),
        text_(lowered_.artifacts.at(0).bytes) {
    const std::string from = fault.from;
    if (from.empty()) {
      text_ += fault.to;
    } else if (const size_t at = text_.find(from); at != std::string::npos) {
      text_.replace(at, from.size(), fault.to);
      if (std::string_view(fault.to).find("(require-not (require-any") != std::string::npos) {
        const size_t end = text_.find("))\n", at);
        text_.insert(end, ")");
      }
    } else {
      ADD_FAILURE() << fault.name << ": `" << from << "` does not stand in\n" << text_;
    }
  }

  Verification found() const { return verify_seatbelt(resolved_.policy, text_, lowered_.verdicts); }

  // Whether what was found is so, request by request.
  void check(const Verification& found) const {
    sbpl::CompileOptions options;
    options.parameters["PROXY_PORT"] = "58231";
    const auto profile = sbpl::Profile::compile(text_, options);
    if (!profile) return;
    const Policy policy = as_spelt_on_macos(resolved_.policy);
    for (const OperationProof& proof : found.operations) {
      for (const Disagreement& one : proof.disagreements) check(policy, *profile, one);
    }
  }

 private:
  static void check(const Policy& policy, const sbpl::Profile& profile, const Disagreement& one) {
    const size_t blank = one.artifact_says.find(' ');
    const std::string says = one.artifact_says.substr(0, blank);
    const bool depends = says != "allow" && says != "deny";
    const std::string operation = depends ? says : one.artifact_says.substr(blank + 1);
    std::string target = one.witness;
    if (!target.starts_with('/') && one.operation != Operation::mach) target = "tcp:" + target;
    sbpl::QuestionOptions options{.vnode_type = "REGULAR-FILE", .nothing_else = !depends};
    auto question = sbpl::question_of(operation, target, options);
    ASSERT_TRUE(question) << operation << ' ' << target;
    if (one.operation == Operation::socket) question->request.vnode_type = "SOCKET";
    sbpl::Verdict verdict = sbpl::explain(profile, *question).verdict;
    if (target.starts_with('/') && verdict == sbpl::Verdict::deny && says == "allow") {
      question->request.vnode_type = "DIRECTORY";  // or of a file of another type
      verdict = sbpl::explain(profile, *question).verdict;
    }
    if (target.starts_with("tcp:") && verdict == sbpl::Verdict::deny) {  // or of the other protocol
      target.replace(0, 3, "udp");
      verdict = sbpl::explain(profile, *sbpl::question_of(operation, target, options)).verdict;
    }
    EXPECT_EQ(verdict, depends           ? sbpl::Verdict::depends
                       : says == "allow" ? sbpl::Verdict::allow
                                         : sbpl::Verdict::deny)
        << one.artifact_says << ' ' << target;
    if (!depends) {
      EXPECT_NE(verdict == sbpl::Verdict::allow, one.policy_says == Effect::allow);
    }
    if (target != one.witness) return;
    EXPECT_EQ(decide(policy, Os::macos, {one.operation, one.witness}).verdict, one.policy_says);
  }

  seatbelt::ResolvedPolicy resolved_;
  Lowered lowered_;
  std::string text_;
};

TEST(Sabotage, EveryFaultIsFoundWithATrueWitness) {
  for (const Fault& fault : kFaults) {
    SCOPED_TRACE(fault.name);
    const Sabotage sabotage(fault);
    const Verification found = sabotage.found();
    EXPECT_FALSE(found.holds()) << in_words(found);
    bool shown = found.unreadable.has_value() || !found.misfits.empty();
    for (const OperationProof& proof : found.operations) {
      shown = shown || !proof.disagreements.empty();
      EXPECT_NE(proof.proof, Proof::not_decided) << proof.why;
    }
    EXPECT_TRUE(shown) << in_words(found);
    sabotage.check(found);
    if (std::getenv("SBXC_SHOW") != nullptr) {
      std::cout << "=== " << fault.name << '\n' << in_words(found) << '\n';
    }
  }
}

TEST(Sabotage, NothingIsFoundInWhatWasEmitted) {
  for (const char* policy : {kWorkspace, kBuild}) {
    const Sabotage untouched({"none", policy, "", ""});
    EXPECT_TRUE(untouched.found().holds()) << in_words(untouched.found());
  }
}

}  // namespace
}  // namespace sbxc::seatbelt_verify
