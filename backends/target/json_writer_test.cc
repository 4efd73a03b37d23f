#include "backends/target/json_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace sbxc {
namespace {

using Json = nlohmann::ordered_json;

TEST(JsonWriter, PutsEachRowOfATableOnOneLine) {
  JsonWriter json;
  json.member("format", "x");
  json.key("plain").list();
  json.number(1U);
  json.number(uint64_t{18446744073709551615U});
  json.close();
  json.table("rows");
  for (const bool first : {true, false}) {
    json.object();
    json.member("first", first);
    json.key("b").object();
    json.member("c", 2U);
    json.close();
    json.close();
  }
  json.close();
  json.table("none");
  json.close();
  json.key("spread").object(JsonLayout::lines);
  json.member("a", 1U);
  EXPECT_EQ(std::move(json).finish(),
            "{\n"
            "  \"format\": \"x\",\n"
            "  \"plain\": [1,18446744073709551615],\n"
            "  \"rows\": [\n"
            "    {\"first\":true,\"b\":{\"c\":2}},\n"
            "    {\"first\":false,\"b\":{\"c\":2}}\n"
            "  ],\n"
            "  \"none\": [],\n"
            "  \"spread\": {\n"
            "    \"a\": 1\n"
            "  }\n"
            "}\n");
}

TEST(JsonWriter, WritesNothingButBracesForAnEmptyDocument) {
  EXPECT_EQ(JsonWriter().finish(), "{}\n");
}

std::string read_back(std::string_view text) {
  JsonWriter json;
  json.member("text", text);
  return Json::parse(std::move(json).finish())["text"];
}

TEST(JsonWriter, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(read_back("/a\xff"), "/a\xef\xbf\xbd");
  EXPECT_EQ(read_back("\xc3\xa4\xc3z\xc3\xa4"), "\xc3\xa4\xef\xbf\xbdz\xc3\xa4");
  EXPECT_EQ(read_back("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(JsonWriter, EscapesWhatJsonCannotHoldPlain) {
  JsonWriter json;
  json.member("a\"b", std::string_view("\\\n\t\r\0\x1f\x7f/", 8));
  EXPECT_EQ(std::move(json).finish(), "{\n  \"a\\\"b\": \"\\\\\\n\\t\\r\\u0000\\u001f\x7f/\"\n}\n");
}

TEST(JsonWriter, SeesAnOddByteWhereverItStands) {
  for (size_t at = 0; at < 18; ++at) {
    for (int byte = 0; byte < 0x80; ++byte) {
      std::string text(18, 'a');
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(read_back(text), text) << byte << " at " << at;
    }
  }
}

RC_GTEST_PROP(JsonWriter, WritesAnyTextAsAnotherLibraryReadsIt, ()) {
  const auto text = *rc::gen::string<std::string>();
  // The other library replaces what is not UTF-8 in its own way: it is asked about ASCII alone.
  std::string ascii;
  for (const char c : text) ascii += static_cast<char>(c & 0x7f);
  RC_ASSERT(read_back(ascii) == ascii);
  JsonWriter json;
  json.member("text", text);
  RC_ASSERT(Json::accept(std::move(json).finish()));
}

RC_GTEST_PROP(JsonWriter, KeepsEveryCharacter, ()) {
  std::string text;
  for (const uint32_t letter :
       *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0x80, 0xd800))) {
    if (letter < 0x800) {
      text += static_cast<char>(0xc0 | letter >> 6);
    } else {
      text += static_cast<char>(0xe0 | letter >> 12);
      text += static_cast<char>(0x80 | (letter >> 6 & 0x3f));
    }
    text += static_cast<char>(0x80 | (letter & 0x3f));
  }
  RC_ASSERT(read_back(text) == text);
}

}  // namespace
}  // namespace sbxc
