// A list has a line for each state and one for each set of bytes that leads on. A state that no
// request goes through (outside for good) is left out, with the edges that lead there.
#include "compiler/driver/automaton_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/decisions/decide_marked.h"
#include "compiler/decisions/rule_marks.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/byte_set_text.h"

namespace sbxc::driver {

namespace {

using automata::Bytes;
using automata::Dfa;
using automata::Nfa;

struct ShownEdge {
  size_t to = 0;
  std::string label;
};
struct ShownState {
  std::string what;  // a verdict, or marks
  bool strong = false;
  std::vector<ShownEdge> edges{};
};
struct Shown {
  std::string title;
  std::string legend;
  std::vector<size_t> starts;
  std::map<size_t, ShownState> states{};  // the first of them
  size_t total = 0;

  void add(size_t id, ShownState state) {
    ++total;
    if (states.size() < kStatesShown) states.emplace(id, std::move(state));
  }
};

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string left_out(const Shown& shown) {
  const size_t more = shown.total - shown.states.size();
  return more == 0 ? "" : fmt::format("and {} more states", more);
}

std::string as_list(const Shown& shown) {
  std::string out = fmt::format("{}: {} states\n{}", shown.title, shown.total, shown.legend);
  for (const auto& [id, state] : shown.states) {
    const bool start =
        std::find(shown.starts.begin(), shown.starts.end(), id) != shown.starts.end();
    out += fmt::format("{}{}{}\n", id, start ? " start" : "",
                       state.what.empty() ? "" : "  " + state.what);
    for (const ShownEdge& edge : state.edges) {
      out += fmt::format("    {:12} → {}\n", edge.label, edge.to);
    }
  }
  const std::string more = left_out(shown);
  return more.empty() ? out : out + more + "\n";
}

std::string as_dot(const Shown& shown) {
  std::string out = fmt::format(
      "digraph \"{}\" {{\n  rankdir=LR;\n  node [shape=circle, fontname=\"monospace\"];\n"
      "  edge [fontname=\"monospace\"];\n",
      quoted(shown.title));
  for (const auto& [id, state] : shown.states) {
    out += fmt::format("  s{} [label=\"{}\\n{}\"{}];\n", id, id, quoted(state.what),
                       state.strong ? ", shape=doublecircle" : "");
    for (const ShownEdge& edge : state.edges) {
      if (!shown.states.contains(edge.to)) continue;
      out += fmt::format("  s{} -> s{} [label=\"{}\"];\n", id, edge.to, quoted(edge.label));
    }
  }
  for (const size_t start : shown.starts) {
    out += fmt::format("  from{} [shape=point];\n  from{} -> s{};\n", start, start, start);
  }
  const std::string more = left_out(shown);
  if (!more.empty()) out += fmt::format("  more [shape=plaintext, label=\"{}\"];\n", more);
  return out + "}\n";
}

constexpr size_t kRulesNamed = 8;

// Which rules a mark stands for.
std::string legend_of(const AutomatonStage& stage, const MarkedRules& rules) {
  std::map<automata::Mark, std::vector<std::string>> meanings;
  for (const MarkedPatterns& marked : rules.marked) {
    const Rule& rule = stage.policy.rule(marked.rule);
    meanings[marked.mark].push_back(fmt::format("{}{} {} {}", marked.is_except ? "except of " : "",
                                                name_of(rule.effect), name_of(rule.operation),
                                                printable(stage.sources.describe(rule.head))));
  }
  std::string out;
  for (auto& [mark, rules_of_mark] : meanings) {
    const size_t more = rules_of_mark.size() - std::min(rules_of_mark.size(), kRulesNamed);
    rules_of_mark.resize(rules_of_mark.size() - more);
    out +=
        fmt::format("mark {}: {}{}\n", static_cast<uint32_t>(mark), fmt::join(rules_of_mark, ", "),
                    more == 0 ? "" : fmt::format(" and {} more", more));
  }
  return out;
}

ShownState shown_state(const Nfa::State& state) {
  ShownState shown;
  for (const automata::Mark mark : state.marks) {
    shown.what +=
        fmt::format("{}mark {}", shown.what.empty() ? "" : ", ", static_cast<uint32_t>(mark));
    shown.strong = true;
  }
  for (const Nfa::Edge& edge : state.edges) {
    shown.edges.push_back({static_cast<size_t>(edge.to), text_of(edge.bytes)});
  }
  for (const automata::NfaState to : state.epsilon) {
    shown.edges.push_back({static_cast<size_t>(to), "nothing"});
  }
  return shown;
}

// Outside for good: no request goes through it.
bool is_sink(const Dfa& dfa, automata::State state) {
  if (dfa.label(state) != automata::kOutside) return false;
  for (uint32_t of = 0; of < dfa.classes().count; ++of) {
    if (dfa.by_class(state, of) != state) return false;
  }
  return true;
}

ShownState shown_state(const Dfa& dfa, automata::State state) {
  const automata::Label label = dfa.label(state);
  ShownState shown{
      .what = label == automata::kOutside ? "no request" : std::string(name_of(effect_of(label))),
      .strong = effect_of(label) != Effect::deny};
  std::map<automata::State, Bytes> edges;
  for (size_t byte = 0; byte < 256; ++byte) {
    edges[dfa.step(state, static_cast<uint8_t>(byte))].set(byte);
  }
  for (const auto& [to, bytes] : edges) {
    if (!is_sink(dfa, to)) shown.edges.push_back({static_cast<size_t>(to), text_of(bytes)});
  }
  return shown;
}

std::string title_of(const AutomatonStage& stage) {
  return fmt::format("{} on {}", name_of(stage.operation), name_of(stage.os));
}

}  // namespace

std::string nfa_stage(const AutomatonStage& stage) {
  const MarkedRules rules = verdict_marks(stage.policy, stage.os, stage.operation);
  const Nfa nfa = nfa_of(rules.marked);
  Shown shown{title_of(stage), legend_of(stage, rules), {}};
  for (const automata::NfaState start : nfa.starts()) {
    shown.starts.push_back(static_cast<size_t>(start));
  }
  for (size_t i = 0; i < nfa.states().size(); ++i) {
    shown.add(i, shown_state(nfa.states()[i]));
  }
  return stage.dot ? as_dot(shown) : as_list(shown);
}

Budgeted<std::string> dfa_stage(const AutomatonStage& stage) {
  const auto decided = decisions_of(stage.policy, stage.os, stage.operation);
  if (!decided) return tl::unexpected(decided.error());
  const Dfa& dfa = std::get<Dfa>(*decided);
  Shown shown{title_of(stage), {}, {static_cast<size_t>(dfa.start())}};
  for (size_t i = 0; i < dfa.size(); ++i) {
    const automata::State state{static_cast<uint32_t>(i)};
    if (!is_sink(dfa, state)) shown.add(i, shown_state(dfa, state));
  }
  return stage.dot ? as_dot(shown) : as_list(shown);
}

}  // namespace sbxc::driver
