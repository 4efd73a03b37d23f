// The reader against the collected reference cases (backends/seatbelt/testdata/sbpl-eval.json):
// decisions measured or documented elsewhere, each with its source.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {
namespace {

using nlohmann::json;

// Cases that the reader cannot express, with the reason. None so far.
const std::set<std::string> kCannotExpress = {};

Endpoint endpoint_of(const json& value) {
  return {.proto = value.at("proto"), .host = value.at("host"), .port = value.at("port")};
}

Request request_of(const json& target) {
  Request request;
  if (target.is_string()) {
    request.path = target.get<std::string>();
    return request;
  }
  for (const auto& [key, value] : target.items()) {
    if (key == "path") {
      request.path = value;
    } else if (key == "vnode_type") {
      request.vnode_type = value;
    } else if (key == "mode") {
      request.mode = value.get<uint32_t>();
    } else if (key == "extensions") {
      request.extensions = value;
    } else if (key == "target") {
      request.target = value;
    } else if (key == "remote") {
      request.remote = endpoint_of(value);
    } else if (key == "local") {
      request.local = endpoint_of(value);
    } else {
      std::string name = key;
      std::replace(name.begin(), name.end(), '_', '-');
      request.names[name] = value;
    }
  }
  return request;
}

std::string answer(const json& test) {
  CompileOptions options;
  if (test.contains("params")) options.parameters = test["params"];
  const auto profile = Profile::compile(test.at("profile").get<std::string>(), options);
  if (!profile) return "compile-error";
  const auto operation = find_operation(test.at("op").get<std::string>());
  if (!operation) return "unknown operation";
  switch (profile->decide(*operation, request_of(test.at("target"))).verdict) {
    case Verdict::allow:
      return "allow";
    case Verdict::deny:
      return "deny";
    case Verdict::depends:
      return "depends";
  }
  return {};
}

json cases() {
  std::ifstream file(SBXC_SOURCE_DIR "/backends/seatbelt/testdata/sbpl-eval.json");
  return json::parse(file);
}

TEST(ReferenceCases, AreAnsweredAsMeasured) {
  size_t answered = 0;
  for (const json& test : cases()) {
    const std::string id = test.at("id");
    if (kCannotExpress.contains(id)) continue;
    EXPECT_EQ(answer(test), test.at("expect").get<std::string>())
        << id << ": " << test.at("why").get<std::string>();
    ++answered;
  }
  EXPECT_EQ(answered, 100U);
}

TEST(ReferenceCases, EachIsWellFormed) {
  for (const json& test : cases()) {
    EXPECT_TRUE(find_operation(test.at("op").get<std::string>())) << test.at("id");
  }
}

}  // namespace
}  // namespace sbxc::sbpl
