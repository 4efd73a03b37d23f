#include "backends/bwrap/read/plan_json_steps.h"

#include <fmt/core.h>

#include <array>
#include <optional>

#include "backends/bwrap/read/canonical.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

enum class Takes : uint8_t { nothing, path, words };  // as source

struct Word {
  std::string_view name;
  Do what;
  bool writable;
  Takes source;
  bool mode;
};

constexpr auto kWords = std::to_array<Word>({
    {"bind", Do::bind, true, Takes::path, false},
    {"ro_bind", Do::bind, false, Takes::path, false},
    {"dev_bind", Do::dev_bind, true, Takes::path, false},
    {"tmpfs", Do::tmpfs, true, Takes::nothing, true},
    {"directory", Do::directory, false, Takes::nothing, true},
    {"mask_file", Do::bind, false, Takes::nothing, false},
    {"link", Do::link, false, Takes::words, false},
    {"proc", Do::proc, true, Takes::nothing, false},
    {"dev", Do::dev, true, Takes::nothing, false},
    {"permissions", Do::chmod, false, Takes::nothing, true},
    {"read_only", Do::read_only, false, Takes::nothing, false},
});

std::optional<There> there_named(std::string_view name) {
  for (const There there :
       {There::directory, There::file, There::link, There::socket, There::device, There::other}) {
    if (name_of(there) == name) return there;
  }
  return std::nullopt;
}

uint32_t mode_of(const std::string& text, const StrictObject& object) {
  uint32_t mode = 0;
  const bool octal = text.size() == 4 && text.find_first_not_of("01234567") == std::string::npos;
  if (!octal) object.complain("has a `mode` that is no four octal digits");
  for (const char c : octal ? text : std::string()) {
    mode = mode * 8 + static_cast<uint32_t>(c - '0');
  }
  return mode;
}

void read_source(const Word& word, StrictObject& object, Step& step) {
  if (word.name == "mask_file") {
    step.source = "/dev/null";
    return;
  }
  if (word.source == Takes::nothing) return;
  step.source = object.bytes("source");
  if (word.source == Takes::path && !is_canonical(step.source)) {
    object.complain("has a `source` that is no canonical path");
  }
}

}  // namespace

RuleId rule_of(uint64_t number, size_t rules, const StrictObject& from) {
  if (number < rules) return RuleId{static_cast<uint32_t>(number)};
  from.complain(fmt::format("names rule {}, and the policy has {}", number, rules));
  return RuleId{};
}

Step step_of(const Json& json, size_t index, size_t rules, Complaint& complaint) {
  StrictObject object(json, fmt::format("step {}", index), complaint);
  Step step;
  const std::string name = object.word("do");
  const auto* word =
      std::find_if(kWords.begin(), kWords.end(), [&](const Word& one) { return one.name == name; });
  if (word == kWords.end()) {
    object.complain(fmt::format("does something that is not known: `{}`", printable(name)));
    return step;
  }
  step.what = word->what;
  step.writable = word->writable;
  read_source(*word, object, step);
  step.target = object.bytes("target");
  if (!is_canonical(step.target)) object.complain("has a `target` that is no canonical path");
  if (word->mode) step.mode = mode_of(object.word("mode"), object);
  const bool binds = word->source == Takes::path;
  if (binds && object.has("if_exists")) step.may_be_left = object.boolean("if_exists");
  object.word("why");
  if (object.has("rules")) {
    for (const Json& rule : object.list("rules")) {
      if (!rule.is_number_unsigned()) object.complain("has `rules` that are no numbers");
      step.rules.push_back(
          rule_of(rule.is_number_unsigned() ? rule.get<uint64_t>() : 0, rules, object));
    }
  }
  if (object.has("relies_on")) {
    const std::string kind = object.word("relies_on");
    step.relies_on = there_named(kind);
    if (!step.relies_on) object.complain(fmt::format("relies on a `{}`", printable(kind)));
  }
  object.close();
  const bool two = word->source != Takes::nothing && step.source != step.target;
  step.text = name + " " + (two ? step.source + " at " : "") + step.target +
              (word->mode ? fmt::format(" {:04o}", step.mode) : "") +
              (step.may_be_left ? " if it exists" : "");
  return step;
}

}  // namespace sbxc::bwrap_read
