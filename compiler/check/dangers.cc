// Permissions that lead out of the sandbox. Every danger is one concrete request (dangers.def); if
// the policy allows it, the pattern that does so is reported, once a kind, with what else it lets
// through. A rule that says `because` has been thought about and is left alone; so is a variable or
// a host that is named letter by letter where a wildcard would be the mistake.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/check/danger_table.h"
#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr size_t kMostNamed = 3;

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// The pattern names the request, letter by letter or in a list file.
struct Names {
  const Request& request;

  bool operator()(const NamePattern& pattern) const {
    return std::any_of(pattern.globs.begin(), pattern.globs.end(), [&](const NameGlob& glob) {
      return glob.literal() == std::get<std::string>(request.target);
    });
  }
  bool operator()(const PathPattern& pattern) const {
    const auto& path = std::get<std::string>(request.target);
    return std::any_of(pattern.globs.begin(), pattern.globs.end(), [&](const PathGlob& glob) {
      return glob.is_literal() && glob.matches(path);
    });
  }
  bool operator()(const ConnectPattern& pattern) const {
    return std::any_of(pattern.hosts.begin(), pattern.hosts.end(), [](const HostTest& test) {
      const auto* network = std::get_if<IpNetwork>(&test);
      return std::holds_alternative<ExactName>(test) || std::holds_alternative<InList>(test) ||
             (network != nullptr && network->prefix == network->address.bits());
    });
  }
  bool operator()(const ListenPattern&) const { return false; }
  bool operator()(const SocketPattern&) const { return false; }
  bool operator()(const SyscallPattern&) const { return false; }
};

// The pattern is about private networks and nothing else: 10.0.0.0/8, fd00::/8, localhost.
bool is_private(const Pattern& pattern) {
  const auto& hosts = std::get<ConnectPattern>(pattern).hosts;
  return std::all_of(hosts.begin(), hosts.end(), [](const HostTest& test) {
    const auto* network = std::get_if<IpNetwork>(&test);
    if (network == nullptr) return true;
    return network->prefix >= (network->address.v6 ? 7 : 8) && special_use(network->address);
  });
}

class DangerCheck {
 public:
  DangerCheck(const Policy& policy, const Outside& outside) : policy_(policy) {
    home_ = param("home");
    find_workspaces();
    find_programs(outside.search_path);
  }

  void run(Diagnostics& diagnostics) {
    for (const Danger& danger : all_dangers()) {
      for (const Request& request : requests_of(danger)) ask(danger, request);
    }
    for (const std::string& program : programs_) {
      const Danger danger{.kind = Kind::writable_search_path,
                          .operation = Operation::write,
                          .systems = {},
                          .request = {}};
      ask(danger, {Operation::write, program});
    }
    for (const auto& [place, requests] : found_) report(place, requests, diagnostics);
  }

 private:
  struct Place {
    Kind kind;
    RuleId rule;
    size_t pattern;
    auto operator<=>(const Place&) const = default;
  };

  std::string param(const std::string& name) const {
    const auto found = policy_.params.find(name);
    return found == policy_.params.end() ? std::string() : found->second;
  }

  // The working directory, and directories that params name. A cache or a place for temporary files
  // is no workspace: nobody commits or opens an editor there.
  void find_workspaces() {
    for (const auto& [name, value] : policy_.params) {
      if (name == "home" || name == "tmp" || name == "user" || name == "policy_dir") continue;
      if (!is_canonical_path(value) || value == "/") continue;
      if (is_below(value, param("tmp")) && name != "cwd") continue;
      if (!home_.empty() && value.starts_with(home_ + "/.")) continue;
      const bool known =
          std::find(workspaces_.begin(), workspaces_.end(), value) != workspaces_.end();
      if (!known) workspaces_.push_back(value);
    }
  }

  // One that could be planted in each directory of $PATH.
  void find_programs(std::string_view search_path) {
    for (size_t at = 0; at < search_path.size();) {
      const size_t end = std::min(search_path.find(':', at), search_path.size());
      std::string directory(search_path.substr(at, end - at));
      while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
      if (is_canonical_path(directory) && directory != "/") programs_.push_back(directory + "/git");
      at = end + 1;
    }
  }

  std::vector<Request> requests_of(const Danger& danger) const {
    const std::string text(danger.request);
    switch (facts_of(danger.operation).kind) {
      case PatternKind::syscall:
        return {{danger.operation, *syscall_named(text)}};
      case PatternKind::host: {
        auto host = parse_host_request(PatternText::plain(text));
        return {{danger.operation, std::move(*host)}};
      }
      case PatternKind::path:
      case PatternKind::socket:
      case PatternKind::name:
      case PatternKind::address:
        break;
    }
    std::vector<Request> requests;
    if (text.starts_with("@/.") && danger.operation != Operation::socket) {
      for (const std::string& workspace : workspaces_) {
        requests.push_back({danger.operation, workspace + text.substr(1)});
      }
    } else if (!text.starts_with('~')) {
      requests.push_back({danger.operation, text});
    } else if (!home_.empty() && home_ != "/") {
      requests.push_back({danger.operation, home_ + text.substr(1)});
    }
    return requests;
  }

  void ask(const Danger& danger, const Request& request) {
    for (const Os os : kSystems) {
      if (!danger.systems.has(os)) continue;
      const Decision decision = decide(policy_, os, request);
      if (decision.verdict != Effect::allow) continue;
      const auto place = culprit(danger, decision, request);
      if (!place) continue;
      auto& requests = found_[*place];
      const bool known = std::any_of(requests.begin(), requests.end(), [&](const Request& other) {
        return other.text() == request.text();
      });
      if (!known) requests.push_back(request);
    }
  }

  // The first pattern, of a rule without a reason, that lets the request through. With a reason on
  // any of the rules somebody has thought about it.
  std::optional<Place> culprit(const Danger& danger, const Decision& decision,
                               const Request& request) const {
    std::optional<Place> first;
    for (const RuleId id : decision.deciding) {
      const Rule& rule = policy_.rule(id);
      if (!rule.because.empty()) return std::nullopt;
      for (size_t i = 0; i < rule.patterns.size(); ++i) {
        if (!lets_through(rule, i, request)) continue;
        if (danger.only_if_named && !std::visit(Names{request}, rule.patterns[i])) continue;
        if (is_meant(danger, rule.patterns[i], request)) return std::nullopt;
        if (!first) first = Place{danger.kind, id, i};
      }
    }
    return first;
  }

  bool lets_through(const Rule& rule, size_t index, const Request& request) const {
    Rule alone;
    alone.effect = rule.effect;
    alone.operation = rule.operation;
    alone.patterns = {rule.patterns[index]};
    alone.except = rule.except;
    return applies(policy_, alone, request);
  }

  static bool is_meant(const Danger& danger, const Pattern& pattern, const Request& request) {
    switch (facts_of_danger(danger.kind).when) {
      case DangerWhen::always:
        return false;
      case DangerWhen::wildcard:
        return std::visit(Names{request}, pattern);
      case DangerWhen::wide:
        return is_private(pattern);
    }
    return false;
  }

  void report(const Place& place, const std::vector<Request>& requests,
              Diagnostics& diagnostics) const {
    const Rule& rule = policy_.rule(place.rule);
    const Pattern& pattern = rule.patterns[place.pattern];
    const DangerKind& facts = facts_of_danger(place.kind);
    Diagnostic d{.kind = place.kind, .span = span_of(pattern), .message = {}};
    d.message = fmt::format("`{} {} {}` {}", name_of(rule.effect), name_of(rule.operation),
                            printable(written(pattern)), facts.does);
    const Span at = *d.span;
    const bool inside =
        at.file == rule.span.file && at.begin >= rule.span.begin && at.end <= rule.span.end;
    if (!inside) d.labels = {{rule.head, "used by this rule"}};
    d.witness = sentence(Effect::allow, requests.front());
    if (requests.size() > 1) {
      std::vector<std::string> others;
      for (size_t i = 1; i < requests.size() && i <= kMostNamed; ++i) {
        others.push_back(fmt::format("`{}`", printable(requests[i].text())));
      }
      std::string note = fmt::format("also {}", fmt::join(others, ", "));
      if (requests.size() > kMostNamed + 1) {
        note += fmt::format(" and {} more like these", requests.size() - kMostNamed - 1);
      }
      d.notes = {std::move(note)};
    }
    d.help = facts.help;
    diagnostics.report(std::move(d));
  }

  const Policy& policy_;
  std::string home_;
  std::vector<std::string> workspaces_;
  std::vector<std::string> programs_;
  std::map<Place, std::vector<Request>> found_;
};

}  // namespace

void check_dangers(const Policy& policy, const Outside& outside, Diagnostics& diagnostics) {
  DangerCheck(policy, outside).run(diagnostics);
}

}  // namespace sbxc
