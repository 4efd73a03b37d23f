#include "compiler/pattern/host_name.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "compiler/pattern/ip_address.h"

namespace sbxc {
namespace {

std::string canonical(std::string_view text) {
  const auto name = canonical_host_name(text);
  return name ? *name : "";
}

TEST(HostName, FoldsCaseTrailingDotAndInternationalForms) {
  const std::pair<const char*, const char*> table[] = {
      {"example.com", "example.com"},
      {"EXAMPLE.Com", "example.com"},
      {"example.com.", "example.com"},
      {"a-b_c.9z.example", "a-b_c.9z.example"},
      {"_dmarc.example.com", "_dmarc.example.com"},
      {"r3---sn-4g5e.example.com", "r3---sn-4g5e.example.com"},
      {"foo-.example.com", "foo-.example.com"},
      {"bücher.example", "xn--bcher-kva.example"},
      {"BÜCHER.example", "xn--bcher-kva.example"},
      {"bu\xCC\x88"
       "cher.example",
       "xn--bcher-kva.example"},  // u and a combining diaeresis
      {"xn--bcher-kva.example", "xn--bcher-kva.example"},
      {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
      {"faß.de", "xn--fa-hia.de"},  // non-transitional
      {"example。com", "example.com"},
      {"example．com", "example.com"},
      {"ｅｘａｍｐｌｅ.com", "example.com"},
      {"bücher.example。", "xn--bcher-kva.example"},
      {"K.example", "k.example"},  // the Kelvin sign
      {"bücher.r3---sn-4g5e.example", "xn--bcher-kva.r3---sn-4g5e.example"},
      {"_sip.bücher.example", "_sip.xn--bcher-kva.example"},
      {"bücher。r3---x｡example．com", "xn--bcher-kva.r3---x.example.com"},
      {"localhost", "localhost"},
      {"127.0.0.1.nip.io", "127.0.0.1.nip.io"},
  };
  for (const auto& [text, name] : table) EXPECT_EQ(canonical(text), name) << text;
}

TEST(HostName, RefusesWhatIsNoName) {
  using E = HostNameError;
  const std::string label63(63, 'a');
  const std::string long_name =
      label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');
  ASSERT_EQ(long_name.size(), 253U);
  EXPECT_EQ(canonical(long_name), long_name);
  EXPECT_EQ(canonical(long_name + "."), long_name);
  const std::pair<std::string, E> table[] = {
      {"", E::empty},
      {".", E::empty},
      {"..", E::empty_label},
      {".example.com", E::empty_label},
      {"example..com", E::empty_label},
      {"example.com..", E::empty_label},
      {"a" + label63 + ".com", E::label_too_long},
      {long_name + "a", E::name_too_long},
      {std::string(5000, 'a'), E::name_too_long},
      {"exa mple.com", E::bad_character},
      {"example.com\n", E::bad_character},
      {"example.com\r\nHost: x", E::bad_character},
      {std::string("example.com\0.evil", 17), E::bad_character},
      {"example.com%00.evil", E::bad_character},
      {"example%2ecom", E::bad_character},
      {"example.com/", E::bad_character},
      {"example.com\\evil", E::bad_character},
      {"example.com#evil", E::bad_character},
      {"user@example.com", E::bad_character},
      {"*.example.com", E::bad_character},
      {"example.com:443", E::bad_character},
      {"[::1]", E::bad_character},
      {"\x7f.com", E::bad_character},
      {"127.0.0.1", E::looks_like_address},
      {"127.1", E::looks_like_address},
      {"2130706433", E::looks_like_address},
      {"0x7f000001", E::looks_like_address},
      {"0x7f.1", E::looks_like_address},
      {"example.1", E::looks_like_address},
      {"１２７.0.0.1", E::looks_like_address},  // full-width digits
      {"①②⑦.0.0.①", E::looks_like_address},
      {"127。0。0。1", E::looks_like_address},
      {"xn--.com", E::bad_idna},
      {"xn--a.com", E::bad_idna},
      {"a\xE2\x80\x8D"
       "b.com",
       E::bad_idna},  // zero-width joiner
      {"\xFF\xFE.com", E::bad_idna},
      {"a\xE2\x80\xAE"
       "b.com",
       E::bad_idna},                  // right-to-left override
      {"\xCC\x88.com", E::bad_idna},  // a combining mark first
  };
  for (const auto& [text, error] : table) {
    const auto name = canonical_host_name(text);
    ASSERT_FALSE(name) << text << " gave " << *name;
    EXPECT_EQ(describe(name.error()), describe(error)) << text;
  }
}

TEST(HostName, HomographsAreOtherNames) {
  EXPECT_NE(canonical("аpple.com"), "apple.com");  // the first letter is Cyrillic
  EXPECT_EQ(canonical("аpple.com"), "xn--pple-43d.com");
}

TEST(HostName, PlainNamesAreThoseThatAreCanonicalAlready) {
  for (const char* plain : {"example.com", "a", "a_b-c.de", "1.example"}) {
    EXPECT_TRUE(is_plain_host_name(plain)) << plain;
    EXPECT_EQ(canonical(plain), plain);
  }
  for (const char* other :
       {"", "A.com", "a.com.", "xn--bcher-kva.example", "ü.de", "1.2.3.4", "a..b"}) {
    EXPECT_FALSE(is_plain_host_name(other)) << other;
  }
}

RC_GTEST_PROP(HostName, CanonicalFormIsAFixedPoint, ()) {
  const auto piece = rc::gen::element<std::string>(
      "a", "B", "9", "-", "_", ".", "。", "ü", "ß", "ｅ", "①", "xn--", "é", "日", "й", "ς", "ı",
      "K", "\xCC\x88", "\xE2\x80\x8D", "١", "א", "0x", "kva", "bcher");
  std::string text;
  for (const std::string& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
  const auto name = canonical_host_name(text);
  if (!name) return;
  RC_ASSERT(canonical(*name) == *name);
  RC_ASSERT(canonical(*name + ".") == *name);
  RC_ASSERT(!looks_like_ip(*name));
  RC_ASSERT(name->size() <= 253U);
  RC_ASSERT(std::all_of(name->begin(), name->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  }));
}

// A label of plain ASCII is taken or refused alike whatever label stands beside it.
RC_GTEST_PROP(HostName, APlainLabelDoesNotDependOnItsNeighbour, ()) {
  const auto label = *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::element('a', 'b', '-', '-', '_', '1')));
  const bool alone = canonical_host_name(label + ".example").has_value();
  RC_ASSERT(canonical_host_name("bücher." + label + ".example").has_value() == alone);
  RC_ASSERT(canonical_host_name(label + ".bücher.example").has_value() == alone);
}

RC_GTEST_PROP(HostName, CaseNeverMatters, ()) {
  const auto lower = *rc::gen::container<std::string>(
      rc::gen::element('a', 'b', 'x', 'n', '-', '-', '.', '1', '0', '_'));
  std::string mixed = lower;
  for (char& c : mixed) {
    if (c >= 'a' && c <= 'z' && *rc::gen::arbitrary<bool>()) c = static_cast<char>(c - 0x20);
  }
  RC_ASSERT(canonical(mixed) == canonical(lower));
}

TEST(PublicSuffix, NamesUnderWhichAnybodyMayRegister) {
  for (const char* suffix : {"com", "co.uk", "github.io", "com.br", "xn--p1ai", "s3.amazonaws.com",
                             "not-yet-a-listed-tld"}) {
    EXPECT_TRUE(is_public_suffix(suffix)) << suffix;
  }
  for (const char* name : {"example.com", "github.com", "internal", "local", "test", "localhost",
                           "corp.example", "home.arpa", "a.github.io", "example"}) {
    EXPECT_FALSE(is_public_suffix(name)) << name;
  }
}

}  // namespace
}  // namespace sbxc
