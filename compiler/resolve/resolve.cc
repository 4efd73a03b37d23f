// The steps of resolving, in order: files, names, values, patterns, rules. Each reports all it can
// find; a step that later ones stand on ends the work when it fails, so that one mistake does not
// show up as ten.
#include "compiler/resolve/resolve.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/resolve/file_name.h"
#include "compiler/resolve/inheritance.h"
#include "compiler/resolve/list_files.h"
#include "compiler/resolve/pattern_lists.h"
#include "compiler/resolve/requests.h"
#include "compiler/resolve/rules.h"
#include "compiler/resolve/settings.h"

namespace sbxc {

namespace {

// A used file may have a `policy` line of its own, for it is a policy too: the name is the root's.
void take_policy_line(const Unit& root, Policy& policy) {
  policy.name = stem_of(root.shown);
  for (const Placed& placed : root.statements) {
    const auto* line = std::get_if<ast::PolicyName>(placed.statement);
    if (line == nullptr) continue;
    policy.name = line->name.text;
    if (line->description) policy.description = line->description->value;
  }
}

std::optional<Policy> resolve_root(const RootFile& root, Session& session) {
  Policy policy;
  const auto units = load_units(root, session, policy.inputs);
  if (!units) return std::nullopt;
  take_policy_line((*units)[kRoot], policy);
  const Scope scope(*units, session);
  if (session.diagnostics.has_errors() || !check_set_loops(scope, session)) return std::nullopt;
  const Variables variables(*units, scope, session);
  const ListFiles list_files(*units, scope, session, policy.lists, policy.inputs);
  PatternLists lists(scope, variables, list_files, session);

  std::vector<Stated> stated;
  for (size_t i = 0; i < units->units.size(); ++i) {
    const UnitId id{static_cast<uint32_t>(i)};
    const Unit& unit = (*units)[id];
    stated.push_back({rules_of(unit, id, lists, session),
                      assertions_of(unit, id, lists, session, policy.inputs)});
  }
  inherit(*units, std::move(stated), lists, session, policy);
  policy.tests = tests_of((*units)[kRoot], kRoot, variables, session);
  policy.environment = environment_of(*units, variables, session);
  policy.limits = limits_of(*units, variables, session);
  policy.params = variables.in_force();
  if (session.diagnostics.has_errors()) return std::nullopt;
  scope.report_unused(*units, session);
  return policy;
}

std::optional<Policy> finish(std::optional<Policy> policy, Diagnostics& diagnostics) {
  diagnostics.sort();
  return policy;
}

}  // namespace

std::optional<Policy> resolve_text(std::string name, std::string text, const std::string& directory,
                                   const ResolveOptions& options, Sources& sources,
                                   Diagnostics& diagnostics) {
  if (text.size() > kMaxPolicyBytes) {
    diagnostics.report({.kind = Kind::file_too_large,
                        .span = {},
                        .message = fmt::format("`{}` is larger than {} MiB", printable(name),
                                               kMaxPolicyBytes >> 20)});
    return std::nullopt;
  }
  Session session{options, sources, diagnostics};
  const FileId file = sources.add(name, std::move(text));
  return finish(resolve_root({file, std::move(name), directory}, session), diagnostics);
}

std::optional<Policy> resolve_file(const std::string& path, const ResolveOptions& options,
                                   Sources& sources, Diagnostics& diagnostics) {
  auto text = options.read_file(path, kMaxPolicyBytes);
  if (!text) {
    diagnostics.report(std::move(text.error()));
    return std::nullopt;
  }
  return resolve_text(path, std::move(*text), directory_of(path), options, sources, diagnostics);
}

namespace {

// Text of the command line with its variables filled in, handed to `parse`. There is no source that
// the caller knows, so an error's words have to do.
template <typename Parse>
auto parse_alone(Operation operation, std::string_view text, const Surroundings& surroundings,
                 const Parse& parse) -> decltype(parse(PatternText{})) {
  Sources sources;
  Diagnostics diagnostics;
  const ResolveOptions options{
      .surroundings = surroundings, .start_directory = {}, .defines = {}, .read_file = {}};
  Session session{options, sources, diagnostics};
  const FileId file = sources.add("request", std::string(text));
  Units units;
  units.units.emplace_back();
  units.order = {kRoot};
  const Scope scope(units, session);
  const Variables variables(units, scope, session);
  const Span span{file, 0, static_cast<uint32_t>(text.size())};
  const Filled filled = variables.fill_in({.span = span, .text = std::string(text)},
                                          {.unit = kRoot, .use = text_use_of(operation)});
  decltype(parse(PatternText{})) parsed = tl::unexpected(Diagnostic{Kind::bad_question, {}, {}});
  if (filled.state == Filled::State::ok) {
    parsed = parse(filled.text);
  } else {
    parsed = tl::unexpected(diagnostics.all().front());
  }
  if (!parsed) {
    parsed.error().span.reset();
    parsed.error().labels.clear();
  }
  return parsed;
}

}  // namespace

Result<Request> parse_request(Operation operation, std::string_view text,
                              const Surroundings& surroundings) {
  auto requests = parse_alone(operation, text, surroundings, [&](const PatternText& filled) {
    return requests_of(operation, filled);
  });
  if (!requests) return tl::unexpected(std::move(requests.error()));
  return std::move(requests->front());
}

Result<Pattern> parse_question_pattern(Operation operation, std::string_view text,
                                       const Surroundings& surroundings) {
  return parse_alone(operation, text, surroundings,
                     [&](const PatternText& filled) { return parse_pattern(operation, filled); });
}

}  // namespace sbxc
