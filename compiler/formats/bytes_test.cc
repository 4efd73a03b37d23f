#include "compiler/formats/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/diag/printable.h"

namespace sbxc::report {
namespace {

TEST(Bytes, CannotEndATagAQuoteOrAnEntity) {
  EXPECT_EQ(xml_text("</a> & \"b\" 'c'"), "&lt;/a&gt; &amp; &quot;b&quot; &#39;c&#39;");
}

TEST(Bytes, ThatXmlCannotWriteAreReplaced) {
  EXPECT_EQ(xml_text("a\x1b[31m\n\tb"), "a\xEF\xBF\xBD[31m\n\tb");
  EXPECT_EQ(xml_text("\xFFz\xC3\xA4\xE2\x82"), "\xEF\xBF\xBDz\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(xml_text("\xEF\xBF\xBE!\xEF\xBF\xBF\xEF\xBF\xBD"),
            "\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD");
}

RC_GTEST_PROP(Bytes, OfAnyKindAreTextForXml, (const std::string& bytes)) {
  const std::string text = xml_text(bytes);
  RC_ASSERT(find_invalid_utf8(text) == std::string::npos);
  RC_ASSERT(text.find_first_of("<>\"'") == std::string::npos);
}

TEST(Bytes, AreOneLineWithoutADirectiveInTap) {
  EXPECT_EQ(tap_description("x # SKIP\nok 1 \\"), "x \\# SKIP ok 1 \\\\");
}

TEST(Bytes, AreOneQuotedLineInYaml) {
  EXPECT_EQ(yaml_text("a: \"b\"\n...\xFF"), "\"a: \\\"b\\\"\\n...\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace sbxc::report
