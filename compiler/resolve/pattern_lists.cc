// A bare word that equals the name of a visible set is that set; quote the word to mean the text.
// Sets are unfolded where they are used, each word once a list, by a walk that remembers which sets
// it has seen: sets of sets of sets cannot multiply. Words of a set belong to the file that
// declares it, so its variables mean there what they mean in that file.
#include "compiler/resolve/pattern_lists.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/resolve/dependency_order.h"

namespace sbxc {

namespace {

template <typename Visit>
void for_each_word(const std::vector<ast::Item>& items, const Visit& visit) {
  for (const ast::Item& item : items) {
    if (const auto* word = std::get_if<ast::Word>(&item)) {
      visit(*word);
    } else {
      for (const ast::Word& inner : std::get<ast::Set>(item).patterns) visit(inner);
    }
  }
}

bool looks_like_path(const ast::Word& word) {
  return word.text.starts_with('/') || word.text.starts_with('~') || word.text.starts_with('$');
}

bool is_name_of_program(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '+';
  });
}

}  // namespace

TextUse text_use_of(Operation operation) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return TextUse::path;
    case PatternKind::socket:
      return TextUse::socket;
    case PatternKind::host:
    case PatternKind::address:
    case PatternKind::name:
    case PatternKind::syscall:
      return TextUse::other;
  }
  return TextUse::other;
}

Result<Pattern> parse_pattern(Operation operation, const PatternText& text) {
  const auto wrap = [](auto result) -> Result<Pattern> {
    if (!result) return tl::unexpected(std::move(result.error()));
    return Pattern(std::move(*result));
  };
  switch (facts_of(operation).kind) {
    case PatternKind::path: {
      auto pattern = parse_path_pattern(text);
      if (!pattern && operation == Operation::exec && is_name_of_program(text.written)) {
        pattern.error().help =
            fmt::format("a program is its whole path, such as `/usr/bin/{}`", text.written);
      }
      return wrap(std::move(pattern));
    }
    case PatternKind::host:
      return wrap(parse_connect_pattern(text));
    case PatternKind::address:
      return wrap(parse_listen_pattern(text));
    case PatternKind::socket:
      return wrap(parse_socket_pattern(text));
    case PatternKind::syscall:
      return wrap(parse_syscall_pattern(text));
    case PatternKind::name:
      break;
  }
  return operation == Operation::mach ? wrap(parse_mach_pattern(text))
                                      : wrap(parse_env_pattern(text));
}

bool PatternLists::spend(size_t patterns, Span span) {
  spent_ += patterns;
  if (spent_ <= kMaxPatterns) return true;
  if (!over_) {
    session_.diagnostics.report(
        {.kind = Kind::too_many_patterns,
         .span = span,
         .message = fmt::format("the policy has more than {} patterns once its sets are unfolded",
                                kMaxPatterns),
         .help = "long lists of hosts belong in a list file: `let blocked = hosts \"list.txt\"`"});
  }
  over_ = true;
  return false;
}

void PatternLists::unfold(const std::vector<ast::Item>& items, const ListContext& context,
                          std::vector<Pattern>& out) {
  for (const ast::Item& item : items) unfold(item, context, out);
}

void PatternLists::unfold(const ast::Item& item, const ListContext& context,
                          std::vector<Pattern>& out) {
  if (const auto* word = std::get_if<ast::Word>(&item)) {
    add_word(*word, context, {}, out);
  } else {
    for (const ast::Word& inner : std::get<ast::Set>(item).patterns) {
      add_word(inner, context, {}, out);
    }
  }
}

void PatternLists::unfold_set(const Declaration& set, const ast::Word& use,
                              const ListContext& context, std::vector<Pattern>& out) {
  std::vector<const Declaration*> pending{&set};
  std::unordered_set<const Declaration*> seen{&set};
  while (!pending.empty()) {
    const Declaration* next = pending.back();
    pending.pop_back();
    if (!spend(1, use.span)) return;
    if (next->let->hosts) {
      add_list(*next, use.span, context, out);
      continue;
    }
    ListContext inner = context;
    inner.unit = next->unit;
    for_each_word(next->let->items, [&](const ast::Word& word) {
      const Declaration* named = word.quoted ? nullptr : scope_.find_let(word.text, next->unit);
      if (named == nullptr) {
        add_word(word, inner, {next, use.span}, out);
      } else if (seen.insert(named).second) {
        pending.push_back(named);
      }
    });
  }
}

void PatternLists::add_list(const Declaration& let, Span use, const ListContext& context,
                            std::vector<Pattern>& out) {
  if (context.operation != Operation::connect) {
    session_.diagnostics.report(
        {.kind = Kind::set_of_other_kind,
         .span = use,
         .message = fmt::format("`{}` is a list of hosts, and `{}` speaks of no hosts",
                                printable(let.let->name.text), name_of(context.operation)),
         .labels = {{let.let->hosts->span, "the list file"}},
         .help = "a list file can be used with `connect`"});
    return;
  }
  const auto id = lists_.find(let.let);
  if (!id) {  // unreadable: reported already
    left_out_ = true;
    return;
  }
  out.emplace_back(ConnectPattern{
      .span = use, .written = let.let->name.text, .hosts = {InList{*id}}, .ports = PortSet::web()});
}

bool PatternLists::is_ports_on_set(const ast::Word& word, const ListContext& context) {
  const PatternKind kind = facts_of(context.operation).kind;
  if (word.quoted || (kind != PatternKind::host && kind != PatternKind::address)) return false;
  const size_t colon = word.text.find(':');
  if (colon == std::string::npos) return false;
  const std::string name = word.text.substr(0, colon);
  const Declaration* set = scope_.find_let(name, context.unit);
  if (set == nullptr) return false;
  session_.diagnostics.report(
      {.kind = Kind::ports_on_set,
       .span = word.span,
       .message = fmt::format("`{}` gives ports to a set", printable(word.text)),
       .labels = {{set->name().span, "the set"}},
       .help = "write the ports beside each host of the set; a host in quotes is never a set"});
  return true;
}

// A misspelt set would be a host of one label: no error, and a rule that never matches.
void PatternLists::warn_like_a_set(const ast::Word& word, const ListContext& context) {
  if (word.quoted || context.operation != Operation::connect) return;
  if (word.text.find_first_of(".:*[$") != std::string::npos) return;
  const std::string near = nearest(word.text, scope_.let_names(context.unit));
  if (near.empty()) return;
  session_.diagnostics.report(
      {.kind = Kind::like_a_set,
       .span = word.span,
       .message = fmt::format("`{}` is read as the name of a host", printable(word.text)),
       .help = fmt::format("did you mean the set `{}`? a host of that name can be written "
                           "`\"{}\"`",
                           near, printable(word.text))});
}

void PatternLists::report_unfit(Diagnostic problem, const ast::Word& word,
                                const ListContext& context, const Via& via) {
  const bool wants_path = text_use_of(context.operation) != TextUse::other;
  if (via.set != nullptr && wants_path != looks_like_path(word) && !word.quoted) {
    session_.diagnostics.report(
        {.kind = Kind::set_of_other_kind,
         .span = via.use,
         .message = fmt::format("the set `{}` holds `{}`, which is no pattern for `{}`",
                                printable(via.set->name().text), printable(word.text),
                                name_of(context.operation)),
         .labels = {{word.span, "this one"}},
         .help = "a set holds patterns of one kind: make a set for each"});
    return;
  }
  if (via.set != nullptr) {
    problem.labels.push_back(
        {via.use, fmt::format("used for `{}` here", name_of(context.operation))});
  } else if (!word.quoted) {
    const std::string near = nearest(word.text, scope_.let_names(context.unit));
    if (!near.empty()) problem.help = fmt::format("did you mean the set `{}`?", near);
  }
  session_.diagnostics.report(std::move(problem));
}

void PatternLists::add_word(const ast::Word& word, const ListContext& context, const Via& via,
                            std::vector<Pattern>& out) {
  if (over_) return;
  if (via.set == nullptr && !word.quoted) {
    if (const Declaration* set = scope_.find_let(word.text, context.unit)) {
      unfold_set(*set, word, context, out);
      return;
    }
  }
  if (is_ports_on_set(word, context)) return;
  if (!spend(1, via.set != nullptr ? via.use : word.span)) return;
  const Filled filled = variables_.fill_in(
      word, {.unit = context.unit, .use = text_use_of(context.operation), .unset = context.unset});
  if (filled.state != Filled::State::ok) {
    left_out_ = true;
    return;
  }
  auto pattern = parse_pattern(context.operation, filled.text);
  if (!pattern) {
    report_unfit(std::move(pattern.error()), word, context, via);
    return;
  }
  if (via.set == nullptr) warn_like_a_set(word, context);
  out.push_back(std::move(*pattern));
}

bool check_set_loops(const Scope& scope, Session& session) {
  const auto& all = scope.all();
  Edges edges(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].let == nullptr) continue;
    for_each_word(all[i].let->items, [&](const ast::Word& word) {
      const Declaration* to = word.quoted ? nullptr : scope.find_let(word.text, all[i].unit);
      if (to != nullptr) edges[i].push_back(static_cast<size_t>(to - all.data()));
    });
  }
  const auto result = dependency_order(edges);
  const auto* loop = std::get_if<Loop>(&result);
  if (loop == nullptr) return true;
  Diagnostic d = describe_loop(scope, *loop, Kind::set_loop, "sets hold each other in a loop: ");
  d.help = "a set cannot hold itself: name the patterns";
  session.diagnostics.report(std::move(d));
  return false;
}

}  // namespace sbxc
