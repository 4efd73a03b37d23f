#include "backends/path_table/path_table_builder.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/decisions/rule_marks.h"
#include "runtime/path_table/path_table_format.h"

namespace sbxc {

namespace {

namespace format = path_table;
using automata::Dfa;

// A verdict's label as bits of a table's label; bit 7 keeps it apart from kOutside.
automata::Label bits_of(automata::Label verdict, uint8_t bit) {
  if (verdict == automata::kOutside) return automata::kOutside;
  const bool allowed = effect_of(verdict) == Effect::allow;
  return automata::Label{static_cast<uint32_t>(format::kCanonical | (allowed ? bit : 0))};
}

automata::Label either(automata::Label a, automata::Label b) {
  return automata::Label{static_cast<uint32_t>(a) | static_cast<uint32_t>(b)};
}

template <typename T>
void append_steps(std::string& out, const Dfa& dfa) {
  const uint32_t classes = dfa.classes().count;
  std::vector<T> steps;
  steps.reserve(dfa.size() * classes);
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (uint32_t c = 0; c < classes; ++c) {
      steps.push_back(static_cast<T>(dfa.by_class(automata::State{s}, c)));
    }
  }
  out.append(reinterpret_cast<const char*>(steps.data()), steps.size() * sizeof(T));
}

std::string lay_out(const Dfa& dfa) {
  format::Header header{};
  std::memcpy(header.magic, format::kMagic, sizeof header.magic);
  header.version = format::kVersion;
  header.header_size = sizeof header;
  header.classes = dfa.classes().count;
  header.states = static_cast<uint32_t>(dfa.size());
  header.start = static_cast<uint32_t>(dfa.start());
  header.width = dfa.size() <= 65536 ? 2 : 4;
  std::string out(sizeof header, '\0');
  out.append(reinterpret_cast<const char*>(dfa.classes().of.data()), 256);
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    out += static_cast<char>(static_cast<uint32_t>(dfa.label(automata::State{s})));
  }
  out.resize(format::next_at(dfa.size()), '\0');
  if (header.width == 2) {
    append_steps<uint16_t>(out, dfa);
  } else {
    append_steps<uint32_t>(out, dfa);
  }
  header.file_size = out.size();
  std::memcpy(out.data(), &header, sizeof header);
  header.checksum =
      XXH3_64bits(out.data() + format::kChecksumFrom, out.size() - format::kChecksumFrom);
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

}  // namespace

Budgeted<std::string> build_path_table(const Dfa& read, const Dfa& write, const Dfa& exec,
                                       const automata::Budget& budget) {
  const auto bits = [](const Dfa& dfa, uint8_t bit) {
    return automata::relabel(dfa, [bit](automata::Label label) { return bits_of(label, bit); });
  };
  const auto over = [](const automata::Overflow& overflow) {
    return tl::unexpected(OverBudget{.operation = Operation::read, .states = overflow.states});
  };
  const auto two =
      automata::product(bits(read, format::kRead), bits(write, format::kWrite), either, budget);
  if (!two) return over(two.error());
  const auto all =
      automata::product(automata::minimise(*two), bits(exec, format::kExec), either, budget);
  if (!all) return over(all.error());
  return lay_out(automata::minimise(*all));
}

Budgeted<std::string> build_path_table(const Policy& policy, Os os,
                                       const automata::Budget& budget) {
  std::vector<Dfa> dfas;
  for (const Operation operation : {Operation::read, Operation::write, Operation::exec}) {
    auto decided = decisions_of(policy, os, operation, budget);
    if (!decided) return tl::unexpected(std::move(decided.error()));
    dfas.push_back(std::get<Dfa>(std::move(*decided)));
  }
  return build_path_table(dfas[0], dfas[1], dfas[2], budget);
}

}  // namespace sbxc
