// Colours come with the verdict's word everywhere; nothing is told by colour alone.
#include "conformance/report/page_parts.h"

#include <fmt/core.h>

#include "compiler/formats/bytes.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

struct CategoryTotals {
  std::string name;
  Totals totals{};
  size_t all = 0;
};

std::vector<CategoryTotals> by_category(const Run& run) {
  std::vector<CategoryTotals> all;
  for (const ProbeOutcome& outcome : run.outcomes) {
    auto at = all.begin();
    while (at != all.end() && at->name != outcome.probe.category) ++at;
    if (at == all.end()) at = all.insert(at, {outcome.probe.category});
    ++at->totals[outcome.verdict.index()];
    ++at->all;
  }
  return all;
}

// For the fragment of a link: every byte but letters and digits is percent-encoded.
std::string in_fragment(std::string_view bytes) {
  std::string out;
  for (const char c : printable(bytes)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// How the verdicts share a category, as a bar of 100 units.
std::string share_bar(const CategoryTotals& category) {
  std::string out =
      "<svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\">";
  double x = 0;
  for (const VerdictKind kind : kVerdictKinds) {
    const double width = 100.0 * static_cast<double>(count_of(category.totals, kind)) /
                         static_cast<double>(category.all);
    if (width == 0) continue;
    out += fmt::format(R"(<rect class="{}" x="{:.2f}" width="{:.2f}" height="8"/>)", name_of(kind),
                       x, width);
    x += width;
  }
  return out + "</svg>";
}

std::string row(std::string_view term, std::string_view html) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>", term, html);
}

std::string code(std::string_view bytes) { return "<code>" + xml(bytes) + "</code>"; }

std::string control_html(const Control& control) {
  return fmt::format("{}: {} ({})", control.showed_evidence ? "succeeds" : "shows nothing",
                     xml(control.detail), seconds(control.took));
}

std::string said_html(std::string_view said) {
  return "<pre class=\"said\">" + report::xml_text(printable_lines(said)) + "</pre>";
}

}  // namespace

std::string xml(std::string_view bytes) { return report::xml_text(printable(bytes)); }

std::string prose(std::string_view sentence) {
  std::string out;
  for (bool quoted = false;; quoted = !quoted) {
    const size_t end = sentence.find('`');
    const std::string part = xml(sentence.substr(0, end));
    out += quoted ? "<code>" + part + "</code>" : part;
    if (end == std::string_view::npos) return out;
    sentence.remove_prefix(end + 1);
  }
}

std::string count_tiles(const Run& run) {
  const Totals totals = totals_of(run.outcomes);
  std::string out = "<nav class=\"counts\">\n";
  for (const VerdictKind kind : kVerdictKinds) {
    const size_t count = count_of(totals, kind);
    out += fmt::format(
        "<a class=\"{0}{1}\" href=\"#verdict={0}\"><span class=\"number\">{2}</span>{0}</a>\n",
        name_of(kind), count == 0 ? " none" : "", count);
  }
  return out + "</nav>\n";
}

std::string category_table(const Run& run) {
  std::string out = "<div class=\"wide\"><table>\n<thead><tr><th>category</th><th></th>";
  for (const VerdictKind kind : kVerdictKinds) {
    out += fmt::format("<th class=\"number\">{}</th>", name_of(kind));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const CategoryTotals& category : by_category(run)) {
    const std::string link = "#category=" + in_fragment(category.name);
    out += fmt::format("<tr><th><a href=\"{}\">{}</a></th><td>{}</td>", link, xml(category.name),
                       share_bar(category));
    for (const VerdictKind kind : kVerdictKinds) {
      const size_t count = count_of(category.totals, kind);
      out +=
          count == 0
              ? "<td class=\"number none\">–</td>"
              : fmt::format(R"(<td class="number {0}"><a href="{1}&amp;verdict={0}">{2}</a></td>)",
                            name_of(kind), link, count);
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
}

std::string filter_form(const Run& run) {
  std::string out =
      "<form id=\"filter\" hidden>\n<input type=\"search\" name=\"text\" placeholder=\"search\" "
      "aria-label=\"search\">\n<select name=\"category\" aria-label=\"category\">"
      "<option value=\"\">every category</option>";
  for (const CategoryTotals& category : by_category(run)) {
    out += fmt::format("<option>{}</option>", xml(category.name));
  }
  out += "</select>\n";
  for (const VerdictKind kind : kVerdictKinds) {
    out += fmt::format(
        "<label class=\"verdict {0}\"><input type=\"checkbox\" name=\"verdict\" "
        "value=\"{0}\" checked> {0}</label>\n",
        name_of(kind));
  }
  return out + "<output id=\"shown\"></output>\n</form>\n";
}

std::string probe_details(const Entry& entry) {
  const ProbeOutcome& outcome = *entry.outcome;
  const Probe& probe = outcome.probe;
  const std::string_view verdict = name_of(kind_of(outcome.verdict));
  std::string out = fmt::format(
      "<details class=\"probe {0}\" id=\"{1}\" data-verdict=\"{0}\" data-category=\"{2}\"{3}>"
      "<summary><span class=\"id\">{1}</span><span class=\"priority\">P{4}</span>"
      "<span class=\"verdict\">{0}</span><span class=\"title\">{5}</span>"
      "<span class=\"category\">{2}</span></summary>\n<dl>",
      verdict, xml(probe.id), xml(probe.category),
      kind_of(outcome.verdict) == VerdictKind::escaped ? " open" : "", probe.priority,
      prose(probe.title));
  out += row("what came of it", prose(entry.message));
  for (const std::string& request : probe.about) out += row(demand_on(probe), code(request));
  out += row("evidence", code(probe.evidence));
  if (probe.rule) {
    out += row("rule", code(fmt::format("{}:{}", probe.rule->file, probe.rule->line)));
  }
  if (outcome.control) out += row("outside", control_html(*outcome.control));
  if (outcome.expected_failure) {
    out += row("expected to fail", fmt::format("until {}: {}", xml(outcome.expected_failure->until),
                                               xml(outcome.expected_failure->reason)));
  }
  out += row("reference", xml(probe.reference)) + row("took", seconds(outcome.took));
  if (!outcome.said.empty()) out += row("it said", said_html(outcome.said));
  return out + "</dl></details>\n";
}

std::string comparison_section(const Comparison& compared) {
  std::string out = fmt::format(
      "<h2>Compared with {}</h2>\n<div class=\"wide\"><table id=\"compared\">\n"
      "<thead><tr><th>probe</th><th>there</th><th>here</th></tr></thead>\n",
      xml(compared.baseline));
  const auto rows = [&](const std::vector<VerdictChange>& changes) {
    for (const VerdictChange& change : changes) {
      out += fmt::format(
          "<tr><td class=\"id\"><a href=\"#{0}\">{0}</a></td><td>{1}</td><td>{2}</td></tr>\n",
          xml(change.id), name_of(change.before), name_of(change.now));
    }
  };
  rows(compared.worse);
  for (const std::string& id : compared.missing) {
    out += fmt::format("<tr><td class=\"id\">{}</td><td>held</td><td>missing</td></tr>\n", xml(id));
  }
  rows(compared.better);
  out += "</table></div>\n<p class=\"subject\">" +
         xml(fmt::format("{} worse, {} missing, {} better, {} new, {} not asked for",
                         compared.worse.size(), compared.missing.size(), compared.better.size(),
                         compared.added.size(), compared.not_asked)) +
         "</p>\n";
  for (const std::string& note : compared.notes)
    out += "<p class=\"subject\">" + prose(note) + "</p>\n";
  return out;
}

std::string coverage_section(const RuleCoverage& coverage) {
  std::string out = fmt::format(
      "<h2>The policy's own rules</h2>\n<p>{} of {} rules tried, {} of {} boundaries</p>\n",
      coverage.rules_tried, coverage.rules, coverage.boundaries_tried, coverage.boundaries);
  if (coverage.untried.empty()) return out;
  out +=
      "<div class=\"wide\"><table>\n<thead><tr><th>not "
      "tried</th><th>at</th><th>why</th></tr></thead>\n";
  for (const RuleCoverage::Untried& each : coverage.untried) {
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", code(each.statement),
                       code(fmt::format("{}:{}", each.at.file, each.at.line)), xml(each.why));
  }
  return out + "</table></div>\n";
}

std::string run_section(const Run& run) {
  std::string out = "<h2>The run</h2>\n<div class=\"wide\"><table>\n<tbody>\n";
  const auto line = [&](std::string_view name, const std::string& value, const std::string& how) {
    out += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td></tr>\n", xml(name), xml(value), how);
  };
  line("sandbox", sandbox_words(run.sandbox), code(run.sandbox.command));
  if (!run.policy.empty()) line("policy", run.policy, {});
  line("machine", machine_of(run), {});
  std::string part = fmt::format("part {} of {}", run.shard.index, run.shard.count);
  if (!run.seed.empty()) part += ", seed " + run.seed;
  line("suite", "sbxc " + run.suite_version, xml(part));
  for (const Feature& feature : run.features) {
    line(feature.name, feature.value, code(feature.evidence));
  }
  return out + "</tbody>\n</table></div>\n";
}

}  // namespace sbxc::conform
