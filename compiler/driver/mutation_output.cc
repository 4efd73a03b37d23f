#include "compiler/driver/mutation_output.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"

namespace sbxc::driver {

namespace {

using Json = nlohmann::ordered_json;

std::string survivor_text(const Survivor& survivor, const Sources& sources) {
  const Span at = survivor.mutant.span;
  return fmt::format("  {}:{}  {}\n", printable(sources.name(at.file)),
                     sources.locate(at.file, at.begin).line, printable(survivor.mutant.what));
}

}  // namespace

std::string mutation_text(const Mutation& mutation, const Sources& sources) {
  const MutationRun& run = mutation.run;
  std::string out =
      fmt::format("mutation: {} of {} faults noticed ({:.1f} %), {} more change nothing\n",
                  run.killed, mutation.faults(), mutation.score(), run.equivalent);
  if (run.not_decided > 0) {
    out += fmt::format("note: whether {} others are faults would take too long to say\n",
                       run.not_decided);
  }
  if (run.survivors.empty()) return out;
  out += "not noticed:\n";
  for (const Survivor& each : run.survivors) out += survivor_text(each, sources);
  return out + "noticed by:\n\n" + mutation.test + "\n";
}

Json mutation_json(const Mutation& mutation, const Sources& sources) {
  const MutationRun& run = mutation.run;
  Json json = {{"mutants", run.mutants},       {"killed", run.killed},
               {"equivalent", run.equivalent}, {"not_decided", run.not_decided},
               {"score", mutation.score()},    {"survivors", Json::array()}};
  for (const Survivor& each : run.survivors) {
    const Span span = each.mutant.span;
    const LineColumn at = sources.locate(span.file, span.begin);
    json["survivors"].push_back(
        {{"rule", static_cast<uint32_t>(each.mutant.rules.front().id)},
         {"at", {{"file", sources.name(span.file)}, {"line", at.line}, {"column", at.column}}},
         {"what", each.mutant.what},
         {"line", each.line},
         {"system", name_of(each.witness.os)}});
  }
  if (!mutation.test.empty()) json["test"] = mutation.test;
  return json;
}

}  // namespace sbxc::driver
