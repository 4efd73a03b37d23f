// The table and the policy are brought to one form, all hosts are cut into regions in which neither
// side tells two hosts apart (host_regions.h), and in each region all ports into ranges in which
// neither tells two ports apart: at the ends of the ranges of every entry that speaks of the
// region. One request of each region and range therefore speaks for all. It is asked of the table
// by the page's rules, and of the policy by `applies`, the rule that decide() is made of, over the
// rules that speak of the region at all. Verdict and deciding rules have to be the same.
//
// Regions with the same lists on both sides are looked at once: a list file of 100,000 names is two
// regions. That the regions fit the policy is checked on the way: what they say of a request must
// be what decide() says.
//
// Not proved: that the proxy asks as the page says, and brings names to canonical form first; texts
// of the table that are only shown (places, statements, reasons).
#include "backends/proxy/read/verify_proxy.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

#include "backends/proxy/read/host_regions.h"
#include "backends/proxy/read/hosts_json_reader.h"
#include "backends/proxy/read/policy_claims.h"
#include "backends/proxy/read/table_reader.h"
#include "compiler/policy/decide.h"

namespace sbxc {

namespace {

using namespace hosts;

constexpr size_t kMostDisagreements = 20;
constexpr uint64_t kMostWork = 200'000'000;  // entries and port ranges looked at
constexpr const char* kMethod =
    "every host, cut where the table or the policy tells two apart, on every port, cut likewise";

struct HashBytes {
  size_t operator()(const std::vector<uint32_t>& key) const {
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, by words
    for (const uint32_t word : key) hash = (hash ^ word) * 0x100000001b3;
    return static_cast<size_t>(hash ^ hash >> 32);
  }
};

std::string text_of_rules(const std::vector<RuleId>& rules) {
  std::string text;
  for (const RuleId rule : rules) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", static_cast<uint32_t>(rule));
  }
  return text;
}

class Comparison {
 public:
  Comparison(const Policy& policy, Os os, const Claims& table, std::string file)
      : policy_(policy),
        os_(os),
        meant_(claims_of(policy, os)),
        table_(table),
        file_(std::move(file)) {}

  void run(OperationProof& proof) {
    const HostIndex table(table_);
    const HostIndex meant(meant_);
    for_each_region(table, meant, [&](const Region& region) {
      if (is_new(region)) look_at(region);
    });
    if (!problem_.empty() && proof.why.empty()) {
      proof.proof = Proof::not_decided;
      proof.why = problem_;
    }
    if (disagreements_.empty()) return;
    proof.proof = Proof::differs;
    if (more_ > 0) proof.why = fmt::format("and {} more", more_);
    std::move(disagreements_.begin(), disagreements_.end(),
              std::back_inserter(proof.disagreements));
  }

 private:
  bool is_new(const Region& region) {
    std::vector<uint32_t> key;
    for (const auto& hits : region.hits) {
      for (const Hit& hit : hits) key.insert(key.end(), {hit.list.first, hit.list.end, hit.below});
      key.push_back(~uint32_t{0});
    }
    return seen_.insert(std::move(key)).second;
  }

  // Counts what is looked at, so that a file made for it cannot keep the comparison busy.
  bool spend(uint64_t work) {
    work_ += work;
    if (work_ <= kMostWork) return true;
    problem_ = "it tells too many requests apart for this comparison";
    return false;
  }

  // The lowest port of each range; nothing when there is too much to look at.
  std::vector<uint16_t> ports_of(const Region& region) {
    std::vector<uint16_t> ports{1};
    for (size_t side = 0; side < 2; ++side) {
      const Claims& claims = side == 0 ? table_ : meant_;
      for (const Hit& hit : region.hits[side]) {
        for (uint32_t i = hit.list.first; i < hit.list.end; ++i) {
          const auto& set = claims.port_sets[claims.entries[i].port_set];
          if (!spend(set.size() + 1)) return {};
          for (const PortRange& range : set) {
            ports.push_back(range.low);
            if (range.high < 65535) ports.push_back(static_cast<uint16_t>(range.high + 1));
          }
        }
      }
    }
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    return ports;
  }

  // As decide() does, over the rules that can match at all.
  Said decide_here(const Region& region, const Request& request) const {
    std::vector<RuleId> rules;
    for (const Hit& hit : region.hits[1]) {
      for (uint32_t i = hit.list.first; i < hit.list.end; ++i) {
        rules.push_back(meant_.entries[i].rule);
      }
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    std::erase_if(rules,
                  [&](RuleId rule) { return !applies(policy_, policy_.rule(rule), request); });
    Said said;
    if (!rules.empty()) said.verdict = Effect::allow;
    for (const RuleId rule : rules)
      said.verdict = std::max(said.verdict, policy_.rule(rule).effect);
    std::erase_if(rules, [&](RuleId rule) { return policy_.rule(rule).effect != said.verdict; });
    said.rules = std::move(rules);
    return said;
  }

  void look_at(const Region& region) {
    uint64_t entries = 1;
    for (const auto& hits : region.hits) {
      for (const Hit& hit : hits) entries += hit.list.end - hit.list.first;
    }
    if (!spend(entries)) return;
    const Host host = region.example();
    for (const uint16_t port : ports_of(region)) {
      if (!spend(entries)) return;
      const Request request{Operation::connect, HostRequest{host, port}};
      const Said said = evaluate(table_, region.hits[0], port);
      const Said expected = decide_here(region, request);
      const Said view = evaluate(meant_, region.hits[1], port);
      if (view.verdict != expected.verdict || view.rules != expected.rules) {
        problem_ = fmt::format("the policy was not understood at `{}`", request.text());
      }
      if (said.verdict == expected.verdict && said.rules == expected.rules) continue;
      add(request, said, region.hits[0]);
    }
  }

  void add(const Request& request, const Said& said, const std::vector<Hit>& hits) {
    const Decision decision = decide(policy_, os_, request);
    if (disagreements_.size() >= kMostDisagreements) {
      ++more_;
      return;
    }
    Disagreement found{.operation = Operation::connect,
                       .witness = request.text(),
                       .policy_says = decision.verdict,
                       .artifact_says = std::string(name_of(said.verdict)),
                       .rules = decision.deciding,
                       .file = file_};
    if (said.verdict == decision.verdict) {
      found.artifact_says +=
          said.rules.empty() ? " by no rule" : " by rule " + text_of_rules(said.rules);
    }
    // What decided; where nothing did, what spoke of the host at all.
    std::optional<uint32_t> entry;
    if (!said.entries.empty()) {
      entry = said.entries.front();
    } else if (!hits.empty() && hits.front().list.first < hits.front().list.end) {
      entry = hits.front().list.first;
    }
    if (entry) {
      found.line = table_.entries[*entry].where;
      found.emitted = text_of(table_, table_.entries[*entry]);
    }
    disagreements_.push_back(std::move(found));
  }

  const Policy& policy_;
  Os os_;
  Claims meant_;
  const Claims& table_;
  std::string file_;
  std::unordered_set<std::vector<uint32_t>, HashBytes> seen_;
  uint64_t work_ = 0;
  size_t more_ = 0;
  std::string problem_;
  std::vector<Disagreement> disagreements_;
};

const Artifact* find(std::span<const Artifact> artifacts, std::string_view ending, Os os) {
  for (const std::string& file :
       {fmt::format("hosts.{}.{}", name_of(os), ending), fmt::format("hosts.{}", ending)}) {
    for (const Artifact& one : artifacts) {
      if (one.file == file) return &one;
    }
  }
  return nullptr;
}

Diagnostic missing(std::string_view file) {
  return {.kind = Kind::cannot_read,
          .span = std::nullopt,
          .message = fmt::format("`{}` is missing", file)};
}

}  // namespace

Verification verify_proxy(const Policy& policy, Os os, std::span<const Artifact> artifacts) {
  Verification out{.target = TargetName::proxy, .operations = {}};
  OperationProof connect{
      .operation = Operation::connect, .proof = Proof::proved, .method = kMethod};
  for (const std::string_view ending : {"sbxt", "json"}) {
    const Artifact* artifact = find(artifacts, ending, os);
    if (artifact == nullptr) {
      out.unreadable = missing(fmt::format("hosts.{}", ending));
      return out;
    }
    HostsJson json;
    auto claims = ending == "sbxt" ? read_table(artifact->bytes, artifact->file)
                                   : json.read(artifact->bytes, artifact->file);
    if (!claims) {
      out.unreadable = std::move(claims.error());
      return out;
    }
    Comparison(policy, os, *claims, artifact->file).run(connect);
  }
  for (const OperationFacts& facts : kOperations) {
    if (facts.operation == Operation::connect) {
      out.operations.push_back(connect);
    } else {
      out.operations.push_back({.operation = facts.operation,
                                .proof = Proof::not_spoken,
                                .why = "a table of hosts speaks of `connect` alone"});
    }
  }
  return out;
}

}  // namespace sbxc
