// Operations that the language has no word for. docs/formats.md says what a profile grants of them;
// whatever else a profile would grant is reported, operation by operation. For most the answer is
// nothing, and that is read off the rules without trying requests.
#include <algorithm>

#include "backends/seatbelt/verify/profile_decisions.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "backends/seatbelt/verify/word_language.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/product.h"
#include "compiler/automata/witness.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Label;
using sbpl::OperationId;
using sbpl::TextMatch;

// Compared with the policy elsewhere in this room.
constexpr std::string_view kCompared[] = {
    "file-read*",        "file-read-data",      "file-read-xattr",   "file-read-metadata",
    "file-clone",        "file-test-existence", "file-write*",       "file-write-data",
    "file-write-mode",   "file-write-owner",    "file-write-flags",  "file-write-times",
    "file-write-xattr",  "file-write-acl",      "file-write-create", "file-write-finderinfo",
    "file-write-unlink", "file-link",           "process-exec*",     "process-exec-interpreter",
    "network-outbound",  "network-inbound",     "network-bind",      "mach-lookup",
    "mach-register"};

// Open in every profile, as documented.
constexpr std::string_view kOpen[] = {"process-fork",
                                      "pseudo-tty",
                                      "file-map-executable",
                                      "syscall-unix",
                                      "dynamic-code-generation",
                                      "socket-ioctl",
                                      "system-privilege",
                                      "process-info-codesignature",
                                      "ipc-posix-sem*",
                                      "ipc-posix-sem-create",
                                      "ipc-posix-sem-open",
                                      "ipc-posix-sem-post",
                                      "ipc-posix-sem-unlink",
                                      "ipc-posix-sem-wait",
                                      "socket-option-get",
                                      "socket-option-set",
                                      "syscall-mach",
                                      "syscall-mig",
                                      "system-fcntl",
                                      "system-mac-syscall"};

// Granted for processes of the same sandbox.
constexpr std::string_view kAmongOwn[] = {"signal", "mach-task-name"};

// Granted for these words alone.
struct Words {
  std::string_view operation;
  std::string_view subject;
  TextMatch how;
  std::string_view text;
};
constexpr Words kWords[] = {
    {"file-ioctl", "path", TextMatch::exact, "/dev/tty"},
    {"file-ioctl", "path", TextMatch::exact, "/dev/ptmx"},
    {"file-ioctl", "path", TextMatch::regex, "^/dev/ttys[0-9]+$"},
    {"ipc-posix-shm-read-data", "ipc-posix-name", TextMatch::exact,
     "apple.shm.notification_center"},
};
// Granted but for these words.
constexpr Words kButForWords[] = {
    {"sysctl-read", "sysctl-name", TextMatch::exact, "kern.proc.all"},
    {"sysctl-read", "sysctl-name", TextMatch::prefix, "kern.procargs"},
};

template <size_t count>
bool is_in(const std::string_view (&names)[count], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// A rule or a tail by which something of the operation may be allowed.
std::optional<uint32_t> may_allow(const sbpl::Profile& profile, OperationId operation) {
  for (OperationId at = operation;; at = sbpl::facts_of(at).parent) {
    const sbpl::OperationRules& rules = profile.rules(at);
    for (const sbpl::Rule& rule : rules.filtered) {
      if (rule.action == sbpl::Action::allow) return rule.line;
    }
    if (rules.tail == sbpl::Tail::parent) continue;
    if (rules.tail == sbpl::Tail::allow) return rules.tail_line;
    return std::nullopt;
  }
}

class Others {
 public:
  Others(const Verifying& on, Findings& findings) : on_(on), findings_(findings) {}

  void run() {
    const sbpl::OperationRules& fallback = on_.profile.rules(sbpl::default_operation());
    if (fallback.tail_line == 0) {
      findings_.misfit("nothing says what happens without a rule: `(deny default)` is missing",
                       {sbpl::default_operation(), {}});
    }
    for (const sbpl::OperationFacts& facts : sbpl::operations()) {
      look_at(facts.name);
      leaving(facts.name);
    }
    sockets();
  }

 private:
  void look_at(std::string_view name) {
    // A parent that children with rules of their own stand under is asked through them.
    const bool is_parent = name == "default" || name == "file*" || name == "network*";
    if (is_parent || name == "system-socket" || is_in(kCompared, name) || is_in(kOpen, name)) {
      return;
    }
    if (is_in(kAmongOwn, name) || (name.starts_with("process-info"))) return among_own(name);
    for (const Words& words : kWords) {
      if (words.operation == name) return granted_for(name, words.subject);
    }
    for (const Words& words : kButForWords) {
      if (words.operation == name) return denied_for(name, words.subject);
    }
    const OperationId operation = operation_called(name);
    if (may_allow(on_.profile, operation)) {
      sbpl::Request any{.complete = false};
      findings_.misfit("`" + std::string(name) + "` may be allowed", {operation, any});
    }
  }

  // A modifier that starts the new program without any sandbox, or with another one.
  void leaving(std::string_view name) {
    const sbpl::OperationRules& rules = on_.profile.rules(operation_called(name));
    const auto leaves = [](const std::vector<std::string>& modifiers) {
      return std::any_of(modifiers.begin(), modifiers.end(), [](const std::string& modifier) {
        return modifier == "no-sandbox" || modifier == "no-profile" ||
               modifier == "default-sandbox";
      });
    };
    const bool found = leaves(rules.tail_modifiers) ||
                       std::any_of(rules.filtered.begin(), rules.filtered.end(),
                                   [&](const sbpl::Rule& rule) { return leaves(rule.modifiers); });
    if (!found) return;
    findings_.misfit(
        "a program can be started outside of the sandbox by `" + std::string(name) + '`',
        {operation_called(name), {}});
  }

  void among_own(std::string_view name) {
    for (const char* who : {"others", "initproc", "pgrp", "children"}) {
      const Asked asked{operation_called(name), {.target = {who}}};
      if (on_.profile.decide(asked.operation, asked.request).verdict == sbpl::Verdict::deny) {
        continue;
      }
      findings_.misfit("`" + std::string(name) + "` is allowed for " + who, asked);
    }
  }

  // Label 1 for the words of the table, 2 for all others.
  automata::Dfa documented(std::string_view name, const sbpl::WordRequests& requests,
                           std::span<const Words> table) const {
    automata::Nfa nfa;
    sbpl::WordLanguage language(nfa);
    for (const Words& words : table) {
      if (words.operation != name) continue;
      sbpl::TextFilter filter{
          .subject = std::string(words.subject), .how = words.how, .text = std::string(words.text)};
      std::optional<sbpl::Regex> regex;
      if (words.how == TextMatch::regex) regex = sbpl::Regex::compile(words.text).value();
      language.add(filter, regex ? &*regex : nullptr, automata::Mark{0});
    }
    const automata::Folding folding{
        .label = [](automata::Marks marks) { return marks.empty() ? Label{2} : Label{1}; }};
    return automata::determinise(nfa, folding, *requests.domain, {}).value();
  }

  sbpl::WordRequests requests_of(std::string_view name, std::string_view subject) const {
    return {.operation = operation_called(name),
            .subject = std::string(subject),
            .domain = subject == "path" ? &automata::canonical_paths() : &automata::plain_names()};
  }

  void granted_for(std::string_view name, std::string_view subject) {
    compare(name, requests_of(name, subject), kWords, Label{2});
  }
  void denied_for(std::string_view name, std::string_view subject) {
    compare(name, requests_of(name, subject), kButForWords, Label{1});
  }

  // Words with label `closed` must be denied.
  void compare(std::string_view name, const sbpl::WordRequests& requests,
               std::span<const Words> table, Label closed) {
    const automata::Dfa wanted = documented(name, requests, table);
    const auto held = sbpl::decisions_of(on_.profile, requests, on_.budget);
    if (!held) return findings_.undecided(Operation::exec, "the automata grow too large");
    const auto open = automata::shortest_difference(
        wanted, *held,
        [closed](Label want, Label given) { return want == closed && given != sbpl::kDenies; },
        on_.budget);
    if (!open) return findings_.undecided(Operation::exec, "the automata grow too large");
    if (!*open) return;
    findings_.misfit("`" + std::string(name) + "` of `" + printable(**open) + "` is allowed",
                     {requests.operation, requests.with(**open)});
  }

  void sockets() {
    const auto mentions = [&](Operation operation) {
      return std::any_of(on_.policy.rules.begin(), on_.policy.rules.end(), [&](const Rule& rule) {
        return rule.os.macos && rule.effect != Effect::deny && rule.operation == operation;
      });
    };
    const bool connects = mentions(Operation::connect);
    const bool network = connects || mentions(Operation::listen);
    const OperationId operation = operation_called("system-socket");
    for (const char* domain : {"AF_INET", "AF_INET6", "AF_SYSTEM", "AF_ROUTE", "AF_NDRV"}) {
      const bool internet = std::string_view(domain).starts_with("AF_INET");
      const Asked asked{operation, {.socket_domain = domain}};
      const bool given =
          on_.profile.decide(asked.operation, asked.request).verdict != sbpl::Verdict::deny;
      if (given && !(internet && network)) {
        findings_.misfit(std::string("sockets of ") + domain + " can be made", asked);
      }
      if (!given && internet && connects) {
        findings_.misfit(std::string("sockets of ") + domain + " cannot be made", asked);
      }
    }
  }

  const Verifying& on_;
  Findings& findings_;
};

}  // namespace

void verify_others(const Verifying& on, Findings& findings) {
  Others(on, findings).run();
  for (const sbpl::UnplacedRule& rule : on.profile.unplaced_rules()) {
    if (rule.action != sbpl::Action::allow) continue;
    findings.misfit("grants an operation of which nothing but the name is known", rule.line);
  }
}

}  // namespace sbxc::seatbelt_verify
