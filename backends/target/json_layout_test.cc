#include "backends/target/json_layout.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sbxc {
namespace {

using Json = nlohmann::ordered_json;

TEST(JsonLayout, PutsEachRowOfATableOnOneLine) {
  const Json json = {{"format", "x"},
                     {"plain", {1, 2}},
                     {"rows", {{{"a", 1}, {"b", {{"c", 2}}}}, {{"a", 3}}}},
                     {"none", Json::array()}};
  EXPECT_EQ(layout_json(json),
            "{\n"
            "  \"format\": \"x\",\n"
            "  \"plain\": [1,2],\n"
            "  \"rows\": [\n"
            "    {\"a\":1,\"b\":{\"c\":2}},\n"
            "    {\"a\":3}\n"
            "  ],\n"
            "  \"none\": []\n"
            "}\n");
  EXPECT_EQ(Json::parse(layout_json(json)), json);
}

TEST(JsonLayout, ReplacesBytesThatAreNotUtf8) {
  const Json json = {{"path", "/a\xff"}};
  EXPECT_EQ(Json::parse(layout_json(json))["path"], "/a\xef\xbf\xbd");
}

}  // namespace
}  // namespace sbxc
