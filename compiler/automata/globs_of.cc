// The parts: word_set.h (sets of words as minimal automata), components.h (the automaton seen name
// by name), name_walk.h and glob_guesses.h (what might describe it), glob_cover.h (which guesses
// do), glob_polish.h (the same in fewer words). `complete` does not rest on any of them: an
// automaton is made of the globs that are returned, and compared.
#include "compiler/automata/globs_of.h"

#include "compiler/automata/glob_cover.h"
#include "compiler/automata/glob_polish.h"

namespace sbxc::automata {

namespace {

// As text, as far as there is room.
std::vector<GlobPart> write(const std::vector<GlobRule>& rules, size_t at_most, bool* all) {
  std::vector<GlobPart> parts;
  size_t room = at_most;
  for (const GlobRule& rule : rules) {
    GlobPart part{write_globs(rule.globs, room), write_globs(rule.except, at_most)};
    if (part.except.size() > at_most || room == 0) {
      *all = false;
      continue;
    }
    if (part.globs.size() > room) {
      *all = false;
      part.globs.resize(room);
    }
    room -= part.globs.size();
    parts.push_back(std::move(part));
  }
  return parts;
}

GlobSet globs_of(const Dfa& dfa, const Wanted& wanted, GlobKind kind, size_t at_most) {
  constexpr size_t kChosen = 4;  // globs looked for, times those that fit: braces may join them
  GlobSet set;
  const std::optional<WordSet> words = words_of(dfa, wanted, kind);
  if (!words) {
    set.complete = false;
    return set;
  }
  if (no_words(*words)) return set;
  const Cover found = cover(*words, kind, kChosen * at_most);
  SetSearch polishing(kind, 25'000);
  const std::vector<GlobRule> rules = polish(found.rules, polishing);
  set.complete = found.complete && words_of(rules, kind) == words;
  for (GlobPart& part : write(rules, at_most, &set.complete)) {
    if (set.globs.empty()) {
      set.globs = std::move(part.globs);
      set.except = std::move(part.except);
    } else {
      set.also.push_back(std::move(part));
    }
  }
  return set;
}

void append_list(std::string& out, const std::vector<std::string>& globs) {
  for (size_t i = 0; i < globs.size(); ++i) {
    if (i > 0) out += ", ";
    out += "`" + globs[i] + "`";
  }
}

void append_part(std::string& out, const GlobPart& part) {
  append_list(out, part.globs);
  if (part.except.empty()) return;
  out += " except ";
  append_list(out, part.except);
}

}  // namespace

GlobSet path_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most) {
  return globs_of(dfa, wanted, GlobKind::path, at_most);
}

GlobSet name_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most) {
  return globs_of(dfa, wanted, GlobKind::name, at_most);
}

GlobSet socket_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most) {
  GlobSet paths = globs_of(dfa, wanted, GlobKind::path, at_most);
  size_t room = at_most - paths.globs.size();
  for (const GlobPart& part : paths.also) room -= part.globs.size();
  GlobSet names = globs_of(dfa, wanted, GlobKind::abstract, room);
  paths.complete = paths.complete && names.complete;
  if (paths.globs.empty()) {
    paths.globs = std::move(names.globs);
    paths.except = std::move(names.except);
  } else if (names.except.empty() && paths.except.empty()) {
    for (std::string& name : names.globs) paths.globs.push_back(std::move(name));
  } else if (!names.globs.empty()) {
    paths.also.push_back({std::move(names.globs), std::move(names.except)});
  }
  for (GlobPart& part : names.also) paths.also.push_back(std::move(part));
  return paths;
}

std::string in_words(const GlobSet& set) {
  std::string out = set.complete ? "" : "at least ";
  append_part(out, {set.globs, set.except});
  for (const GlobPart& part : set.also) {
    out += ", and ";
    append_part(out, part);
  }
  return out;
}

}  // namespace sbxc::automata
