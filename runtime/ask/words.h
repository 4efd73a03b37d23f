// What is said to a person and to a program, and what a person's answer means. Nothing that comes
// from a command or a table reaches a terminal as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/ask/ask.h"

namespace sbxc::ask {

enum class Word : char { once = 'o', this_run = 'r', always = 'a', no = 'n', unclear = '?' };

// `once`, `run`, `this run`, `always`, `no`, or their first letters; in any case of letters. Takes
// no memory.
Word word_of(std::string_view line);

// What a policy says to allow it without asking, a line each.
using Always = std::vector<std::string>;
Always always_of(const Options& options, const Question& question);

// The question with the choices, to stand before the answer.
std::string question_text(const Question& question);
// What `always` prints.
std::string always_text(const Always& always);
// One line (docs/formats.md).
std::string question_json(const Question& question, const Always& always);

// `example.com:443`, `[::1]:443`
std::string host_and_port(const Question& question);

}  // namespace sbxc::ask
