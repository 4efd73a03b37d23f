// The table of hosts of a few rules, in memory.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "backends/proxy/host_table_builder.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/host_table/host_table.h"

namespace sbxc::dns {

struct Table {
  Table(std::initializer_list<std::string_view> rules) {
    const auto built = build_host_table(terse_policy(rules), Os::linux, Sources());
    words.resize((built->bytes.size() + 7) / 8);
    std::copy(built->bytes.begin(), built->bytes.end(), reinterpret_cast<char*>(words.data()));
    auto opened = host_table::HostTable::view(
        {reinterpret_cast<const uint8_t*>(words.data()), built->bytes.size()});
    EXPECT_TRUE(opened) << describe(opened.error);
    table = std::move(opened.table);
  }

  std::vector<uint64_t> words;
  host_table::HostTable table;
};

}  // namespace sbxc::dns
