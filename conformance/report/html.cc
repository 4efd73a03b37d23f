// One page to look at, in one file: style and script are inside, and its own policy (CSP) lets no
// browser run or load anything else, so that even a text that got through unescaped does nothing.
// Without script everything is shown; with it, filtered.
#include <fmt/core.h>

#include <span>

#include "compiler/formats/bytes.h"
#include "compiler/source/embedded_file.h"
#include "conformance/report/entries.h"
#include "conformance/report/page_parts.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

std::span<const EmbeddedFile> page_files();  // page_script.js, page_style.css

namespace {

const EmbeddedFile& page_file(std::string_view name) {
  for (const EmbeddedFile& file : page_files()) {
    if (file.name == name) return file;
  }
  std::abort();  // the build puts both in
}

// What CSP calls a hash: base64 of the SHA-256, given in hex.
std::string source_hash(std::string_view hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : hex) {
    bits = bits << 4U | static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    count += 4;
    if (count < 6) continue;
    count -= 6;
    out += kDigits[bits >> static_cast<unsigned>(count) & 63U];
  }
  if (count > 0) out += kDigits[bits << static_cast<unsigned>(6 - count) & 63U];
  while (out.size() % 4 != 0) out += '=';
  return "'sha256-" + out + "'";
}

std::string head(const Run& run) {
  const EmbeddedFile& style = page_file("page_style");
  const EmbeddedFile& script = page_file("page_script");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; "
      "script-src {}; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Escape attempts: {}</title>\n<style>{}</style>\n</head>\n",
      source_hash(style.sha256), source_hash(script.sha256), xml(subject_of(run)), style.text);
}

std::string standing_words(Standing standing) {
  switch (standing) {
    case Standing::held:
      return "It held";
    case Standing::failed:
      return "It failed";
    case Standing::not_believed:
      return "This run cannot be believed";
    case Standing::ran_nothing:
      return "Nothing was tried";
  }
  return {};
}

std::string banner(const Report& report) {
  const Run& run = report.run;
  std::string out = fmt::format(
      "<header>\n<h1>Escape attempts</h1>\n<p class=\"subject\">{} · {} · {} · {}</p>\n</header>\n",
      xml(subject_of(run)), xml(machine_of(run)), xml(run.started), seconds(run.took));
  const Standing standing = report.judgement.standing;
  out += fmt::format("<div class=\"standing {}\" id=\"standing\"><strong>{}</strong>",
                     name_of(standing), standing_words(standing));
  if (!report.judgement.because.empty()) {
    out += "<ul>";
    for (const std::string& why : report.judgement.because) out += "<li>" + prose(why) + "</li>";
    out += "</ul>";
  }
  return out + "</div>\n";
}

}  // namespace

std::string write_html(const Report& report) {
  const std::vector<Entry> entries = entries_of(report);
  std::string out = head(report.run) + "<body>\n" + banner(report) + count_tiles(report.run) +
                    "<h2>By category</h2>\n" + category_table(report.run);
  if (report.compared != nullptr) out += comparison_section(*report.compared);
  out += "<h2>Attempts</h2>\n" + filter_form(report.run) + "<div class=\"probes\">\n";
  for (const Entry& entry : entries) {
    if (entry.outcome != nullptr) out += probe_details(entry);
  }
  out += "</div>\n";
  if (report.run.coverage) out += coverage_section(*report.run.coverage);
  out += run_section(report.run);
  return out +
         fmt::format("<script>{}</script>\n</body>\n</html>\n", page_file("page_script").text);
}

}  // namespace sbxc::conform
