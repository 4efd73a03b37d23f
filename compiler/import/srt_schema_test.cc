#include "compiler/import/srt_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/import/import_for_test.h"
#include "compiler/testing/run_program.h"

namespace sbxc::import {
namespace {

using nlohmann::json;
using testing::import_with;
using testing::Imported;

json least() {
  return json::parse(R"({"network": {"allowedDomains": [], "deniedDomains": []},
                         "filesystem": {"denyRead": [], "allowWrite": [], "denyWrite": []}})");
}

Imported with(const std::string& pointer, const json& value) {
  json settings = least();
  settings[json::json_pointer(pointer)] = value;
  return import_with(settings.dump());
}

bool refused(const Imported& imported) { return !imported.policy && imported.said.has_errors(); }

TEST(SrtKeys, EveryRowHasAParentAndAnHonestReason) {
  const auto& keys = srt_keys();
  for (const SrtKey& key : keys) {
    if (!key.pointer.empty()) {
      const std::string_view parent = key.pointer.substr(0, key.pointer.rfind('/'));
      EXPECT_TRUE(std::ranges::any_of(keys, [&](const SrtKey& other) {
        return other.pointer == parent;
      })) << key.pointer;
    }
    const bool lost = key.carried == SrtCarried::partly || key.carried == SrtCarried::not_carried;
    EXPECT_EQ(lost, !key.reason.empty()) << key.pointer;
    EXPECT_EQ(std::ranges::count(keys, key.pointer, &SrtKey::pointer), 1) << key.pointer;
  }
}

TEST(SrtKeys, AreAllNamedInTheDocument) {
  const std::string page = sbxc::testing::read_whole(SBXC_SOURCE_DIR "/docs/importing.md");
  for (const SrtKey& key : srt_keys()) {
    if (key.carried == SrtCarried::implied) continue;
    const std::string name(key.pointer.substr(key.pointer.rfind('/') + 1));
    EXPECT_NE(page.find(name), std::string::npos)
        << "docs/importing.md does not name " << key.pointer;
  }
}

TEST(SrtSettings, TheLeastIsAPolicyWithoutALoss) {
  const Imported imported = import_with(least().dump());
  ASSERT_TRUE(imported.policy) << imported.text;
  EXPECT_TRUE(imported.said.all().empty());
}

TEST(SrtSettings, EachRequiredKeyIsRequired) {
  for (const char* pointer :
       {"/network", "/filesystem", "/network/allowedDomains", "/network/deniedDomains",
        "/filesystem/denyRead", "/filesystem/allowWrite", "/filesystem/denyWrite"}) {
    const json::json_pointer at(pointer);
    json settings = least();
    settings[at.parent_pointer()].erase(at.back());
    const Imported imported = import_with(settings.dump());
    EXPECT_TRUE(refused(imported)) << pointer;
    EXPECT_TRUE(imported.tells(Kind::bad_setting, std::string("`") + pointer + "` is missing"));
  }
}

TEST(SrtSettings, HostsAreTakenAndRefusedAsThere) {
  const std::vector<std::pair<const char*, bool>> table = {
      {"example.com", true},
      {"*.example.com", true},
      {"EXAMPLE.com:443", true},
      {"localhost", true},
      {"localhost:3000", true},
      {"10.0.0.1", true},
      {"[::1]", true},
      {"[::1]:443", true},
      {"*.co.uk", true},
      {"*", false},
      {"*.com", false},
      {"a.*.test", false},
      {"a.test/x", false},
      {"http://a.test", false},
      {"a.test:70000", false},
      {"a.test:0", false},
      {"a.test:080", false},
      {"::1", false},
      {"intranet", false},
      {"", false},
      {".a.test", false},
      {"a.test.", false},
      {"*.a..test", false},
      {"*:443", false},
      {"2001:db8::1:443", false},
      {"[::1]:0", false},
      {"a.test:", false},
  };
  for (const auto& [host, taken] : table) {
    EXPECT_EQ(!refused(with("/network/allowedDomains", json::array({host}))), taken) << host;
  }
  for (const char* host : {"*", "*:22", "a.test:22", "*.a.test"}) {
    EXPECT_FALSE(refused(with("/network/deniedDomains", json::array({host})))) << host;
  }
  EXPECT_TRUE(refused(with("/network/deniedDomains", json::array({"*.com"}))));
}

TEST(SrtSettings, WrongValuesAreRefused) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {"/filesystem/allowWrite", R"(".")"},
      {"/filesystem/allowWrite", R"([""])"},
      {"/filesystem/allowWrite", R"([1])"},
      {"/filesystem/denyRead", R"([{"path": "x"}])"},
      {"/filesystem/denyRead", R"([{"path": "x", "literal": false}])"},
      {"/filesystem/denyRead", R"([{"path": "x", "literal": true, "more": 1}])"},
      {"/filesystem/denyRead", R"(["/x/*/"])"},
      {"/filesystem/denyWrite", R"(["~/x*/"])"},
      {"/filesystem/disabled", R"("yes")"},
      {"/filesystem/allowRead", "null"},
      {"/network/deniedResolvedAddresses", R"(["10.0.0.0/33"])"},
      {"/network/allowMachLookup", R"(["a.*.b"])"},
      {"/network/httpProxyPort", "0"},
      {"/network/httpProxyPort", "80.5"},
      {"/network/filterRequest", R"("f")"},
      {"/network/mitmProxy", R"({"socketPath": "/x", "domains": []})"},
      {"/network/tlsTerminate", R"({"caCertPath": "/x"})"},
      {"/network/parentProxy", R"({"http": "proxy"})"},
      {"/network/ambiguousRequestTarget", R"("guess")"},
      {"/credentials", R"({"injectHosts": []})"},
      {"/credentials", R"({"files": [{"path": "x"}]})"},
      {"/credentials", R"({"envVars": [{"name": "a-b", "mode": "deny"}]})"},
      {"/credentials", R"({"envVars": [{"name": "A", "mode": "mask"}]})"},
      {"/credentials", R"({"envVars": [{"name": "A", "mode": "deny", "extract": "x"}]})"},
      {"/credentials", R"({"envVars": [{"name": "A", "mode": "deny", "maskClaims": ["x"]}]})"},
      {"/mandatoryDenySearchDepth", "11"},
      {"/bwrapPath", R"("bwrap")"},
      {"/windows", R"({"proxyPortRange": [1, 2000]})"},
      {"/ripgrep", "{}"},
  };
  for (const auto& [pointer, value] : table) {
    EXPECT_TRUE(refused(with(pointer, json::parse(value)))) << pointer << " " << value;
  }
}

TEST(SrtSettings, UnknownKeysAreListedAtEveryDepth) {
  for (const char* pointer : {"/denyReads", "/network/x", "/filesystem/denyreads",
                              "/credentials/files/0/pth", "/ripgrep/x", "/windows/srtWin/x"}) {
    json settings = least();
    settings["credentials"]["files"] = json::parse(R"([{"path": "x", "mode": "deny"}])");
    settings["ripgrep"]["command"] = "rg";
    settings["windows"]["srtWin"]["path"] = "x";
    settings[json::json_pointer(pointer)] = json::array({"x"});
    const Imported imported = import_with(settings.dump());
    EXPECT_TRUE(imported.policy) << pointer;
    EXPECT_TRUE(imported.tells(Kind::unknown_settings_key, pointer)) << pointer;
  }
}

TEST(SrtSettings, ReasonsAreFreeKeys) {
  const Imported imported = with("/network/deniedDomainReasons", {{"a.test", "because"}});
  ASSERT_TRUE(imported.policy);
  EXPECT_FALSE(imported.tells(Kind::unknown_settings_key, "a.test"));
  EXPECT_TRUE(imported.tells(Kind::setting_not_carried, "no entry of deniedDomains"));
}

TEST(SrtSettings, WhatIsLostIsListedWhenItSaysSomething) {
  EXPECT_TRUE(with("/network/mitmProxy", {{"socketPath", "/x"}, {"domains", {"a.test"}}})
                  .tells(Kind::setting_not_carried, "/network/mitmProxy"));
  EXPECT_TRUE(with("/socatPath", "/usr/bin/socat").tells(Kind::setting_not_carried, "/socatPath"));
  EXPECT_TRUE(
      with("/allowAppleEvents", true).tells(Kind::setting_not_carried, "/allowAppleEvents"));
  EXPECT_TRUE(with("/allowAppleEvents", false).said.all().empty());
}

}  // namespace
}  // namespace sbxc::import
