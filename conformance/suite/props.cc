// Every prop there is: name, the words it adds to the scene, the kinds of evidence it answers.
#include <algorithm>

#include "conformance/suite/prop.h"
#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

const std::vector<PropRow>& prop_rows() {
  static const std::vector<PropRow> rows = {
      {"tcp", {"tcp4", "tcp6"}, {"contact"}, make_tcp},
      {"udp", {"udp4", "udp6"}, {"contact"}, make_udp},
      {"unix",
       {"stream", "dgram", "seqpacket", "abstract", "abstract_dgram", "stream_in_work",
        "dgram_in_work"},
       {"contact"},
       make_unix},
  };
  return rows;
}

const PropRow* prop_row(std::string_view name) {
  const auto& rows = prop_rows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const PropRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

bool is_evidence_of_a_prop(std::string_view kind) {
  for (const PropRow& row : prop_rows()) {
    if (std::find(row.evidence.begin(), row.evidence.end(), kind) != row.evidence.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace sbxc::conform
