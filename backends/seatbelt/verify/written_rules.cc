// The rules that decide an operation are those of its own list and of its parents', up to the first
// tail that is a verdict. Each list is written once, as text, and an operation is the sequence of
// its lists: equal sequences answer alike, whatever the operations are called. So one that inherits
// all its rules from an operation that was compared needs no word of its own.
#include "backends/seatbelt/verify/written_rules.h"

#include <algorithm>
#include <map>

#include "backends/seatbelt/read/overloaded.h"

namespace sbxc::sbpl {
namespace {

std::string written(const Filter& filter);
std::string written(std::string_view head, const std::vector<FilterPtr>& of) {
  std::string out(head);
  for (const FilterPtr& one : of) out.append(" ").append(written(*one));
  return "(" + out + ")";
}
// Lengths keep texts apart that hold what separates them.
std::string counted(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

std::string written(const Filter& filter) {
  return std::visit(
      overloaded{
          [](const TextFilter& text) {
            return text.subject + std::to_string(static_cast<int>(text.how)) + counted(text.text);
          },
          [](const AddressFilter& address) {
            return std::string(address.remote ? "remote " : "local ") + address.proto +
                   (address.localhost ? " localhost:" : " *:") +
                   (address.port ? std::to_string(*address.port) : "*");
          },
          [](const UnixSocketFilter& socket) {
            return "(unix " + (socket.path ? written(*socket.path) : std::string()) + ")";
          },
          [](const VnodeTypeFilter& type) { return "vnode-type " + type.type; },
          [](const ModeFilter& mode) { return "file-mode " + std::to_string(mode.bits); },
          [](const TargetFilter& target) { return "target " + target.who; },
          [](const SocketDomainFilter& domain) { return "socket-domain " + domain.domain; },
          [](const ExtensionFilter& extension) { return "extension " + counted(extension.token); },
          [](const UnknownFilter& unknown) { return unknown.name + " " + counted(unknown.value); },
          [](const AllFilter& all) { return written("all", all.of); },
          [](const AnyFilter& any) { return written("any", any.of); },
          [](const NotFilter& inner) { return written("not", {inner.of}); },
      },
      filter.test);
}

// What a leaf asks that the requests of decided_profile.h do not vary.
bool asks_beyond(const Filter& filter) {
  const auto any = [](const std::vector<FilterPtr>& of) {
    return std::any_of(of.begin(), of.end(),
                       [](const FilterPtr& one) { return asks_beyond(*one); });
  };
  return std::visit(
      overloaded{
          [](const TextFilter& text) {
            return text.subject != "path" && text.subject != "global-name";
          },
          [](const AddressFilter& address) { return address.proto.starts_with("udp"); },
          [](const UnixSocketFilter& socket) { return socket.path && asks_beyond(*socket.path); },
          [](const VnodeTypeFilter&) { return true; },
          [](const ModeFilter&) { return true; },
          [&](const AllFilter& all) { return any(all.of); },
          [&](const AnyFilter& one) { return any(one.of); },
          [](const NotFilter& inner) { return asks_beyond(*inner.of); },
          [](const auto&) { return false; },
      },
      filter.test);
}

struct Rules {
  std::string filtered;
  std::string beyond;    // those alone that ask for more
  bool allowed = false;  // by the tail

  std::string all() const { return filtered + (allowed ? "allow" : "deny"); }
};

class Written {
 public:
  explicit Written(const Profile& profile) {
    for (size_t i = 0; i < operations().size(); ++i) {
      const OperationRules& rules = profile.rules(static_cast<OperationId>(i));
      Rules& own = own_.emplace_back();
      for (auto rule = rules.filtered.rbegin(); rule != rules.filtered.rend(); ++rule) {
        const std::string text =
            (rule->action == Action::allow ? "allow " : "deny ") + written(*rule->filter) + "\n";
        own.filtered += text;
        if (asks_beyond(*rule->filter)) own.beyond += text;
      }
      tails_.push_back(rules.tail);
    }
    for (const UnplacedRule& rule : profile.unplaced_rules()) {
      unplaced_[rule.operation] += (rule.action == Action::allow ? "allow " : "deny ") +
                                   (rule.filter ? written(*rule.filter) : std::string()) + "\n";
    }
  }

  Rules of(OperationId operation) const {
    Rules out;
    for (OperationId at = operation;; at = facts_of(at).parent) {
      const auto i = static_cast<size_t>(at);
      out.filtered += own_[i].filtered;
      out.beyond += own_[i].beyond;
      if (tails_[i] == Tail::parent) continue;
      out.allowed = tails_[i] == Tail::allow;
      return out;
    }
  }
  const std::map<std::string, std::string>& unplaced() const { return unplaced_; }

 private:
  std::vector<Rules> own_;
  std::vector<Tail> tails_;
  std::map<std::string, std::string> unplaced_;
};

std::string beyond_what(OperationId operation) {
  const std::string_view name = facts_of(operation).name;
  if (name.starts_with("network")) return "beyond TCP and unix sockets";
  return name.starts_with("mach") ? "by other than global names" : "beyond regular files";
}

class Differences {
 public:
  Differences(const Profile& before, const Profile& after) : before_(before), after_(after) {}

  std::vector<WrittenDifference> run(const std::vector<std::string>& decided) {
    for (const std::string& name : decided) decide(find_operation(name).value());
    for (size_t i = 0; i < operations().size(); ++i) compare(static_cast<OperationId>(i));
    for (const auto& [name, rules] : before_.unplaced()) {
      const auto other = after_.unplaced().find(name);
      if (other == after_.unplaced().end() || other->second != rules) add(name, {"unplaced", name});
    }
    for (const auto& [name, rules] : after_.unplaced()) {
      if (!before_.unplaced().contains(name)) add(name, {"unplaced", name});
    }
    return std::move(out_);
  }

 private:
  using Pair = std::pair<std::string, std::string>;

  // An operation that was compared may differ in what it asks beyond.
  void decide(OperationId operation) {
    const Rules before = before_.of(operation);
    const Rules after = after_.of(operation);
    if (before.filtered == after.filtered) return;
    if (!told_.emplace(Pair{before.all(), after.all()}, kTold).second) return;
    if (before.beyond == after.beyond) return;
    out_.push_back(
        {.operations = {std::string(facts_of(operation).name)}, .beyond = beyond_what(operation)});
  }

  void compare(OperationId operation) {
    const Rules before = before_.of(operation);
    const Rules after = after_.of(operation);
    if (before.all() == after.all() || is_as_its_parent(operation, before, after)) return;
    const bool tails_only = before.filtered == after.filtered;
    WrittenDifference* made =
        add(std::string(facts_of(operation).name),
            tails_only ? tails(before, after) : Pair{before.all(), after.all()});
    if (made == nullptr || !tails_only) return;
    made->allowed_before = before.allowed;
    made->allowed_after = after.allowed;
  }

  bool is_as_its_parent(OperationId operation, const Rules& before, const Rules& after) const {
    if (operation == default_operation()) return false;
    const Rules above_before = before_.of(facts_of(operation).parent);
    const Rules above_after = after_.of(facts_of(operation).parent);
    if (before.filtered == after.filtered) {
      return above_before.filtered == above_after.filtered &&
             tails(before, after) == tails(above_before, above_after);
    }
    return above_before.all() == before.all() && above_after.all() == after.all();
  }

  static Pair tails(const Rules& before, const Rules& after) {
    return {before.allowed ? "allow" : "deny", after.allowed ? "allow" : "deny"};
  }

  // Null: told together with another.
  WrittenDifference* add(std::string name, Pair rules) {
    const auto [told, is_new] = told_.emplace(std::move(rules), out_.size());
    if (is_new) return &out_.emplace_back(WrittenDifference{.operations = {std::move(name)}});
    if (told->second != kTold) out_[told->second].operations.push_back(std::move(name));
    return nullptr;
  }

  static constexpr size_t kTold = SIZE_MAX;
  const Written before_;
  const Written after_;
  std::map<Pair, size_t> told_;  // by the two texts; where it stands in `out_`
  std::vector<WrittenDifference> out_;
};

}  // namespace

std::vector<WrittenDifference> written_differences(const Profile& before, const Profile& after,
                                                   const std::vector<std::string>& decided) {
  return Differences(before, after).run(decided);
}

}  // namespace sbxc::sbpl
