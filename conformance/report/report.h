// A run and what is concluded from it, in the forms that people and programs read. Every text in it
// may come from a stranger: a policy, a sandbox's name, what an attempt wrote.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/report/baseline.h"
#include "conformance/report/gate.h"
#include "conformance/suite/outcome.h"

namespace sbxc::conform {

struct Report {
  const Run& run;
  const Judgement& judgement;
  VerdictSet fail_on;                    // of the gate that judged
  const Comparison* compared = nullptr;  // none: no baseline was given
};

enum class Format : uint8_t { text, json, junit, tap, sarif, html };
std::optional<Format> format_named(std::string_view name);

struct TextOptions {
  bool color = false;
  bool every_probe = false;  // those that held too
  size_t columns = 80;
};

std::string write_text(const Report& report, const TextOptions& options);
std::string write_json(const Report& report);   // docs/schemas/conform.schema.json
std::string write_junit(const Report& report);  // docs/schemas/junit.xsd
std::string write_tap(const Report& report);    // version 13
std::string write_sarif(const Report& report);  // 2.1.0
std::string write_html(const Report& report);   // one file that loads nothing

// The options are for text alone.
std::string write(const Report& report, Format format, const TextOptions& options);

}  // namespace sbxc::conform
