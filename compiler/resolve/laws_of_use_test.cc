// Law 1 across files: neither the order of statements, of `use`, nor which way a file comes in
// first changes a verdict.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "compiler/policy/decide.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using Lines = std::vector<std::string>;

rc::Gen<std::string> any_path() {
  return rc::gen::element<std::string>("/s/**", "/s/a", "/s/a/**", "/s/*", "/**", "/t/**", "/s/b");
}

// Statements of one file that may use the files after it.
rc::Gen<Lines> any_file(int index) {
  const auto rule =
      rc::gen::map(rc::gen::tuple(rc::gen::element<std::string>("allow", "deny"),
                                  rc::gen::element<std::string>("read", "write", "exec"),
                                  any_path(), any_path(), rc::gen::arbitrary<bool>()),
                   [](const auto& t) {
                     std::string out = std::get<0>(t) + " " + std::get<1>(t) + " " + std::get<2>(t);
                     return std::get<4>(t) ? out + " except " + std::get<3>(t) : out;
                   });
  const auto use = rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(index + 1, 4), any_path(), rc::gen::arbitrary<bool>()),
      [](const auto& t) {
        std::string out = "use \"f" + std::to_string(std::get<0>(t)) + "\"";
        return std::get<2>(t) ? out + " except " + std::get<1>(t) : out;
      });
  const auto line = index < 3 ? rc::gen::oneOf(rule, use) : rc::gen::oneOf(rule);
  return rc::gen::resize(6, rc::gen::container<Lines>(line));
}

std::string text_of(const Lines& lines) {
  std::string out = "sbx 1\n";
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

Policy policy_of(const std::vector<Lines>& files) {
  Workbench bench;
  for (size_t i = 1; i < files.size(); ++i) {
    bench.files["f" + std::to_string(i)] = text_of(files[i]);
  }
  Resolved r = bench.resolve(text_of(files[0]).substr(6));
  RC_ASSERT(r.policy);
  return std::move(*r.policy);
}

RC_GTEST_PROP(LawsOfUse, L1OrderNeverChangesAVerdict, ()) {
  std::vector<Lines> files;
  files.reserve(4);
  for (int i = 0; i < 4; ++i) files.push_back(*any_file(i));
  std::vector<Lines> shuffled;
  for (const Lines& lines : files) {
    Lines mixed;
    Lines left = lines;
    while (!left.empty()) {
      const size_t at = *rc::gen::inRange<size_t>(0, left.size());
      mixed.push_back(left[at]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    shuffled.push_back(mixed);
  }
  const Policy one = policy_of(files);
  const Policy other = policy_of(shuffled);
  for (const Operation operation : {Operation::read, Operation::write, Operation::exec}) {
    for (const char* path : {"/", "/s", "/s/a", "/s/a/x", "/s/b", "/s/c", "/t", "/t/a", "/u"}) {
      const Request request{operation, std::string(path)};
      RC_ASSERT(decide(one, Os::linux, request).verdict ==
                decide(other, Os::linux, request).verdict);
    }
  }
}

// The meaning of `use … except`, worked out by hand: a file's deny rules hold as often as ways lead
// to it, each time without what was excepted on that way.
struct Oracle {
  const std::vector<Lines>& files;

  void collect(size_t file, const Lines& except, Lines& rules) const {
    for (const std::string& line : files[file]) {
      if (!line.starts_with("use ")) {
        std::string rule = line;
        if (line.starts_with("deny ")) {
          for (const std::string& path : except) {
            rule += (rule.find(" except ") == std::string::npos ? " except " : ", ") + path;
          }
        }
        rules.push_back(rule);
        continue;
      }
      Lines inner = except;
      const size_t at = line.find(" except ");
      if (at != std::string::npos) inner.push_back(line.substr(at + 8));
      collect(static_cast<size_t>(line[6] - '0'), inner, rules);
    }
  }
};

RC_GTEST_PROP(LawsOfUse, L3ExceptSubtractsOnEachWaySeparately, ()) {
  std::vector<Lines> files;
  files.reserve(4);
  for (int i = 0; i < 4; ++i) files.push_back(*any_file(i));
  const Policy policy = policy_of(files);
  Lines unfolded;
  Oracle{files}.collect(0, {}, unfolded);
  const Policy oracle = policy_of({unfolded});
  for (const Operation operation : {Operation::read, Operation::write, Operation::exec}) {
    for (const char* path : {"/", "/s", "/s/a", "/s/a/x", "/s/b", "/s/c", "/t", "/t/a", "/u"}) {
      const Request request{operation, std::string(path)};
      RC_ASSERT(decide(policy, Os::linux, request).verdict ==
                decide(oracle, Os::linux, request).verdict);
    }
  }
}

}  // namespace
}  // namespace sbxc
