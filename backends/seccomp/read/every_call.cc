#include "backends/seccomp/read/every_call.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::bpf {

namespace {

constexpr size_t kMostCells = 4096;                 // of one word
constexpr size_t kMostNumbers = 20000;              // cells of the number
constexpr uint64_t kMostCalls = uint64_t{1} << 16;  // for one number
constexpr uint64_t kMostWork = uint64_t{1} << 28;   // instructions looked at, in all
constexpr uint64_t kWorkOfState = 64;               // to follow one with unknown words

class EveryCall {
 public:
  EveryCall(std::span<const Program* const> programs, const AddTests& add, const VisitCall& visit)
      : programs_(programs), add_(add), visit_(visit) {
    for (const Program* program : programs_) instructions_ += program->size();
  }

  std::optional<std::string> run() && {
    const ReachedTests anywhere = tests({});
    if (anywhere.not_understood) return anywhere.not_understood;
    const auto archs = cells_of(anywhere.of_word[kArchWord], kMostCells);
    const auto numbers = cells_of(anywhere.of_word[kNumberWord], kMostNumbers);
    if (!archs) return "it tells too many architectures apart";
    if (!numbers) return "it tells too many numbers apart";
    for (const uint32_t arch : *archs) {
      for (const uint32_t number : *numbers) {
        if (auto problem = every_call_of(arch, number)) return problem;
      }
    }
    return std::nullopt;
  }

 private:
  ReachedTests tests(const KnownWords& known) const {
    ReachedTests all;
    for (const Program* program : programs_) {
      ReachedTests own = tests_reached(*program, known);
      if (own.not_understood) return own;
      all.visited += own.visited;
      for (uint32_t word = 0; word < kWords; ++word) {
        auto& to = all.of_word[word];
        to.insert(to.end(), own.of_word[word].begin(), own.of_word[word].end());
      }
    }
    add_(known, all);
    for (auto& of_word : all.of_word) {
      std::sort(of_word.begin(), of_word.end());
      of_word.erase(std::unique(of_word.begin(), of_word.end()), of_word.end());
    }
    return all;
  }

  std::optional<std::string> every_call_of(uint32_t arch, uint32_t number) {
    KnownWords known;
    known[kNumberWord] = number;
    known[kArchWord] = arch;
    const ReachedTests met = tests(known);
    if (met.not_understood) return met.not_understood;
    const auto too_many = [&] {
      return fmt::format("it tells too many arguments of call {} apart", number);
    };
    Cut cut;
    uint64_t calls = 1;
    for (uint32_t word = 2; word < kWords; ++word) {
      if (met.of_word[word].empty()) continue;
      auto cells = cells_of(met.of_word[word], kMostCells);
      if (!cells) return too_many();
      work_ += uint64_t{32} * cells->size() * met.of_word[word].size();
      calls *= cells->size();
      if (calls > kMostCalls) return too_many();
      cut.emplace_back(word, std::move(*cells));
    }
    work_ += calls * instructions_ + met.visited * kWorkOfState;
    if (work_ > kMostWork) return "it tells too many calls apart";
    Words words{};
    words[kNumberWord] = number;
    words[kArchWord] = arch;
    for (uint64_t index = 0; index < calls; ++index) {
      uint64_t rest = index;
      for (const auto& [word, cells] : cut) {
        words[word] = cells[rest % cells.size()];
        rest /= cells.size();
      }
      visit_(words, cut);
    }
    return std::nullopt;
  }

  std::span<const Program* const> programs_;
  const AddTests& add_;
  const VisitCall& visit_;
  size_t instructions_ = 0;
  uint64_t work_ = 0;
};

}  // namespace

std::string describe_arguments(const Words& words, const Cut& cut) {
  const auto is_cut = [&](uint32_t word) {
    return std::any_of(cut.begin(), cut.end(), [&](const auto& one) { return one.first == word; });
  };
  std::string text;
  for (const auto& [word, cells] : cut) {
    const bool low_alone = word >= kFirstArgumentWord && word % 2 == 0 && !is_cut(word + 1);
    const std::string name = low_alone ? fmt::format("argument {}", (word - kFirstArgumentWord) / 2)
                                       : name_of_word(word);
    text += fmt::format("{}{} is 0x{:x}", text.empty() ? " when " : " and ", name, words[word]);
  }
  return text;
}

std::optional<std::string> for_every_call(std::span<const Program* const> programs,
                                          const AddTests& add, const VisitCall& visit) {
  return EveryCall(programs, add, visit).run();
}

}  // namespace sbxc::bpf
