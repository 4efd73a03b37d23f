#include "compiler/import/srt_path.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc::import {

namespace {

constexpr int kMaxLinks = 40;

using Start = PathReading::Start;

bool allows(PathUse use) { return use == PathUse::allow_read || use == PathUse::allow_write; }

std::string joined(const std::string& directory, std::string_view name) {
  return directory == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", directory, name);
}

std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names;
  for (size_t at = 0; at <= path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    if (slash > at) names.emplace_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return names;
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The directories that are links into /private on macOS.
std::string macos_spelling(std::string path) {
  for (const char* link : {"/tmp", "/var", "/etc"}) {
    if (is_at_or_below(path, link)) return "/private" + path;
  }
  return path;
}

class EntryReader {
 public:
  EntryReader(PathUse use, Os os, const ImportContext& context)
      : use_(use), os_(os), context_(context) {}

  PathReadings read(const PathEntry& entry) {
    std::string text = entry.text;
    if (!entry.marked_literal && text.ends_with("/**")) {
      text = text.size() == 3 ? "/" : text.substr(0, text.size() - 3);
    }
    const std::string absolute = absolute_text(text);
    if (entry.marked_literal || !has_glob_characters(text)) {
      literal(fold_path(absolute));
      return std::move(out_);
    }
    also_as_names(absolute);
    pattern(absolute);
    return std::move(out_);
  }

 private:
  std::string absolute_text(const std::string& text) {
    if (text == "~" || text.starts_with("~/")) {
      start_ = Start::home;
      return context_.surroundings.home + text.substr(1);
    }
    if (text.starts_with('/')) return text;
    start_ = Start::cwd;
    // A relative entry is folded with its pattern, so a slash at its end is gone.
    return fold_path(context_.surroundings.cwd + "/" + text);
  }

  // As it is spelt where another system will look at it.
  std::string located(const std::string& path, bool follow_last) const {
    if (os_ == context_.host) return resolve_links(path, follow_last, context_);
    // Where the policy says $cwd or ~, the other system fills in its own.
    const std::string& start =
        start_ == Start::cwd ? context_.surroundings.cwd : context_.surroundings.home;
    const bool variable = start_ != Start::root && is_at_or_below(path, start);
    return os_ == Os::macos && !variable ? macos_spelling(path) : path;
  }

  void literal(const std::string& path) {
    const std::string named =
        path == "/" ? path
                    : joined(located(parent_of(path), true), path.substr(path.rfind('/') + 1));
    const std::string real = located(path, true);
    if (use_ == PathUse::allow_write && os_ == context_.host && real != expected(path)) {
      out_.lost.push_back(
          fmt::format("a symbolic link leads to `{}`, and srt lets nothing be written through one",
                      printable(real)));
      return;
    }
    add_literal(os_ == context_.host ? named : real);
    if (!allows(use_) && os_ == context_.host && real != named) add_literal(real);
  }

  // macOS itself has links that are meant to be gone through.
  std::string expected(const std::string& path) const {
    return os_ == Os::macos ? macos_spelling(path) : path;
  }

  void add_literal(const std::string& path) {
    LiteralGlob glob = literal_glob(path);
    if (!glob.exact && allows(use_)) {
      out_.lost.emplace_back("it has a character that cannot be seen, which no policy may hold");
      return;
    }
    out_.readings.push_back({true, path, {std::move(glob.glob)}, start_});
  }

  void pattern(const std::string& absolute) {
    const std::vector<std::string> names = names_of(absolute);
    const auto first =
        std::find_if(names.begin() + static_cast<std::ptrdiff_t>(names_before(absolute)),
                     names.end(), has_glob_characters);
    if (std::find(first, names.end(), "..") != names.end()) {
      if (allows(use_)) {
        out_.lost.emplace_back("`..` after a wildcard matches nothing");
        return;
      }
    }
    std::string base = "/";
    for (auto at = names.begin(); at != first; ++at) base = joined(base, *at);
    pattern_below(fold_path(base), names, static_cast<size_t>(first - names.begin()),
                  absolute.ends_with('/'));
  }

  void pattern_below(const std::string& base, const std::vector<std::string>& names, size_t from,
                     bool slash) {
    std::string tail;
    for (size_t i = from; i < names.size(); ++i) {
      if (names[i] == "." || names[i] == "..") continue;
      tail += tail.empty() ? names[i] : "/" + names[i];
    }
    if (slash) tail += '/';
    const std::string real = located(base, true);
    if (use_ == PathUse::allow_write && os_ == context_.host && real != expected(base)) {
      out_.lost.push_back(
          fmt::format("a symbolic link leads to `{}`, and srt lets nothing be written through one",
                      printable(real)));
      return;
    }
    std::vector<std::string> bases = {real};
    if (!allows(use_) && os_ == context_.host && base != real) bases.push_back(base);
    for (const std::string& directory : bases) add_pattern(directory, tail);
  }

  void add_pattern(const std::string& base, const std::string& tail) {
    auto globs = dialect_globs(base, tail);
    if (!globs) {
      if (allows(use_)) {
        out_.lost.emplace_back("as a pattern it matches nothing, or too many shapes of path");
      } else if (!tail.ends_with('/')) {
        out_.lost.push_back(
            fmt::format("the pattern is too wide for a policy, so all of `{}` is "
                        "denied",
                        printable(base)));
        add_literal(base);
      }
      return;
    }
    if (globs->one_byte_each && !allows(use_)) {
      out_.lost.emplace_back(
          "`?` and `[…]` match one byte here, so a name with a letter past ASCII in that place is "
          "not denied");
    }
    out_.readings.push_back({false, {}, std::move(globs->globs), start_});
  }

  // The names of the working or home directory: whatever is in them, they are no pattern.
  size_t names_before(const std::string& absolute) const {
    const std::string& directory =
        start_ == Start::cwd ? context_.surroundings.cwd : context_.surroundings.home;
    const bool within = start_ != Start::root && is_at_or_below(absolute, directory);
    return within ? names_of(directory).size() : 0;
  }

  bool there(const std::string& path) const {
    const FileLook look = context_.look(path);
    return allows(use_) ? look.kind != FileLook::Kind::absent && look.kind != FileLook::Kind::link
                        : look.kind != FileLook::Kind::absent;
  }

  // Names with `*`, `?` or `[` in them that are on the disk are names as well.
  void also_as_names(const std::string& absolute) {
    const std::vector<std::string> names = names_of(fold_path(absolute));
    std::string path = "/";
    size_t last = 0;
    const size_t begin = names_before(absolute);
    for (size_t i = begin; i < names.size(); ++i) {
      if (has_glob_characters(names[i])) last = i;
    }
    for (size_t i = 0; i <= last && i < names.size(); ++i) {
      path = joined(path, names[i]);
      if (i < begin || !has_glob_characters(names[i])) continue;
      if (!there(path)) return;
      if (i < last) {
        pattern_below(path, names, i + 1, false);
        continue;
      }
      for (size_t rest = i + 1; rest < names.size(); ++rest) path = joined(path, names[rest]);
      literal(path);
    }
  }

  PathUse use_;
  Os os_;
  const ImportContext& context_;
  Start start_ = Start::root;
  PathReadings out_;
};

}  // namespace

PathReadings read_path_entry(const PathEntry& entry, PathUse use, Os os,
                             const ImportContext& context) {
  return EntryReader(use, os, context).read(entry);
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path == directory || (path.starts_with(directory) && path[directory.size()] == '/');
}

std::string fold_path(std::string_view absolute) {
  std::vector<std::string> kept;
  for (std::string& name : names_of(absolute)) {
    if (name == ".") continue;
    if (name != "..") {
      kept.push_back(std::move(name));
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string& name : kept) out += "/" + name;
  return out.empty() ? "/" : out;
}

std::string resolve_links(const std::string& path, bool follow_last, const ImportContext& context) {
  std::string done = "/";
  std::vector<std::string> left = names_of(path);
  std::ranges::reverse(left);
  int links = 0;
  while (!left.empty()) {
    const std::string name = left.back();
    left.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      done = parent_of(done);
      continue;
    }
    const std::string next = joined(done, name);
    const FileLook look = context.look(next);
    if (look.kind != FileLook::Kind::link || (left.empty() && !follow_last) ||
        ++links > kMaxLinks) {
      done = next;
      continue;
    }
    std::vector<std::string> target = names_of(look.link_target);
    left.insert(left.end(), target.rbegin(), target.rend());
    if (look.link_target.starts_with('/')) done = "/";
  }
  return done;
}

std::string pattern_text(const PathGlob& glob, Tail tail, Start start,
                         const ImportContext& context) {
  std::string text = glob.components.empty() ? "" : glob.text();
  const std::string& directory =
      start == Start::cwd ? context.surroundings.cwd : context.surroundings.home;
  const std::string before = literal_path_glob(directory).text();
  if (start != Start::root && directory != "/" &&
      (text == before || text.starts_with(before + "/"))) {
    text = (start == Start::cwd ? "$cwd" : "~") + text.substr(before.size());
  }
  const bool below =
      !glob.components.empty() && std::holds_alternative<AnyComponents>(glob.components.back());
  if (tail == Tail::everything_below && !below) text += "/**";
  return text.empty() ? "/" : text;
}

}  // namespace sbxc::import
