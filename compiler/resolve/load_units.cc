// Follows `use`, breadth first: each file is read and parsed once, by the shortest way that leads
// to it, so that the depth limit does not depend on the order of statements (law 1). Loops are
// looked for afterwards, over the whole graph. Two spellings of one file count once; links are not
// resolved, so a loop through links ends at the depth limit.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <unordered_map>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/library/library.h"
#include "compiler/parse/parse.h"
#include "compiler/parsed_library/parsed_library.h"
#include "compiler/resolve/dependency_order.h"
#include "compiler/resolve/file_name.h"
#include "compiler/resolve/unit.h"
#include "compiler/sha256/sha256.h"

namespace sbxc {

namespace {

class Loader {
 public:
  Loader(Session& session, std::vector<Input>& inputs) : session_(session), inputs_(inputs) {}

  void load(const RootFile& root) {
    Unit unit;
    unit.file = root.file;
    unit.shown = root.shown;
    unit.directory = root.directory;
    unit.key = join_path(session_.start(), root.shown);
    const std::string hash = sha256_hex(session_.sources.text(unit.file));
    add(std::move(unit), hash);
    for (size_t i = 0; i < units_.size() && !full_; ++i) follow_uses(i);
  }

  Units take() { return {std::move(units_), {}}; }

 private:
  // Parses the unit and flattens its `on` blocks. A file that does not parse stays, empty.
  UnitId add(Unit unit, std::string_view sha256) {
    inputs_.push_back({unit.shown, std::string(sha256), unit.built_in});
    if (auto ast = read(unit)) unit.ast = std::move(*ast);
    for (const ast::Statement& statement : unit.ast.statements) {
      if (const auto* on = std::get_if<ast::OnOs>(&statement)) {
        const OsSet os{on->os.text == "linux", on->os.text == "macos"};
        for (const ast::Statement& inner : on->body) unit.statements.push_back({&inner, os});
      } else {
        unit.statements.push_back({&statement, OsSet{}});
      }
    }
    const UnitId id{static_cast<uint32_t>(units_.size())};
    known_.emplace(unit.key, id);
    units_.push_back(std::move(unit));
    return id;
  }

  std::optional<ast::File> read(const Unit& unit) {
    Sources& sources = session_.sources;
    if (!unit.built_in) return parse(sources, unit.file, session_.diagnostics, Author::anybody);
    if (auto ast = parsed_library_file(unit.shown, unit.file, sources.text(unit.file))) return ast;
    return parse(sources, unit.file, session_.diagnostics, Author::program);
  }

  void follow_uses(size_t index) {
    const size_t count = units_[index].statements.size();
    for (size_t i = 0; i < count && !full_; ++i) {
      const Placed placed = units_[index].statements[i];
      const auto* use = std::get_if<ast::Use>(placed.statement);
      if (use == nullptr) continue;
      if (const auto target = follow(index, *use)) {
        units_[index].uses.push_back({use, *target});
      }
    }
  }

  std::optional<UnitId> follow(size_t index, const ast::Use& use) {
    Unit next;
    next.chain = units_[index].chain;
    next.chain.push_back({use.span, use.target.text});
    const LibraryFile* library = nullptr;
    if (use.target.quoted) {
      next.shown = join_path(units_[index].directory, use.target.text);
      if (next.shown.empty()) next.shown = ".";
      next.key = join_path(session_.start(), next.shown);
      next.directory = directory_of(next.shown);
    } else {
      library = find_built_in(use.target);
      if (library == nullptr) return std::nullopt;
      next.shown = next.key = library->name;
      next.built_in = true;
    }
    if (const auto found = known_.find(next.key); found != known_.end()) return found->second;
    if (!within_limits(next, use)) return std::nullopt;
    if (library != nullptr) {
      next.file = session_.sources.add(next.shown, std::string(library->text));
      return add(std::move(next), library->sha256);
    }
    const auto file = read_source(session_, next.shown, kMaxPolicyBytes, use.target.span);
    if (!file) return std::nullopt;
    next.file = *file;
    const std::string hash = sha256_hex(session_.sources.text(*file));
    return add(std::move(next), hash);
  }

  const LibraryFile* find_built_in(const ast::Word& target) {
    if (const LibraryFile* found = library_file(target.text)) return found;
    std::vector<std::string_view> names;
    for (const LibraryFile& file : library()) names.push_back(file.name);
    Diagnostic d{
        .kind = Kind::unknown_builtin,
        .span = target.span,
        .message = fmt::format("no built-in policy is called `{}`", printable(target.text))};
    std::string near = nearest(target.text, names);
    if (near.empty()) near = nearest("std/" + target.text, names);
    if (!near.empty()) {
      d.help = fmt::format("did you mean `use {}`?", near);
    } else if (target.text.ends_with(".sbx") || target.text.starts_with('/') ||
               target.text.starts_with('.')) {
      d.help = fmt::format("a file's name is quoted: `use \"{}\"`", printable(target.text));
    } else {
      d.help = fmt::format("there are: {}", fmt::join(names, ", "));
    }
    session_.diagnostics.report(std::move(d));
    return nullptr;
  }

  bool within_limits(const Unit& next, const ast::Use& use) {
    if (next.chain.size() > kMaxUseDepth) {
      std::string way;
      for (const UseStep& step : next.chain) way += fmt::format(" → {}", printable(step.target));
      session_.diagnostics.report(
          {.kind = Kind::use_too_deep,
           .span = use.target.span,
           .message = fmt::format("`use` goes more than {} files deep", kMaxUseDepth),
           .help = "use the files that are needed from the policy itself",
           .notes = {fmt::format("{}{}", printable(units_[0].shown), way)}});
      return false;
    }
    if (units_.size() >= kMaxUseFiles) {
      full_ = true;
      session_.diagnostics.report(
          {.kind = Kind::too_many_files,
           .span = use.target.span,
           .message = fmt::format("the policy uses more than {} files", kMaxUseFiles),
           .help = "put rules that belong together into one file"});
      return false;
    }
    return true;
  }

  Session& session_;
  std::vector<Input>& inputs_;
  std::vector<Unit> units_;
  std::unordered_map<std::string, UnitId> known_;
  bool full_ = false;
};

void report_loop(const Units& units, const Loop& loop, Session& session) {
  std::string way;
  std::vector<Label> labels;
  for (size_t i = 0; i < loop.nodes.size(); ++i) {
    const Unit& from = units.units[loop.nodes[i]];
    const size_t to = loop.nodes[(i + 1) % loop.nodes.size()];
    way += fmt::format("{} → ", printable(from.shown));
    for (const UseEdge& edge : from.uses) {
      if (static_cast<size_t>(edge.target) != to) continue;
      labels.push_back({edge.use->target.span, fmt::format("`{}` uses `{}`", printable(from.shown),
                                                           printable(units.units[to].shown))});
      break;
    }
  }
  way += printable(units.units[loop.nodes[0]].shown);
  Diagnostic d{.kind = Kind::use_loop,
               .span = labels.back().span,
               .message = fmt::format("files use each other in a loop: {}", way),
               .underline = "this closes the loop"};
  labels.pop_back();
  d.labels = std::move(labels);
  d.help = "put what they share into a file of its own";
  session.diagnostics.report(std::move(d));
}

}  // namespace

std::optional<FileId> read_source(Session& session, const std::string& path, size_t limit,
                                  Span span) {
  auto text = session.options.read_file(path, limit);
  if (text && text->size() <= limit) return session.sources.add(path, std::move(*text));
  Diagnostic d = text ? Diagnostic{.kind = Kind::file_too_large,
                                   .span = {},
                                   .message = fmt::format("`{}` is larger than {} MiB",
                                                          printable(path), limit >> 20)}
                      : std::move(text.error());
  d.span = span;
  session.diagnostics.report(std::move(d));
  return std::nullopt;
}

std::optional<Units> load_units(const RootFile& root, Session& session,
                                std::vector<Input>& inputs) {
  Loader loader(session, inputs);
  loader.load(root);
  Units units = loader.take();
  Edges edges(units.units.size());
  for (size_t i = 0; i < edges.size(); ++i) {
    for (const UseEdge& edge : units.units[i].uses) {
      edges[i].push_back(static_cast<size_t>(edge.target));
    }
  }
  const auto result = dependency_order(edges);
  if (const auto* loop = std::get_if<Loop>(&result)) {
    report_loop(units, *loop, session);
  } else {
    for (const size_t node : std::get<Order>(result).nodes) {
      units.order.push_back(UnitId{static_cast<uint32_t>(node)});
    }
  }
  if (session.diagnostics.has_errors()) return std::nullopt;
  return units;
}

}  // namespace sbxc
