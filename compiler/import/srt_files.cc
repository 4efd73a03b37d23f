// Reading, writing and running. For each system by itself: the entries' readings, then the rules.
// A deny of reading excepts what lies in it and is opened again; on Linux srt mounts the writable
// places back over what is denied, so there they are opened again as well.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/import/srt_cover.h"
#include "compiler/import/srt_import.h"
#include "compiler/import/srt_path.h"

namespace sbxc::import {

namespace {

constexpr const char* kNotRead = "not to be read (denyRead)";
constexpr const char* kNotWritten = "not to be written (denyWrite)";
constexpr const char* kRunsLater = "runs later, outside the sandbox";
constexpr const char* kKernel = "settings of the kernel";
constexpr const char* kMoved = "as with srt, a directory can be moved to where this does not hold";

struct Entry {
  std::string pointer;
  const JsonValue* value;
  std::vector<PathReading> readings;
};

class Files {
 public:
  Files(SrtImport& import, Os os) : import_(import), os_(os) {
    if (import.on("/filesystem/disabled")) return;  // the lists say nothing then
    deny_read_ = entries("/filesystem/denyRead", PathUse::deny_read);
    allow_read_ = entries("/filesystem/allowRead", PathUse::allow_read);
    allow_write_ = entries("/filesystem/allowWrite", PathUse::allow_write);
    deny_write_ = entries("/filesystem/denyWrite", PathUse::deny_write);
  }

  void reading() {
    add({"allow read", {"/**"}});
    for (const Entry& entry : deny_read_) {
      for (const PathReading& deny : entry.readings) deny_reading(deny);
    }
    credentials();
    devices();
  }

  void writing() {
    add({"allow write", default_places()});
    for (const Entry& entry : allow_write_) {
      for (const PathReading& allow : entry.readings) allow_writing(entry, allow);
    }
    for (const Entry& entry : deny_write_) {
      for (const PathReading& deny : entry.readings) {
        add_deny(deny, {"deny write", texts(deny, Tail::everything_below), {}, kNotWritten});
      }
    }
    for (const Entry& entry : deny_read_) {
      for (const PathReading& deny : entry.readings) read_only_within(deny);
    }
    protected_names();
    kernel_settings();
  }

  void everything() {
    add({"allow read", {"/**"}});
    add({"allow write", {"/**"}});
    credentials();
    devices();
    if (os_ == Os::linux) add({"deny write", {"/proc/**", "/sys/**"}, {}, kKernel});
  }

 private:
  void add(const DraftRule& rule) {
    if (!rule.patterns.empty()) import_.draft.add(os_, rule);
  }
  // Seatbelt asks for a name when it is used, not for all below a directory that is moved.
  void add_pattern(DraftRule rule) {
    if (os_ == Os::macos) rule.accept_widened = kMoved;
    add(rule);
  }
  void add_deny(const PathReading& deny, const DraftRule& rule) {
    deny.literal ? add(rule) : add_pattern(rule);
  }

  // On Linux srt puts a directory of plain devices in the place of /dev, whatever the settings say.
  void devices() {
    if (os_ == Os::macos) return;
    add({"deny read",
         {"/dev/**"},
         {"/dev", "/dev/{null,zero,full,random,urandom,tty,ptmx,stdin,stdout,stderr}",
          "/dev/{fd,pts,shm}/**"},
         "devices that hold data"});
  }

  std::vector<Entry> entries(const std::string& list, PathUse use) {
    std::vector<Entry> out;
    const JsonValue& values = import_.at(list);
    for (size_t i = 0; i < values.items.size(); ++i) {
      const JsonValue& value = values.items[i];
      const bool marked = value.kind == JsonValue::Kind::object;
      const JsonValue* path = marked ? value.find("path") : &value;
      out.push_back(entry(fmt::format("{}/{}", list, i), value, {path->text, marked}, use));
    }
    return out;
  }

  Entry entry(std::string pointer, const JsonValue& value, const PathEntry& text, PathUse use) {
    PathReadings read = read_path_entry(text, use, os_, import_.context);
    for (const std::string& why : read.lost) {
      if (os_ != import_.context.host) continue;  // said of this machine
      read.readings.empty() ? import_.not_carried(value, pointer, why)
                            : import_.in_part(value, pointer, why);
    }
    return {std::move(pointer), &value, std::move(read.readings)};
  }

  std::vector<std::string> texts(const PathReading& reading, Tail tail) const {
    std::vector<std::string> out;
    for (const PathGlob& glob : reading.globs) {
      out.push_back(pattern_text(glob, tail, reading.start, import_.context));
    }
    return out;
  }
  static void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
    for (const std::string& text : more) {
      if (std::ranges::find(all, text) == all.end()) all.push_back(text);
    }
  }

  // What allowRead opens within the deny. Nothing when it opens all of it.
  std::optional<std::vector<std::string>> opened_again(const PathReading& deny) const {
    std::vector<std::string> out;
    // On macOS a pattern opens what it matches alone, on Linux everything below that too.
    const Tail tail = os_ == Os::linux ? Tail::everything_below : Tail::none;
    for (const Entry& entry : allow_read_) {
      for (const PathReading& allow : entry.readings) {
        if (allow.literal && deny.literal && allow.path == deny.path) return std::nullopt;
        if (allow.literal) {
          const bool inside =
              deny.literal ? is_at_or_below(allow.path, deny.path) : covers(deny, allow.path);
          if (inside) append(out, texts(allow, Tail::everything_below));
          continue;
        }
        for (const PathGlob& glob : allow.globs) {
          if (!deny.literal) {
            if (covers(deny, sample(glob))) append(out, {text(glob, tail, allow)});
            continue;
          }
          for (const PathGlob& part : within(glob, deny.globs.front())) {
            append(out, {text(part, tail, allow)});
          }
        }
      }
    }
    return out;
  }
  std::string text(const PathGlob& glob, Tail tail, const PathReading& reading) const {
    return pattern_text(glob, tail, reading.start, import_.context);
  }

  bool strictly_inside(const PathReading& deny, const PathReading& place) const {
    if (deny.literal) return place.path != deny.path && is_at_or_below(place.path, deny.path);
    const size_t slash = place.path.rfind('/');
    return covers(deny, slash == 0 ? "/" : place.path.substr(0, slash));
  }

  std::vector<std::string> written_within(const PathReading& deny) const {
    std::vector<std::string> out;
    for (const Entry& entry : allow_write_) {
      for (const PathReading& allow : entry.readings) {
        if (allow.literal && strictly_inside(deny, allow)) {
          append(out, texts(allow, Tail::everything_below));
        }
      }
    }
    return out;
  }

  void deny_reading(const PathReading& deny) {
    auto except = opened_again(deny);
    if (!except) return;
    if (deny.literal && deny.path == "/") {
      append(*except, {"/"});
      if (os_ == Os::linux) append(*except, {"/proc/**", "/dev/**", "/sys/**"});
    }
    if (os_ == Os::linux) append(*except, written_within(deny));
    add_deny(deny, {"deny read", texts(deny, Tail::everything_below), *except, kNotRead});
  }

  // On Linux what allowRead opens within a directory that is there can be read and no more, also
  // below a place that can be written. What is not there srt does not hide, nor open.
  void read_only_within(const PathReading& deny) {
    if (os_ == Os::macos || !deny.literal ||
        import_.context.look(deny.path).kind != FileLook::Kind::directory) {
      return;
    }
    const bool below_writable = std::ranges::any_of(allow_write_, [&](const Entry& entry) {
      return std::ranges::any_of(entry.readings, [&](const PathReading& allow) {
        return allow.literal && allow.path != deny.path && is_at_or_below(deny.path, allow.path);
      });
    });
    const auto opened = opened_again(deny);
    if (!below_writable || !opened) return;
    add({"deny write", *opened, written_within(deny), "readable only (allowRead in denyRead)"});
  }

  void credentials() {
    const JsonValue& files = import_.at("/credentials/files");
    for (size_t i = 0; i < files.items.size(); ++i) {
      const JsonValue& file = files.items[i];
      const JsonValue& path = *file.find("path");
      const bool mask = file.find("mode")->text == "mask";
      if (!mask && import_.on("/filesystem/disabled")) continue;
      const std::string pointer = fmt::format("/credentials/files/{}", i);
      const Entry read = entry(pointer + "/path", path, {path.text}, PathUse::deny_read);
      for (const PathReading& deny : read.readings) {
        add_deny(deny, {"deny read",
                        texts(deny, Tail::everything_below),
                        {},
                        "credentials (credentials.files)"});
      }
      if (!mask) continue;
      import_.in_part(*file.find("mode"), pointer + "/mode",
                      "srt shows a stand-in and puts the real one into requests; here the file "
                      "cannot be read");
    }
  }

  std::vector<std::string> default_places() const {
    std::vector<std::string> out;
    if (os_ == Os::linux) {
      out = {"/dev/{null,zero,full,random,urandom,tty,ptmx,stdout,stderr}", "/dev/pts/**",
             "/dev/shm/**", "/tmp/claude/**"};
    } else {
      out = {"/dev/{stdout,stderr,null,tty,dtracehelper,autofs_nowait}", "/private/tmp/claude/**"};
      if (import_.on("/allowPty")) append(out, {"/dev/ptmx", "/dev/ttys*"});
    }
    for (const char* name : {".npm/_logs", ".claude/debug"}) {
      const std::string path = fold_path(import_.context.surroundings.home + "/" + name);
      const bool denied = std::ranges::any_of(deny_read_, [&](const Entry& entry) {
        return std::ranges::any_of(entry.readings,
                                   [&](const PathReading& deny) { return covers(deny, path); });
      });
      if (!denied) out.push_back(fmt::format("~/{}/**", name));
    }
    return out;
  }

  void allow_writing(const Entry& entry, const PathReading& allow) {
    if (!allow.literal) {
      if (os_ == Os::linux) {
        import_.in_part(
            *entry.value, entry.pointer,
            "a pattern lets nothing be written on Linux, with srt and here; it holds on macOS");
      } else {
        add({"allow write", texts(allow, Tail::none)});
      }
      return;
    }
    for (const Entry& denied : deny_read_) {
      for (const PathReading& deny : denied.readings) cannot_be_read(entry, allow, denied, deny);
    }
    for (const char* tree : {"/proc", "/sys"}) {
      if (os_ != Os::linux || !is_at_or_below(allow.path, tree)) continue;
      import_.not_carried(*entry.value, entry.pointer, "the kernel's settings cannot be written");
      return;
    }
    add({"allow write", texts(allow, Tail::everything_below)});
  }

  // What cannot be read cannot be written: a place that denyRead hides and nothing opens again.
  void cannot_be_read(const Entry& entry, const PathReading& allow, const Entry& denied,
                      const PathReading& deny) {
    if (!covers(deny, allow.path)) return;
    if (os_ == Os::linux && strictly_inside(deny, allow)) return;
    const bool opened = std::ranges::any_of(allow_read_, [&](const Entry& again) {
      return std::ranges::any_of(again.readings, [&](const PathReading& reading) {
        return covers(reading, allow.path) &&
               (!reading.literal || !deny.literal || is_at_or_below(reading.path, deny.path));
      });
    });
    if (opened) return;
    import_.in_part(
        *entry.value, entry.pointer,
        fmt::format("`{}` denies reading it, and what cannot be read cannot be written{}",
                    denied.pointer, deny.literal && deny.path == allow.path ? "" : " (on macOS)"));
  }

  void protected_names() {
    std::vector<std::string> all = {
        "$cwd/**/{.gitconfig,.gitmodules,.bashrc,.bash_profile,.zshrc,.zprofile,.profile}",
        "$cwd/**/{.ripgreprc,.mcp.json}",
        "$cwd/**/{.vscode,.idea,.claude/commands,.claude/agents,.git/hooks}/**"};
    if (!import_.on("/filesystem/allowGitConfig")) all.emplace_back("$cwd/**/.git/config");
    // On Linux srt does not look for them in packages; those at the top are protected all the same.
    if (os_ == Os::linux) {
      add({"deny write", all, {"$cwd/**/node_modules/**"}, kRunsLater});
    } else {
      add_pattern({"deny write", all, {}, kRunsLater});
    }
    // A `.git` that is a file names another directory as the repository, with its hooks.
    const std::string git = import_.context.surroundings.cwd + "/.git";
    const std::string real = resolve_links(git, true, import_.context);
    if (import_.context.look(real).kind != FileLook::Kind::directory) {
      add({"deny write", {"$cwd/.git"}, {}, kRunsLater});
    }
    protected_targets();
  }

  // What a protected name of the working directory leads to: dotfiles are links often enough.
  void protected_targets() {
    const std::string& cwd = import_.context.surroundings.cwd;
    for (const char* name : {".gitconfig", ".gitmodules", ".bashrc", ".bash_profile", ".zshrc",
                             ".zprofile", ".profile", ".ripgreprc", ".mcp.json", ".vscode", ".idea",
                             ".claude/commands", ".claude/agents", ".git/hooks", ".git/config"}) {
      if (std::string_view(name) == ".git/config" && import_.on("/filesystem/allowGitConfig"))
        continue;
      const std::string path = fmt::format("{}/{}", cwd, name);
      const std::string real = resolve_links(path, true, import_.context);
      if (real == path || real == "/") continue;
      add({"deny write",
           {pattern_text(literal_glob(real).glob, Tail::everything_below, PathReading::Start::cwd,
                         import_.context)},
           {},
           kRunsLater});
    }
  }

  void kernel_settings() {
    if (os_ == Os::macos) return;
    for (const char* tree : {"/proc", "/sys"}) {
      const bool writable = std::ranges::any_of(allow_write_, [&](const Entry& entry) {
        return std::ranges::any_of(entry.readings, [&](const PathReading& allow) {
          return allow.literal && is_at_or_below(tree, allow.path);
        });
      });
      if (writable) add({"deny write", {fmt::format("{}/**", tree)}, {}, kKernel});
    }
  }

  SrtImport& import_;
  Os os_;
  std::vector<Entry> deny_read_;
  std::vector<Entry> allow_read_;
  std::vector<Entry> allow_write_;
  std::vector<Entry> deny_write_;
};

}  // namespace

void import_srt_files(SrtImport& import) {
  Files on_linux(import, Os::linux);
  Files on_macos(import, Os::macos);
  if (import.on("/filesystem/disabled")) {
    import.draft.section("# Files are not held (filesystem.disabled).\n");
    on_linux.everything();
    on_macos.everything();
  } else {
    import.draft.section(
        "# Reading: everything but denyRead; allowRead opens parts of that again.\n");
    on_linux.reading();
    on_macos.reading();
    import.draft.section(
        "# Writing: allowWrite, and a few places that srt adds; denyWrite wins.\n");
    on_linux.writing();
    on_macos.writing();
  }
  import.draft.section("# Running: whatever can be read.\n");
  import.draft.add({"allow exec", { "/**" }});
  import.draft.add(Os::linux,
                   {"deny exec", {"/proc/**"}, {}, "the table of processes holds no programs"});
}

}  // namespace sbxc::import
