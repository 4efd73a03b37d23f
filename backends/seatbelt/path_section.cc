// One filter a rule, defined under a name beside the statement it came from; then one short table
// an operation that reads as the law it holds:
//
//   (allow file-read* …  allow-read-1 allow-write-2)     law 4: writing includes reading
//   (deny  file-read* …  deny-read-3)                    law 2: written later, so it wins
//
// Every decision is made at one level (`file-read*`, `file-write*`, `process-exec*`). Below it only
// two things are said: `file-read-metadata` lets directories be looked up, and `file-write-unlink`
// and `file-write-create` carry the pins; a child's list is asked before its parent's, which is
// what makes both of them final.
#include "backends/seatbelt/path_section.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "backends/seatbelt/canonical_roots.h"
#include "backends/seatbelt/lookups.h"
#include "backends/seatbelt/rename_pins.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt {
namespace {

struct Filters {
  std::vector<NamedFilter> allow_read, allow_write, allow_exec, allow_socket;
  std::vector<NamedFilter> deny_read, deny_write, deny_exec, deny_socket;
};

std::vector<NamedFilter> together(std::vector<NamedFilter> a, const std::vector<NamedFilter>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end(),
            [](const NamedFilter& x, const NamedFilter& y) { return x.rule < y.rule; });
  return a;
}

std::string any_of(const std::vector<NamedFilter>& filters, size_t indent) {
  if (filters.size() == 1) return filters[0].name;
  std::vector<FilterTree> parts;
  parts.reserve(filters.size());
  for (const NamedFilter& filter : filters) parts.push_back(FilterTree::leaf(filter.name, 0));
  return print(FilterTree::any(std::move(parts)), indent);
}

class PathWriter {
 public:
  PathWriter(const Policy& policy, const PathRules& rules, ProfileWriter& writer, Lowered& lowered)
      : policy_(policy),
        rules_(rules),
        writer_(writer),
        lowered_(lowered),
        writable_(rules.writable()) {}

  PathSection run() {
    define_filters();
    write_reading();
    write_writing();
    write_running();
    write_lookups();
    write_pins();
    return {filters_.allow_socket, filters_.deny_socket};
  }

 private:
  RuleVerdict& verdict(RuleId rule) { return lowered_.verdicts[static_cast<size_t>(rule)]; }

  // What a deny rule has to be held against: where nothing is allowed, nothing needs denying.
  Places allowed_against(Operation operation) const {
    switch (operation) {
      case Operation::read:
        return rules_.readable();
      case Operation::write:
      case Operation::exec:
      case Operation::socket:
      case Operation::connect:
      case Operation::listen:
      case Operation::env:
      case Operation::syscall:
      case Operation::mach:
        return rules_.allowed({operation});
    }
    return {};
  }

  void define_filters() {
    writer_.heading("What the policy says of paths: one filter a statement.");
    for (const PathRule& rule : rules_.rules) {
      if (rule.globs.empty()) continue;  // abstract sockets only
      if (rule.rule->effect == Effect::deny) {
        define_deny(rule);
      } else {
        define_allow(rule);
      }
    }
  }

  void define_allow(const PathRule& rule) {
    writer_.statement_comment(*rule.rule, "");
    FilterTree filter = FilterTree::without(FilterTree::any(as_spelled(rule.globs)),
                                            in_any_spelling(rule.except, writable_));
    NamedFilter named = writer_.define(*rule.rule, filter);
    list_of(rule).push_back(std::move(named));
  }

  void define_deny(const PathRule& rule) {
    const Places against = allowed_against(rule.rule->operation);
    std::vector<MacGlob> met;
    for (const MacGlob& glob : rule.globs) {
      if (may_meet(glob, against)) met.push_back(glob);
    }
    const std::string note =
        met.empty() ? "nothing there is allowed: (deny default) holds this"
        : met.size() < rule.globs.size()
            ? fmt::format("{} of {} paths: where the others lie, nothing is allowed", met.size(),
                          rule.globs.size())
            : "";
    writer_.statement_comment(*rule.rule, note);
    if (met.empty()) return;
    FilterTree filter = FilterTree::without(FilterTree::any(in_any_spelling(met, writable_)),
                                            as_spelled(rule.except));
    NamedFilter named = writer_.define(*rule.rule, filter);
    list_of(rule).push_back(std::move(named));
  }

  std::vector<NamedFilter>& list_of(const PathRule& rule) {
    const bool deny = rule.rule->effect == Effect::deny;
    if (rule.rule->operation == Operation::read) {
      return deny ? filters_.deny_read : filters_.allow_read;
    }
    if (rule.rule->operation == Operation::write) {
      return deny ? filters_.deny_write : filters_.allow_write;
    }
    if (rule.rule->operation == Operation::exec) {
      return deny ? filters_.deny_exec : filters_.allow_exec;
    }
    return deny ? filters_.deny_socket : filters_.allow_socket;
  }

  // Of deny filters, those that could matter where something is allowed.
  std::vector<NamedFilter> meeting(const std::vector<NamedFilter>& filters,
                                   const Places& places) const {
    std::vector<NamedFilter> out;
    for (const PathRule& rule : rules_.rules) {
      const auto named = std::find_if(filters.begin(), filters.end(), [&](const NamedFilter& one) {
        return one.rule == rule.rule->id;
      });
      if (named != filters.end() && rule.meets(places)) out.push_back(*named);
    }
    return out;
  }

  void write_reading() {
    const auto allow = together(filters_.allow_read, filters_.allow_write);
    if (allow.empty()) return;
    writer_.heading("Reading. Writing includes it; a deny is written later and wins.");
    writer_.rule("allow", "file-read*", allow);
    writer_.rule("deny", "file-read*", filters_.deny_read);
    writer_.line("; A clone is a copy: it takes reading the original.");
    write_guarded("file-clone", {{"allow", allow}, {"deny", filters_.deny_read}});
  }

  void write_writing() {
    if (filters_.allow_write.empty()) return;
    const auto deny = together(meeting(filters_.deny_read, writable_), filters_.deny_write);
    writer_.heading("Writing. What must not be read must not be written either.");
    writer_.rule("allow", "file-write*", filters_.allow_write);
    writer_.rule("deny", "file-write*", deny);
    writer_.line("; A hard link is a second name: making one is writing the first.");
    write_guarded("file-link", {{"allow", filters_.allow_write}, {"deny", deny}});
  }

  using ActionList = std::vector<std::pair<std::string, std::vector<NamedFilter>>>;
  void write_guarded(std::string_view operation, const ActionList& actions) {
    std::vector<std::string> rules;
    for (const auto& [action, filters] : actions) {
      if (!filters.empty()) rules.push_back(writer_.rule_text(action, operation, filters, 4));
    }
    writer_.guarded(operation, rules);
  }

  void write_running() {
    const auto readable = together(filters_.allow_read, filters_.allow_write);
    if (filters_.allow_exec.empty() || readable.empty()) return;
    writer_.heading("Running. It needs reading too.");
    std::vector<RuleId> rules;
    for (const NamedFilter& filter : together(filters_.allow_exec, readable)) {
      rules.push_back(filter.rule);
      writer_.weigh(filter.rule, filter.leaves, 0);
    }
    writer_.line(fmt::format("(allow process-exec*\n  (require-all\n    {}\n    {}))",
                             any_of(filters_.allow_exec, 4), any_of(readable, 4)),
                 std::move(rules));
    const auto unreadable = meeting(filters_.deny_read, rules_.allowed({Operation::exec}));
    writer_.rule("deny", "process-exec*", together(unreadable, filters_.deny_exec));
  }

  void write_lookups() {
    Lookups found = lookups(rules_);
    std::vector<FilterTree> parts;
    const auto weigh = [&](const Lookup& lookup) {
      if (!lookup.rule) return;
      writer_.weigh(*lookup.rule, 2 * leaves(lookup.filter), string_bytes(lookup.filter));
    };
    for (Lookup& lookup : found.named) {
      weigh(lookup);
      parts.push_back(std::move(lookup.filter));
    }
    writer_.heading("Directories on the way to what is allowed may be looked up, not listed.");
    const FilterTree named = FilterTree::any(std::move(parts));
    writer_.line("(define looked-up\n  " + print(named, 2) + ")");
    if (found.of_patterns) {
      weigh(*found.of_patterns);
      writer_.line("; Wherever a wildcard may lead; what is denied there stays denied.");
      writer_.line("(define passed-through\n  " + print(found.of_patterns->filter, 2) + ")");
      writer_.line("(allow file-read-metadata passed-through)");
      writer_.rule("deny", "file-read-metadata", filters_.deny_read);
    }
    writer_.line("(allow file-read-metadata looked-up)");
    write_existence(found.of_patterns.has_value());
  }

  void write_existence(bool passes_through) {
    const auto readable = together(filters_.allow_read, filters_.allow_write);
    std::vector<std::string> rules;
    rules.emplace_back("(deny file-test-existence)");
    if (!readable.empty()) {
      rules.push_back(writer_.rule_text("allow", "file-test-existence", readable, 4));
    }
    if (passes_through) rules.emplace_back("(allow file-test-existence passed-through)");
    if (!filters_.deny_read.empty()) {
      rules.push_back(writer_.rule_text("deny", "file-test-existence", filters_.deny_read, 4));
    }
    rules.emplace_back("(allow file-test-existence looked-up)");
    writer_.guarded("file-test-existence", rules);
  }

  void write_pins() {
    if (filters_.allow_write.empty()) return;
    const RenamePins found = rename_pins(rules_);
    std::vector<Pin> moving;
    std::vector<Pin> selves;
    std::vector<RuleId> rules;
    for (const Pin& pin : found.pins) {
      (pin.keeps_itself ? selves : moving).push_back(pin);
      rules.insert(rules.end(), pin.rules.begin(), pin.rules.end());
      note_narrowing(pin);
    }
    writer_.heading("Names stay in their rules: moving a directory renames all that is below.");
    write_pin("file-write-unlink file-write-create", pin_filters(moving, writable_), rules);
    write_sockets_in_place(selves, rules);
    if (!found.files.empty()) {
      writer_.line("; Written as files: nothing below them is, so no directory takes their names.");
      write_pin("file-write-unlink file-write-create",
                {FilterTree::all({FilterTree::leaf("(vnode-type DIRECTORY)", 0),
                                  FilterTree::any(as_spelled(found.files))})},
                {});
    }
    if (!filters_.deny_read.empty() || !filters_.deny_write.empty() || !moving.empty()) {
      writer_.line(
          "; Characters that some volumes take for ASCII ones: other spellings of a name.");
      write_pin("file-write-create", folding_characters(), {});
    }
    for (const OpenMove& open : found.open) note_open_move(open);
    note_exceptions(found.open);
  }

  // A denied socket may be made anew but not moved or linked to where sockets are allowed.
  void write_sockets_in_place(const std::vector<Pin>& selves, const std::vector<RuleId>& rules) {
    if (selves.empty()) return;
    const FilterTree filter = FilterTree::any(pin_filters(selves, writable_));
    writer_.line("(define sockets-in-place\n  " + print(filter, 2) + ")", rules);
    writer_.line("(deny file-write-unlink sockets-in-place)");
    writer_.guarded("file-link", {"(deny file-link sockets-in-place)"});
    writer_.weigh_base(2 * leaves(filter), string_bytes(filter));
  }

  void write_pin(std::string_view operations, std::vector<FilterTree> filters,
                 std::vector<RuleId> rules) {
    if (filters.empty()) return;
    const FilterTree filter = FilterTree::any(std::move(filters));
    const size_t lists = operations.find(' ') == std::string_view::npos ? 1 : 2;
    if (rules.empty()) {
      writer_.weigh_base(lists * leaves(filter), string_bytes(filter));
    } else {
      writer_.weigh(rules.front(), lists * leaves(filter), string_bytes(filter));
    }
    const std::string text = fmt::format("(deny {}\n  {})", operations, print(filter, 2));
    if (rules.empty()) {
      writer_.line(text);
    } else {
      writer_.line(text, std::move(rules));
    }
  }

  void note_narrowing(const Pin& pin) {
    // The root of a writable tree is there already; pinning it costs nothing.
    const bool is_root = std::any_of(writable_.begin(), writable_.end(), [&](const MacGlob* one) {
      return one->glob.is_subtree() && pin.glob.is_literal() &&
             one->glob.literal_prefix() == pin.glob.literal_prefix();
    });
    if (is_root || pin.keeps_itself) return;
    const std::string path = as_a_person_writes(pin.glob.text());
    for (const RuleId rule : pin.rules) {
      RuleVerdict& held = verdict(rule);
      if (held.fidelity != Fidelity::exact) continue;
      held.fidelity = Fidelity::narrowed;
      held.what = fmt::format("the directory `{}` above it cannot be made, moved or removed either",
                              printable(path));
      held.witness = fmt::format("mkdir {}", path);
    }
  }

  void note_open_move(const OpenMove& open) {
    if (open.by_exception) return;
    RuleVerdict& held = verdict(open.rule);
    held.fidelity = Fidelity::widened;
    held.what = fmt::format("a directory can be moved between it and `{}`, where it does not hold",
                            printable(as_a_person_writes(open.place)));
    held.witness = as_a_person_writes(open.witness);
    const Rule& rule = policy_.rule(open.rule);
    held.help = rule.effect == Effect::deny
                    ? fmt::format("to cover every place: `deny {} /**{}`", name_of(rule.operation),
                                  printable(open.name))
                    : fmt::format("to leave it out of every place: `deny write /**{}`",
                                  printable(open.name));
  }

  // What an exception leaves out may be moved to where the rule holds. The statement asks for that,
  // so it is no error, and one note says it for all of them, showing the first.
  void note_exceptions(const std::vector<OpenMove>& moves) {
    std::optional<Diagnostic> note;
    size_t others = 0;
    for (const OpenMove& open : moves) {
      if (!open.by_exception) continue;
      const Span span = policy_.rule(open.rule).head;
      if (note) {
        ++others;
        continue;
      }
      note =
          Diagnostic{.kind = Kind::move_out_of_exception,
                     .span = span,
                     .message = fmt::format("a directory moved out of `{}` takes along what this "
                                            "rule denies elsewhere",
                                            printable(as_a_person_writes(open.place))),
                     .witness = printable(as_a_person_writes(open.witness)),
                     .help = "leave an exception out where directories may be moved from it"};
    }
    if (!note) return;
    if (others > 0) {
      note->notes.push_back(fmt::format("so it is with {} more rule{}; read on: `sbxc help {}`",
                                        others, others == 1 ? "" : "s", id_of(note->kind)));
    }
    lowered_.diagnostics.push_back(std::move(*note));
  }

  const Policy& policy_;
  const PathRules& rules_;
  ProfileWriter& writer_;
  Lowered& lowered_;
  Places writable_;
  Filters filters_;
};

}  // namespace

PathSection write_path_section(const Policy& policy, const PathRules& rules, ProfileWriter& writer,
                               Lowered& lowered) {
  return PathWriter(policy, rules, writer, lowered).run();
}

}  // namespace sbxc::seatbelt
