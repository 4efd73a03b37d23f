// Drawing source lines and carets. Everything quoted from a source is made printable first: a
// policy is untrusted input, and an escape sequence in it must not reach the terminal. Carets are
// aligned by display columns: one per character, tabs drawn as one space; wide characters are not
// measured.
#include "compiler/diag/render.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr size_t kMaxLineShown = 160;

struct Paint {
  bool on;
  std::string operator()(const char* code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

const char* color_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "1;31";
    case Severity::warning:
      return "1;33";
    case Severity::note:
      return "1;36";
  }
  return "0";
}

const char* word_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "";
}

// One source line with the part of `span` that lies on it underlined. A long line is cut to a
// window around the span, so that a 50 kB line cannot flood the screen.
void draw(std::string& out, const Sources& sources, Span span, char mark, std::string_view words,
          size_t gutter, const char* color, Paint paint) {
  uint32_t start = 0;
  std::string_view line = sources.line_at(span.file, span.begin, &start);
  size_t from = std::min<size_t>(span.begin - start, line.size());
  size_t to = std::min<size_t>(std::max(span.end, span.begin) - start, line.size());
  size_t cut = 0;
  if (line.size() > kMaxLineShown) {
    cut = from > kMaxLineShown / 2 ? from - kMaxLineShown / 2 : 0;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
    line = line.substr(cut, kMaxLineShown);
    from -= cut;
    to = std::min(to - cut, line.size());
  }
  const std::string before = printable(line.substr(0, from));
  const std::string marked = printable(line.substr(from, to - from));
  const std::string after = printable(line.substr(to));
  const std::string lead = cut > 0 ? "…" : "";
  out += fmt::format(
      "{} {} {}{}{}{}\n",
      paint("1;34", fmt::format("{:>{}}", sources.locate(span.file, span.begin).line, gutter)),
      paint("1;34", "|"), lead, before, marked, after);
  const size_t indent = display_width(lead) + display_width(before);
  const size_t length = std::max<size_t>(1, display_width(marked));
  std::string carets(length, mark);
  if (!words.empty()) carets += fmt::format(" {}", words);
  out += fmt::format("{:>{}} {} {:>{}}{}\n", "", gutter, paint("1;34", "|"), "", indent,
                     paint(color, carets));
}

}  // namespace

std::string render(const Diagnostic& d, const Sources& sources, RenderOptions options) {
  const Paint paint{options.color};
  const Severity severity = facts_of(d.kind).severity;
  const char* color = color_of(severity);
  std::string out =
      fmt::format("{}: {}\n", paint(color, fmt::format("{}[{}]", word_of(severity), id_of(d.kind))),
                  paint("1", d.message));
  if (d.span) {
    uint32_t last = sources.locate(d.span->file, d.span->begin).line;
    for (const Label& label : d.labels) {
      last = std::max(last, sources.locate(label.span.file, label.span.begin).line);
    }
    const size_t gutter = std::max<size_t>(2, fmt::formatted_size("{}", last));
    out += fmt::format("{:{}} {} {}\n", "", gutter, paint("1;34", "-->"),
                       printable(sources.describe(*d.span)));
    draw(out, sources, *d.span, '^', d.underline, gutter, color, paint);
    FileId file = d.span->file;
    for (const Label& label : d.labels) {
      if (label.span.file != file) {
        out += fmt::format("{:{}} {} {}\n", "", gutter, paint("1;34", ":::"),
                           printable(sources.describe(label.span)));
        file = label.span.file;
      }
      draw(out, sources, label.span, '-', label.text, gutter, "1;34", paint);
    }
  }
  if (!d.witness.empty()) out += fmt::format("{}: {}\n", paint("1", "witness"), d.witness);
  for (const std::string& note : d.notes) out += fmt::format("{}: {}\n", paint("1", "note"), note);
  if (!d.help.empty()) out += fmt::format("{}: {}\n", paint("1;32", "help"), d.help);
  return out;
}

std::string render(const Diagnostics& diagnostics, const Sources& sources, RenderOptions options) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (!out.empty()) out += "\n";
    out += render(diagnostic, sources, options);
  }
  if (diagnostics.dropped() > 0) {
    out += fmt::format("\nand {} more, which are not shown\n", diagnostics.dropped());
  }
  return out;
}

}  // namespace sbxc
