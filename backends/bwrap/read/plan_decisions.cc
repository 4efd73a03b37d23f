#include "backends/bwrap/read/plan_decisions.h"

#include <limits>

#include "backends/bwrap/read/mount_table.h"
#include "backends/bwrap/read/place_language.h"
#include "backends/bwrap/read/plan.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"

namespace sbxc {
namespace {

using namespace bwrap_read;
using automata::Dfa;
using automata::kOutside;
using automata::Label;

constexpr automata::Budget kBudget{.states = 1'000'000};

bool is_visible(Shown shown) {
  switch (shown) {
    case Shown::listed:
    case Shown::read_only:
    case Shown::writable:
    case Shown::file_in_place:
    case Shown::fixed_directory:
    case Shown::private_writable:
    case Shown::processes:
    case Shown::devices:
    case Shown::device:
      return true;
    case Shown::absent:
    case Shown::masked:
    case Shown::looked_up:
    case Shown::socket:
    case Shown::masked_socket:
    case Shown::link:
    case Shown::nothing_below:
      return false;
  }
  return false;
}

bool is_changeable(Shown shown) {
  return is_visible(shown) && shown != Shown::listed && shown != Shown::read_only &&
         shown != Shown::processes;
}

bool holds_programs(Shown shown) {
  return shown == Shown::read_only || shown == Shown::writable || shown == Shown::file_in_place ||
         shown == Shown::private_writable;
}

Shown shown_of(Label label) { return static_cast<Shown>(static_cast<uint32_t>(label) - 1); }

tl::expected<Dfa, std::string> decided(const Dfa& shown, bool (*lets)(Shown)) {
  const auto join = [&](Label domain, Label place) {
    if (domain == kOutside) return kOutside;
    return label_of(lets(shown_of(place)) ? Effect::allow : Effect::deny);
  };
  const auto dfa = automata::product(automata::canonical_paths(), shown, join, kBudget);
  if (!dfa) return tl::unexpected(std::string("its mounts need too many states"));
  return automata::minimise(*dfa);
}

// Granted is what a place tree would call read-only.
Dfa granted_language(const PlanFile& plan, const FileFacts& facts) {
  std::map<std::string, Place> places = {{"/", {Shown::absent, Shown::absent, kNoStep}}};
  for (const std::string& path : plan.execute) {
    const bool all_below = facts.what(path) == There::directory;
    places[path] = {Shown::read_only, all_below ? Shown::read_only : Shown::absent, kNoStep};
  }
  return language_of(places);
}

automata::Bounded<Dfa> granted_only(const Dfa& runs, const Dfa& granted) {
  const auto both = [](Label a, Label b) {
    const bool lets = a == label_of(Effect::allow) && shown_of(b) == Shown::read_only;
    return a == kOutside ? kOutside : label_of(lets ? Effect::allow : Effect::deny);
  };
  return automata::product(runs, granted, both, kBudget);
}

}  // namespace

tl::expected<PlanDecisions, std::string> plan_decisions(std::string_view plan_json,
                                                        const FileFacts* facts) {
  static const ThisMachine this_machine;
  const auto plan = read_plan_json(plan_json, std::numeric_limits<size_t>::max());
  if (!plan) return tl::unexpected(plan.error());
  WithMade files(facts != nullptr ? *facts : this_machine);
  for (const Made& made : plan->before) {
    files.make(made.path, made.directory ? There::directory : There::file);
  }
  const MountTable table(plan->steps, files);
  const Dfa shown = automata::minimise(language_of(table.places()));
  auto read = decided(shown, is_visible);
  auto write = decided(shown, is_changeable);
  auto exec = decided(shown, holds_programs);
  for (const auto* one : {&read, &write, &exec}) {
    if (!*one) return tl::unexpected(one->error());
  }
  if (plan->execution_limited && !plan->mounts_alone) {
    const auto less = granted_only(*exec, granted_language(*plan, files));
    if (!less) return tl::unexpected(std::string("what may be executed needs too many states"));
    exec = automata::minimise(*less);
  }
  return PlanDecisions{std::move(*read), std::move(*write), std::move(*exec)};
}

}  // namespace sbxc
