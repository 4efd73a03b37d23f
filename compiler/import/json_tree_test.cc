#include "compiler/import/json_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace sbxc::import {
namespace {

struct Parsed {
  Sources sources;
  Result<JsonValue> tree;

  explicit Parsed(const std::string& text) : tree(parse(text)) {}
  std::string shown(const Span& span) const { return std::string(sources.text(span)); }

 private:
  Result<JsonValue> parse(const std::string& text) {
    return parse_json(sources, sources.add("x.json", text));
  }
};

nlohmann::json plain(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null:
      return nullptr;
    case JsonValue::Kind::boolean:
      return value.boolean;
    case JsonValue::Kind::number:
      return value.number;
    case JsonValue::Kind::text:
      return value.text;
    case JsonValue::Kind::array: {
      auto out = nlohmann::json::array();
      for (const JsonValue& item : value.items) out.push_back(plain(item));
      return out;
    }
    case JsonValue::Kind::object: {
      auto out = nlohmann::json::object();
      for (const JsonValue& member : value.items) out[member.key] = plain(member);
      return out;
    }
  }
  return nullptr;
}

TEST(JsonTree, KnowsWhereEveryKeyAndValueStands) {
  const Parsed parsed("{ \"a\" : [true, -1.5e3 ,\"x\\u00e9\"],\n  \"b\":null}");
  ASSERT_TRUE(parsed.tree) << parsed.tree.error().message;
  const JsonValue& root = *parsed.tree;
  EXPECT_EQ(parsed.shown(root.items[0].key_span), "\"a\"");
  EXPECT_EQ(parsed.shown(root.items[1].key_span), "\"b\"");
  const auto& items = root.items[0].items;
  EXPECT_EQ(parsed.shown(items[0].span), "true");
  EXPECT_EQ(parsed.shown(items[1].span), "-1.5e3");
  EXPECT_EQ(parsed.shown(items[2].span), "\"x\\u00e9\"");
  EXPECT_EQ(parsed.shown(root.items[1].span), "null");
  EXPECT_EQ(items[2].text, "x\xC3\xA9");
}

TEST(JsonTree, RefusesAKeyThatStandsTwiceAndPointsAtTheSecond) {
  const Parsed parsed(R"({"a":{"x":1},"b":{"x":1},"a":2})");
  ASSERT_FALSE(parsed.tree);
  EXPECT_EQ(parsed.tree.error().span->begin, 25U);
  EXPECT_EQ(parsed.shown(*parsed.tree.error().span), "\"a\"");
}

TEST(JsonTree, PointsAtWhatIsNoJson) {
  const Parsed parsed("{\"a\": tru}");
  ASSERT_FALSE(parsed.tree);
  EXPECT_EQ(parsed.tree.error().kind, Kind::settings_not_json);
  EXPECT_EQ(parsed.shown(*parsed.tree.error().span), "}");
}

TEST(JsonTree, RefusesWhatIsEmptyOrNestedTooDeep) {
  EXPECT_FALSE(Parsed("").tree);
  EXPECT_FALSE(Parsed(" \n").tree);
  EXPECT_TRUE(Parsed(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')).tree);
  EXPECT_FALSE(Parsed(std::string(kMaxJsonDepth + 1, '[')).tree);
  EXPECT_FALSE(Parsed(std::string(100'000, '[')).tree);
}

TEST(JsonTree, RefusesWhatIsNotUtf8) { EXPECT_FALSE(Parsed("{\"a\": \"\xFF\"}").tree); }

// A value of every shape, from numbers that RapidCheck chooses.
nlohmann::json grown(const std::vector<uint8_t>& seed, size_t& at, int depth) {
  const uint8_t choice = at < seed.size() ? seed[at++] : 0;
  if (depth == 0 || choice < 60)
    return choice % 3 == 0   ? nlohmann::json(choice)
           : choice % 3 == 1 ? nlohmann::json("s\"\\\n" + std::to_string(choice))
                             : nlohmann::json(choice % 2 == 0);
  nlohmann::json out = choice % 2 == 0 ? nlohmann::json::array() : nlohmann::json::object();
  for (int i = 0; i < choice % 4; ++i) {
    if (out.is_array()) {
      out.push_back(grown(seed, at, depth - 1));
    } else {
      out["k" + std::to_string(i)] = grown(seed, at, depth - 1);
    }
  }
  return out;
}

RC_GTEST_PROP(JsonTree, ReadsWhatTheLibraryReads, (const std::vector<uint8_t>& seed, bool wide)) {
  size_t at = 0;
  const nlohmann::json value = grown(seed, at, 5);
  const Parsed parsed(value.dump(wide ? 2 : -1));
  RC_ASSERT(parsed.tree.has_value());
  RC_ASSERT(plain(*parsed.tree) == value);
}

RC_GTEST_PROP(JsonTree, SaysOfAnyBytesWhetherTheyAreJson, (const std::string& text)) {
  const Parsed parsed(text);
  if (parsed.tree) RC_ASSERT(nlohmann::json::accept(text));
}

}  // namespace
}  // namespace sbxc::import
