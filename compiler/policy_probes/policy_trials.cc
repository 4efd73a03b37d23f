// Which trials a request comes to, and why some come to none: a suite that is run on people's
// machines writes nothing but what is its own, and connects to nobody but itself.
//
// Left out: hosts by name and addresses of other machines (the network battery has a network of its
// own for them), system calls and Mach services, which are no things that can be made.
#include "compiler/policy_probes/policy_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"
#include "compiler/policy_probes/existing_file.h"

namespace sbxc {

namespace {

using conform::Form;

constexpr size_t kLongestName = 255;
constexpr size_t kLongestPath = 4000;
constexpr std::string_view kProgram = ".sbxc-probe";

bool is_below(std::string_view path, std::string_view directory) {
  return path == directory ||
         (path.starts_with(directory) && path.substr(directory.size()).starts_with('/'));
}

bool is_of_the_kernel(std::string_view path) {
  return is_below(path, "/proc") || is_below(path, "/sys") || is_below(path, "/dev");
}

bool has_room(std::string_view path) {
  if (path.size() > kLongestPath) return false;
  for (size_t at = 1; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (end - at > kLongestName) return false;
    at = end + 1;
  }
  return true;
}

// Obeyed by the loader of programs or by the C library of whoever starts the sandbox.
bool changes_the_start(std::string_view variable) {
  for (const std::string_view name : {"LD_", "DYLD_", "GLIBC_", "MALLOC_", "GCONV_PATH", "ASAN_",
                                      "UBSAN_", "LOCPATH", "NLSPATH"}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

class Planning {
 public:
  Planning(const Policy& policy, Os os, const Stand& stand)
      : policy_(policy), os_(os), stand_(stand) {}

  PolicyTrials run() {
    const auto boundaries = boundaries_of(
        policy_, os_,
        {.places = {stand_.work, stand_.home, stand_.tmp, stand_.outside, stand_.root}});
    for (const UnitBoundary& boundary : boundaries) {
      bool any_real = false;
      for (const BoundaryRequest& one : boundary.requests) {
        any_real = plan(boundary.unit, one) || any_real;
      }
      if (!any_real) plan_existing(boundary.unit);
    }
    return std::move(out_);
  }

 private:
  const Rule& rule_of(const RuleUnit& unit) const { return policy_.rule(unit.rule); }

  // Whether it can be made real.
  bool plan(const RuleUnit& unit, const BoundaryRequest& one) {
    BoundaryPoint point{unit, one.side, one.request, one.where};
    point.untried =
        one.where == "below" ? "what is above it is tried as a file" : why_not(one.request);
    if (point.untried.empty()) add_trials(point);
    out_.points.push_back(std::move(point));
    return out_.points.back().untried.empty();
  }

  // Of a pattern that leads out of the stand: a file that is there anyway, to be read, or a program
  // that says where it runs and does nothing else.
  void plan_existing(const RuleUnit& unit) {
    const Operation operation = rule_of(unit).operation;
    std::optional<std::string> file;
    if (operation == Operation::read) file = existing_file(policy_, unit);
    if (operation == Operation::exec) file = existing_program(policy_, unit);
    if (!file) return;
    BoundaryPoint point{unit, Side::inside, {operation, *file}, "a file of this machine"};
    add(point, operation == Operation::read ? Form::read : Form::exec, point.request);
    out_.points.push_back(std::move(point));
  }

  std::string why_not(const Request& request) const {
    if (const auto* host = std::get_if<HostRequest>(&request.target)) return why_not(*host);
    const auto* text = std::get_if<std::string>(&request.target);
    if (text == nullptr) return "a system call is not a thing that can be made";
    switch (request.operation) {
      case Operation::mach:
        return "Mach services are macOS's";
      case Operation::env:
        if (changes_the_start(*text)) return "it would change the program that starts the sandbox";
        if (*text == "PWD") return "it is where the command begins";
        return is_set(*text) ? "the policy gives it a value of its own" : "";
      case Operation::read:
      case Operation::write:
      case Operation::exec:
      case Operation::socket:
      case Operation::connect:
      case Operation::listen:
      case Operation::syscall:
        break;
    }
    if (text->starts_with('@')) return "";
    if (is_of_the_kernel(*text)) return "the sandbox has one of its own";
    if (!is_below(*text, stand_.root)) return "it is not below what the suite may write";
    if (*text == stand_.root) return "it is the stage itself";
    return has_room(*text) ? "" : "its name is too long for a file";
  }

  static std::string why_not(const HostRequest& request) {
    const auto* address = std::get_if<IpAddress>(&request.host);
    if (address == nullptr) return "names need a network of the suite's own";
    const bool own = address->v6 ? address->text() == "::1" : address->bytes[0] == 127;
    if (!own) return "the address is not this machine's loopback";
    return request.port < 1024 ? "the port is for root to listen on" : "";
  }

  bool is_set(const std::string& variable) const {
    return std::any_of(policy_.environment.begin(), policy_.environment.end(),
                       [&](const SetEnv& set) { return set.os.has(os_) && set.name == variable; });
  }

  void add_trials(BoundaryPoint& point) {
    const Request& request = point.request;
    switch (request.operation) {
      case Operation::read:
        add(point, Form::read, request);
        // Denying reading denies writing too (law 4).
        if (rule_of(point.unit).effect == Effect::deny && point.side == Side::inside) {
          add_writing(point);
        }
        return;
      case Operation::write:
        add_writing(point);
        return;
      case Operation::exec:
        add(point, Form::exec, request);
        return;
      case Operation::env:
        add(point, Form::env, request);
        return;
      case Operation::socket:
        add(point, Form::socket, request);
        return;
      case Operation::connect:
        add(point, Form::connect, request);
        return;
      case Operation::listen:
        add(point, Form::listen, request);
        return;
      case Operation::syscall:
      case Operation::mach:
        return;
    }
  }

  void add_writing(BoundaryPoint& point) {
    const Request request{Operation::write, point.request.target};
    add(point, Form::change, request);
    add(point, Form::make, request);
  }

  void add(BoundaryPoint& point, Form form, const Request& request) {
    const auto* text = std::get_if<std::string>(&request.target);
    conform::Trial trial{form, text != nullptr ? *text : request.text()};
    const auto [known, fresh] = known_.try_emplace({form, trial.target}, out_.trials.size());
    if (fresh) {
      const Effect verdict = decide(policy_, os_, request).verdict;
      std::string words = fmt::format("{} {}", name_of(form), printable(trial.target));
      out_.trials.push_back({std::move(trial), std::move(words), request, verdict});
    }
    point.trials.push_back(known->second);
  }

  const Policy& policy_;
  Os os_;
  const Stand& stand_;
  PolicyTrials out_;
  std::map<std::pair<Form, std::string>, size_t> known_;
};

}  // namespace

Stand Stand::below(const std::string& root) {
  return {root, root + "/home", root + "/home/work", root + "/tmp", root + "/outside"};
}

PolicyTrials trials_of(const Policy& policy, Os os, const Stand& stand) {
  return Planning(policy, os, stand).run();
}

std::string place_for_a_program(const Policy& policy, Os os, const Stand& stand) {
  const auto may_run = [&](const std::string& path) {
    return is_below(path, stand.root) && has_room(path) &&
           decide(policy, os, {Operation::exec, path}).verdict == Effect::allow;
  };
  for (const std::string& directory : stand.directories()) {
    const std::string path = directory + "/" + std::string(kProgram);
    if (may_run(path)) return path;
  }
  const BoundaryOptions options{.places = {stand.work, stand.home, stand.tmp, stand.root}};
  for (const UnitBoundary& boundary : boundaries_of(policy, os, options)) {
    if (policy.rule(boundary.unit.rule).operation != Operation::exec) continue;
    for (const BoundaryRequest& one : boundary.requests) {
      const auto& path = std::get<std::string>(one.request.target);
      for (const std::string& place : {path + "/" + std::string(kProgram), path}) {
        if (may_run(place)) return place;
      }
    }
  }
  return {};
}

}  // namespace sbxc
