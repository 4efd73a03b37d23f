// `network`: a small internet around the sandbox (network/world.h). Its words are those of the
// world; two more may be given in the manifest: `allowed`, the name that the policy allows, and
// `resolves`, where that name leads. Evidence is `network:EVENT`, an event of network/event_log.h
// with `*` for anything and {word} for a word of the scene.
#include "conformance/suite/network/place.h"
#include "conformance/suite/network/world.h"
#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

// One that std/agent allows, and which leads nowhere here but into the world.
constexpr const char* kAllowed = "registry.npmjs.org";

class Network : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    stage_ = &stage;
    world_ =
        std::make_unique<World>(WorldPlan{stage.root() + "/network", stage.nonce(), kAllowed, ""});
    if (!world_->why_not().empty()) return fault("the network: " + world_->why_not());
    for (const auto& [key, value] : world_->words()) stage.add_word(key, value);
    return true;
  }

  // The manifest's own words are in the scene by now.
  void before_start(Start& start) override {
    (void)start;
    const auto& words = stage_->words();
    const auto resolves = words.find("resolves");
    world_->let_lead(words.at("allowed"), resolves == words.end() ? "" : resolves->second);
  }

  std::vector<pollfd> watched() override { return world_->watched(); }
  void ready(int descriptor) override { world_->ready(descriptor); }

  void asked(std::string_view word, const Running& running) override {
    (void)running;
    if (word == "dial") world_->dial_in();
  }

  void after_end(Conduct& conduct) override {
    events_ = world_->events();
    if (world_->has_missed_some()) conduct.unseen = "packets were lost before they were looked at";
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.kind != "network") return std::nullopt;
    const std::string pattern = stage_->filled(evidence.what);
    for (const std::string& event : events_) {
      if (event_matches(pattern, event)) return "seen on the network: " + event;
    }
    return std::nullopt;
  }

 private:
  Stage* stage_ = nullptr;
  std::unique_ptr<World> world_;
  std::vector<std::string> events_;
};

}  // namespace

std::unique_ptr<Prop> make_network() { return std::make_unique<Network>(); }
// Asked once: each answer costs a network.
std::string no_network() {
  static const std::string why = no_world_because();
  return why;
}

}  // namespace sbxc::conform
