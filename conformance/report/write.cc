#include "conformance/report/report.h"

namespace sbxc::conform {

std::optional<Format> format_named(std::string_view name) {
  constexpr std::pair<std::string_view, Format> kFormats[] = {
      {"text", Format::text}, {"json", Format::json},   {"junit", Format::junit},
      {"tap", Format::tap},   {"sarif", Format::sarif}, {"html", Format::html}};
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::string write(const Report& report, Format format, const TextOptions& options) {
  switch (format) {
    case Format::text:
      return write_text(report, options);
    case Format::json:
      return write_json(report);
    case Format::junit:
      return write_junit(report);
    case Format::tap:
      return write_tap(report);
    case Format::sarif:
      return write_sarif(report);
    case Format::html:
      return write_html(report);
  }
  return {};
}

}  // namespace sbxc::conform
