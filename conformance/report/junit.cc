// No standard defines this format; docs/schemas/junit.xsd says what is written. One suite a
// category, one case a probe. `failure` is evidence, `error` is a result that cannot be believed.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/formats/bytes.h"
#include "conformance/report/entries.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

using report::xml_text;

struct Counts {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
  size_t skipped = 0;
  Milliseconds took{};

  void add(const Entry& entry) {
    ++tests;
    failures += entry.came == Came::failed ? 1 : 0;
    errors += entry.came == Came::in_doubt ? 1 : 0;
    skipped += entry.came == Came::skipped || entry.came == Came::excused ? 1 : 0;
    if (entry.outcome != nullptr) took += entry.outcome->took;
  }
  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3f}")", tests,
                       failures, errors, skipped, static_cast<double>(took.count()) / 1000.0);
  }
};

struct Suite {
  std::string category;
  Counts counts{};
  std::string cases{};
};

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_text(name),
                     xml_text(value));
}

std::string properties_of(const Run& run) {
  std::string all =
      property("sandbox", printable(run.sandbox.command)) +
      property("version", printable(run.sandbox.version)) +
      property("policy", printable(run.policy)) + property("kernel", printable(run.kernel)) +
      property("account", account_words(run.account)) + property("seed", printable(run.seed)) +
      property("shard", fmt::format("{}/{}", run.shard.index, run.shard.count));
  for (const Feature& feature : run.features) {
    all += property("feature " + printable(feature.name),
                    printable(feature.value) + ": " + printable(feature.evidence));
  }
  return "    <properties>\n" + all + "    </properties>\n";
}

std::string outcome_xml(const Entry& entry) {
  std::string text;
  if (entry.outcome != nullptr) {
    for (const Detail& detail : details_of(*entry.outcome)) {
      text += fmt::format("{}: {}\n", detail.name, xml_text(detail.value));
    }
  }
  switch (entry.came) {
    case Came::passed:
      return {};
    case Came::skipped:
    case Came::excused:
      return fmt::format("      <skipped message=\"{}\"/>\n", xml_text(entry.message));
    case Came::failed:
      return fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                         xml_text(entry.message), xml_text(entry.type), text);
    case Came::in_doubt:
      return fmt::format("      <error message=\"{}\" type=\"{}\">{}</error>\n",
                         xml_text(entry.message), xml_text(entry.type), text);
  }
  return {};
}

std::string case_xml(const Entry& entry) {
  const Milliseconds took = entry.outcome != nullptr ? entry.outcome->took : Milliseconds{};
  const std::string head = fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.3f}")",
                                       xml_text(entry.category), xml_text(entry.name),
                                       static_cast<double>(took.count()) / 1000.0);
  const std::string body = outcome_xml(entry);
  return body.empty() ? head + "/>\n" : head + ">\n" + body + "    </testcase>\n";
}

std::vector<Suite> suites_of(const std::vector<Entry>& entries) {
  std::vector<Suite> suites;
  for (const Entry& entry : entries) {
    auto suite = std::find_if(suites.begin(), suites.end(),
                              [&](const Suite& s) { return s.category == entry.category; });
    if (suite == suites.end()) suite = suites.insert(suite, {.category = entry.category});
    suite->counts.add(entry);
    suite->cases += case_xml(entry);
  }
  return suites;
}

}  // namespace

std::string write_junit(const Report& report) {
  const std::vector<Entry> entries = entries_of(report);
  Counts total;
  for (const Entry& entry : entries) total.add(entry);
  const std::string properties = properties_of(report.run);
  std::string suites;
  for (const Suite& suite : suites_of(entries)) {
    suites += fmt::format("  <testsuite name=\"{}\" {}{}>\n{}{}  </testsuite>\n",
                          xml_text(suite.category), suite.counts.attributes(),
                          report.run.started.empty()
                              ? std::string{}
                              : fmt::format(" timestamp=\"{}\"", xml_text(report.run.started)),
                          properties, suite.cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"sbxc conform: {}\" {}>\n{}</testsuites>\n",
      xml_text(subject_of(report.run)), total.attributes(), suites);
}

}  // namespace sbxc::conform
