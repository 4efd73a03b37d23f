// Seeded faults: what a wrong emitter, a bad edit or a damaged file would leave in plan.json and
// plan.args. Each is found, and where a request shows it, the request is a true one by decide().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "backends/bwrap/read/scenes_for_test.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

using ::testing::HasSubstr;

struct Fault {
  const char* name;
  std::function<void(TamperedPlan&)> make;
  // One of the two: a request that shows it (`write /w/x`: the operation is enough), or words.
  const char* witness = nullptr;
  const char* misfit = nullptr;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

// A witness is true when decide() says what it claims that the policy says, and the plan is said to
// do the opposite.
void expect_true_witness(const Policy& policy, const OperationProof& proof) {
  for (const Disagreement& found : proof.disagreements) {
    const Request request =
        terse_request(std::string(name_of(found.operation)) + " " + found.witness);
    EXPECT_EQ(decide(policy, Os::linux, request).verdict, found.policy_says) << found.witness;
    EXPECT_FALSE(found.artifact_says.empty());
  }
}

void expect_found(const Scene& scene, const Fault& fault) {
  TamperedPlan plan = scene.plan();
  const std::string json = plan.json_bytes();
  const std::string args = plan.args_bytes();
  fault.make(plan);
  ASSERT_TRUE(json != plan.json_bytes() || args != plan.args_bytes()) << "nothing was changed";
  const Verification verification = plan.verify(scene.views.facts);
  EXPECT_FALSE(verification.holds());
  ASSERT_FALSE(verification.unreadable) << verification.unreadable->message;
  for (const OperationProof& proof : verification.operations) {
    expect_true_witness(scene.policy, proof);
  }
  if (fault.witness != nullptr) {
    const std::string wanted = fault.witness;
    const bool shown = std::ranges::any_of(verification.operations, [&](const auto& proof) {
      return std::ranges::any_of(proof.disagreements, [&](const Disagreement& found) {
        const std::string said = std::string(name_of(found.operation)) + " " + found.witness;
        return said.starts_with(wanted);
      });
    });
    EXPECT_TRUE(shown) << "no witness `" << wanted << "`\n" << in_words(verification);
  }
  if (fault.misfit != nullptr) {
    EXPECT_THAT(in_words(verification), HasSubstr(fault.misfit));
  }
}

class WorkspaceFault : public ::testing::TestWithParam<Fault> {};
TEST_P(WorkspaceFault, IsFound) { expect_found(Scene::workspace(), GetParam()); }

const std::vector<Fault>& workspace_faults() {
  static const std::vector<Fault> faults = {
      {"DroppedMaskOfADeniedFile", [](auto& p) { p.drop_step("/home/u/w/.env"); },
       "read /home/u/w/.env"},
      {"DroppedReadOnlyBindOfADeniedDirectory",
       [](auto& p) { p.drop_step("/home/u/w/.git/hooks"); }, "write /home/u/w/.git/hooks"},
      {"DroppedPin", [](auto& p) { p.drop_step("/home/u/w/.git"); }, "write /home/u/w/.git/hooks"},
      {"DroppedPinOfAPlainDirectory", [](auto& p) { p.drop_step("/home/u/w/sub"); },
       "write /home/u/w/sub/.env"},
      {"ParentBoundAfterItsChildren", [](auto& p) { p.move_step_to_end("/home/u/w"); },
       "read /home/u/w/.env"},
      {"ChildMaskedBeforeItsParent", [](auto& p) { p.swap_steps("/home/u/w", "/home/u/w/.env"); },
       "read /home/u/w/.env"},
      {"WritableForReadOnly", [](auto& p) { p.replace_step("/usr", "ro_bind", "bind"); },
       "write /usr"},
      {"ReadOnlyForWritable", [](auto& p) { p.replace_step("/home/u/w", "bind", "ro_bind"); },
       "write /home/u/w/"},
      {"DevicesThatWork", [](auto& p) { p.replace_step("/home/u/w/.env", "mask_file", "dev"); },
       nullptr, "no directory"},
      {"BindOfADeniedDirectory", [](auto& p) { p.add_step("ro_bind", "/home/u/.ssh"); },
       "read /home/u/.ssh"},
      {"BindOfTheWholeRootFirst", [](auto& p) { p.add_step_first("ro_bind", "/"); }, "read /"},
      {"DroppedBindOfWhatIsAllowed", [](auto& p) { p.drop_step("/etc/hosts"); }, "read /etc/hosts"},
      {"TmpfsOverWhatIsAllowed", [](auto& p) { p.add_step("tmpfs", "/home/u/w/src", "0755"); },
       "read /home/u/w/src"},
      {"ASecretShownAtAnotherPath", [](auto& p) { p.set_source("/etc/hosts", "/home/u/.ssh/id"); },
       "read /home/u/.ssh/id"},
      {"RootLeftWritable", [](auto& p) { p.drop_step("/", "read_only"); }, "write /"},
      {"RootLeftListable", [](auto& p) { p.drop_step("/", "permissions"); }, "read /"},
      {"LinkThatLeadsElsewhere", [](auto& p) { p.set_source("/bin", "home/u/w/bin"); }, nullptr,
       "the link `/bin` says"},
      {"MountPointThatIsNotThere", [](auto& p) { p.add_step("tmpfs", "/home/u/w/ghost", "0755"); },
       nullptr, "leaves `/home/u/w/ghost` behind"},
      {"ProtectionThatMayBeLeftOut", [](auto& p) { p.let_be_left("/home/u/w/.git/hooks"); },
       "write /home/u/w/.git/hooks"},
      {"OnlyPlanArgsLosesAMask", [](auto& p) { p.drop_arguments_of("/home/u/w/.env"); },
       "read /home/u/w/.env"},
      {"OnlyPlanJsonLosesAMask", [](auto& p) { p.drop_json_step("/home/u/w/.env"); },
       "read /home/u/w/.env"},
      {"NetworkOfThisMachine", [](auto& p) { p.drop_flag("--unshare-net"); },
       "connect example.com:443"},
      {"SessionOfThisTerminal", [](auto& p) { p.drop_flag("--new-session"); }, nullptr, "session"},
      {"ProcessesOfThisMachine", [](auto& p) { p.drop_flag("--unshare-pid"); }, nullptr,
       "processes of this machine"},
      {"Capabilities", [](auto& p) { p.drop_flag("--cap-drop", 2); }, nullptr,
       "it keeps capabilities"},
      {"VariablesNotCleared", [](auto& p) { p.drop_flag("--clearenv"); }, nullptr, "not cleared"},
      {"UserNamespaces", [](auto& p) { p.drop_flag("--disable-userns"); },
       "syscall unshare:newuser"},
      {"BrokerEntryDropped", [](auto& p) { p.drop_held("broker", "read"); }, "read /home/u/w"},
      {"BrokerHoldsTooLittle", [](auto& p) { p.set_held("broker", "read", "write"); },
       "read /home/u/w"},
      {"BrokerLetsSocketsBe", [](auto& p) { p.drop_held("broker", "socket"); }, "socket /"},
      {"LandlockGrantsMore", [](auto& p) { p.json["landlock"]["execute"].push_back("/home/u/w"); },
       "exec /home/u/w"},
      {"LandlockGrantsLess", [](auto& p) { p.json["landlock"]["execute"].clear(); }, "exec /usr"},
      {"WildcardWidened", [](auto& p) { p.json["environment"]["rules"][0]["names"][0] = "*"; },
       "env "},
      {"DenyOfAVariableDropped", [](auto& p) { p.json["environment"]["rules"].erase(1); },
       "env TERM_SECRET"},
      {"VariableFromOutside", [](auto& p) { p.set_variable("SECRET", "x"); }, "env SECRET"},
      {"ValueChanged", [](auto& p) { p.set_variable("LANG", "C"); }, nullptr, "`LANG` is set to"},
      {"LimitRaised", [](auto& p) { p.json["limits"][0]["value"] = 10000; }, nullptr,
       "the limit `processes`"},
      {"LinkThatIsNone",
       [](auto& p) {
         p.json["links"].push_back({{"path", "/etc/hosts"}, {"target", "/etc"}, {"rule", 0}});
       },
       nullptr, "which is no link"},
      {"ContinuationForgotten",
       [](auto& p) {
         p.drop_links("/bin");
         p.drop_step("/usr");
       },
       "read /usr"},
      {"RelianceChanged", [](auto& p) { p.set_reliance("/home/u/w", "file"); }, nullptr,
       "it relies on `/home/u/w`"},
      {"DirectoryMadeElsewhere",
       [](auto& p) {
         p.json["before"].push_back({{"make", "directory"},
                                     {"path", "/home/u/.config"},
                                     {"stand_in", false},
                                     {"rules", nlohmann::ordered_json::array()}});
         const nlohmann::ordered_json removed = {{"remove_if_made_and_empty", "/home/u/.config"}};
         p.json["after"].push_back(removed);
       },
       "write /home/u/.config"},
      {"SocketBound", [](auto& p) { p.add_step("ro_bind", "/run/other.sock"); },
       "socket /run/other.sock"},
  };
  return faults;
}
INSTANTIATE_TEST_SUITE_P(Sabotage, WorkspaceFault, ::testing::ValuesIn(workspace_faults()),
                         [](const auto& param) { return std::string(param.param.name); });

class ReaderFault : public ::testing::TestWithParam<Fault> {};
TEST_P(ReaderFault, IsFound) { expect_found(Scene::reader(), GetParam()); }

const std::vector<Fault>& reader_faults() {
  static const std::vector<Fault> faults = {
      {"HiddenDirectoryShown", [](auto& p) { p.drop_step("/home/u/.ssh"); }, "read /home/u/.ssh"},
      {"MaskedFileShown", [](auto& p) { p.drop_step("/etc/shadow"); }, "read /etc/shadow"},
      {"HiddenDirectoryWritable", [](auto& p) { p.drop_step("/home/u/.ssh", "read_only"); },
       "write /home/u/.ssh"},
      {"HiddenDirectoryListable", [](auto& p) { p.drop_step("/home/u/.ssh", "permissions"); },
       "read /home/u/.ssh"},
      {"TmpWritableWithoutARule", [](auto& p) { p.add_step("bind", "/tmp"); }, "write /tmp"},
      {"RootWritable", [](auto& p) { p.replace_step("/", "ro_bind", "bind"); }, "write /"},
      {"RootBoundLast", [](auto& p) { p.move_step_to_end("/"); }, "read /etc/shadow"},
      {"ForwardWidened",
       [](auto& p) { p.json["network"]["forwards"][0]["listen"] = "127.0.0.1:3000-3001"; },
       "listen 127.0.0.1:3001"},
      {"ForwardOnEveryAddress",
       [](auto& p) { p.json["network"]["forwards"][0]["listen"] = "0.0.0.0:3000"; }, "listen "},
      {"NetworkShared", [](auto& p) { p.add_flag("--share-net"); }, "connect "},
      {"NetworkNotAnnounced", [](auto& p) { p.json["network"]["allowed"] = false; }, nullptr,
       "no network is announced"},
      {"LaterNamesForgotten", [](auto& p) { p.json["broker"].clear(); }, "read /home/"},
  };
  return faults;
}
INSTANTIATE_TEST_SUITE_P(Sabotage, ReaderFault, ::testing::ValuesIn(reader_faults()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Sabotage, ANarrowingThatNoVerdictDeclaresIsFound) {
  const Scene scene = Scene::workspace();
  TamperedPlan plan = scene.plan();
  for (RuleVerdict& verdict : plan.verdicts) verdict.fidelity = Fidelity::exact;
  const Verification verification = plan.verify(scene.views.facts);
  EXPECT_FALSE(verification.holds());
  EXPECT_THAT(in_words(verification), HasSubstr("/srv/later"));
}

}  // namespace
}  // namespace sbxc::bwrap_read
