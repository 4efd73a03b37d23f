#include "backends/proxy/read/how_proxy_holds.h"

#include <fmt/core.h>

#include "backends/proxy/read/host_index.h"
#include "backends/proxy/read/table_reader.h"

namespace sbxc {

Result<std::vector<Held>> how_proxy_holds(const Artifact& table, const HostRequest& request,
                                          const SourceMap& map) {
  const auto claims = hosts::read_table(table.bytes, table.file);
  if (!claims) return tl::unexpected(claims.error());
  const hosts::HostIndex index(*claims);
  const hosts::Said said = hosts::evaluate(*claims, index.hits(request.host), request.port);
  std::vector<Held> out;
  for (const uint32_t at : said.entries) {
    const hosts::Entry& entry = claims->entries[at];
    Held held{.file = table.file,
              .where = entry.where,
              .emitted = hosts::text_of(*claims, entry),
              .answer = std::string(name_of(said.verdict)),
              .places = {}};
    for (const RuleId rule : map.rules_of(table.file, entry.where)) {
      if (std::string place = map.place_of(rule); !place.empty()) {
        held.places.push_back(std::move(place));
      }
    }
    out.push_back(std::move(held));
  }
  if (out.empty()) {
    out.push_back({.file = table.file,
                   .where = 0,
                   .emitted = "no entry matches",
                   .answer = std::string(name_of(said.verdict)),
                   .places = {}});
  }
  return out;
}

}  // namespace sbxc
