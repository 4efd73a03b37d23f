// Two host tables: every host and port, by the rules that docs/formats.md gives a reader.
#include <fmt/format.h>

#include "backends/proxy/read/host_index.h"
#include "backends/proxy/read/host_space_of.h"
#include "backends/proxy/read/hosts_json_reader.h"
#include "backends/proxy/read/table_reader.h"
#include "compiler/decisions/over_budget.h"
#include "compiler/driver/compared.h"

namespace sbxc::driver {

namespace {

constexpr size_t kWitnesses = 24;

// A table, or the same as JSON; names of the claims are views into it.
class HostsFile {
 public:
  Result<bool> read(std::string_view bytes, const std::string& file) {
    auto claims = bytes.starts_with('{') ? json_.read(bytes, file) : hosts::read_table(bytes, file);
    if (!claims) return tl::unexpected(std::move(claims.error()));
    claims_ = std::move(*claims);
    return true;
  }
  const hosts::Claims& claims() const { return claims_; }

 private:
  hosts::HostsJson json_;
  hosts::Claims claims_;
};

// The rules of one side that decide the witnesses.
void attribute(Comparison& comparison, Side side, const hosts::Claims& claims,
               const std::string& file, PointedAt& pointed) {
  const hosts::HostIndex index(claims);
  for (Change* change : {&comparison.gained, &comparison.lost}) {
    for (Witness& witness : change->witnesses) {
      const auto& request = std::get<HostRequest>(witness.request.target);
      const hosts::Said said = hosts::evaluate(claims, index.hits(request.host), request.port);
      auto& rules = side == Side::before ? witness.rules_before : witness.rules_after;
      for (const uint32_t entry : said.entries) {
        report::DecidingRule rule;
        rule.effect = said.verdict;
        rule.operation = "connect";
        rule.statement = hosts::text_of(claims, claims.entries[entry]);
        rule.at.file = file;
        rule.at.end.column = 2;
        rule.place = file;
        rules.push_back(pointed.add(std::move(rule)));
      }
    }
  }
}

}  // namespace

Result<bool> compare_hosts(const ComparedBytes& bytes, Comparing& out) {
  HostsFile before;
  HostsFile after;
  if (auto read = before.read(bytes.before, bytes.file_before); !read) return read;
  if (auto read = after.read(bytes.after, bytes.file_after); !read) return read;
  auto comparison =
      compare(Operation::connect, Decided(hosts::host_space_of(before.claims())),
              Decided(hosts::host_space_of(after.claims())), {.witnesses = kWitnesses});
  const OsSet on = OsSet{};
  if (!comparison) {
    out.difference.uncompared.push_back(
        {"connect", on, fmt::format("it takes more than {} regions", comparison.error().states)});
    return true;
  }
  attribute(*comparison, Side::before, before.claims(), bytes.file_before, out.before);
  attribute(*comparison, Side::after, after.claims(), bytes.file_after, out.after);
  out.difference.operations.push_back({.on = on, .comparison = std::move(*comparison)});
  return true;
}

}  // namespace sbxc::driver
