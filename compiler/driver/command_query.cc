// `sbxc query`: every request of an operation that a policy allows, inside a pattern, as globs a
// person would write, with the rules behind it. `who can write ~/.ssh/**` and `write ~/.ssh/**` are
// the same question.
#include <fmt/format.h>

#include <algorithm>

#include "backends/target/json_writer.h"
#include "compiler/decisions/over_budget.h"
#include "compiler/decisions/systems.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/load.h"
#include "compiler/driver/rule_text.h"
#include "compiler/explain/query.h"

namespace sbxc::driver {

namespace {

struct Question {
  Operation operation{};
  std::vector<Pattern> within;
  std::string words;  // `write /home/you/.ssh/**`
};

Diagnostic misunderstood(std::string message) {
  return {.kind = Kind::bad_question,
          .span = {},
          .message = std::move(message),
          .help =
              "write `sbxc query write policy.sbx`, or `sbxc query who can write '~/**' "
              "policy.sbx`"};
}

// `words` without the policy at the end.
Result<Question> question_of(std::vector<std::string> words, const Surroundings& surroundings) {
  if (words.size() > 2 && (words[0] == "who" || words[0] == "what") && words[1] == "can") {
    words.erase(words.begin(), words.begin() + 2);
  }
  if (words.empty()) return tl::unexpected(misunderstood("an operation to ask about is missing"));
  const auto operation = operation_named(words[0]);
  if (!operation) {
    return tl::unexpected(misunderstood(fmt::format("`{}` is no operation", printable(words[0]))));
  }
  Question question{.operation = *operation, .within = {}, .words = words[0]};
  for (size_t i = 1; i < words.size(); ++i) {
    auto pattern = parse_question_pattern(*operation, words[i], surroundings);
    if (!pattern) return tl::unexpected(std::move(pattern.error()));
    question.within.push_back(std::move(*pattern));
    question.words += " " + words[i];
  }
  return question;
}

std::string_view word_of(Effect verdict) {
  return verdict == Effect::ask ? "asked about" : "allowed";
}

// At most so many lines; JSON has them all.
constexpr size_t kGlobsShown = 16;

void add_globs(std::string& out, std::string_view indent, const std::vector<std::string>& globs) {
  for (size_t i = 0; i < std::min(kGlobsShown, globs.size()); ++i) {
    out += fmt::format("{}{}\n", indent, printable(globs[i]));
  }
  if (globs.size() > kGlobsShown) {
    out += fmt::format("{}and {} more\n", indent, globs.size() - kGlobsShown);
  }
}

std::string set_text(const QuerySet& set) {
  if (set.requests.empty()) return fmt::format("  {}: nothing\n", word_of(set.verdict));
  const automata::GlobSet& patterns = set.requests.patterns;
  std::string out =
      fmt::format("  {}{}:\n", word_of(set.verdict), patterns.complete ? "" : ", at least");
  add_globs(out, "    ", patterns.globs);
  add_globs(out, "      except ", patterns.except);
  for (const automata::GlobPart& also : patterns.also) {
    add_globs(out, "    ", also.globs);
    add_globs(out, "      except ", also.except);
  }
  out +=
      fmt::format("    for example {}\n", printable(set.requests.witnesses.front().request.text()));
  return out;
}

std::string answer_text(const Loaded& loaded, const Question& question,
                        const std::vector<QueryAnswer>& answers) {
  std::string out;
  for (const QueryAnswer& answer : answers) {
    const std::string where = answers.size() == 1 ? "" : fmt::format(" on {}", name_of(answer.os));
    out += fmt::format("{}{}{}\n", out.empty() ? "" : "\n", printable(question.words), where);
    for (const QuerySet& set : answer.sets) out += set_text(set);
    if (!answer.granting.empty()) out += "granted by:\n";
    for (const RuleId rule : answer.granting) {
      out += rule_lines(*loaded.policy, loaded.sources, rule);
    }
    if (!answer.taking_away.empty()) out += "less what these take away:\n";
    for (const RuleId rule : answer.taking_away) {
      out += rule_lines(*loaded.policy, loaded.sources, rule);
    }
  }
  return out;
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).list();
  for (const std::string& text : texts) json.text(text);
  json.close();
}

void write_set(JsonWriter& json, const QuerySet& set) {
  json.object();
  json.member("verdict", name_of(set.verdict));
  json.member("complete", set.requests.patterns.complete);
  write_texts(json, "patterns", set.requests.patterns.globs);
  write_texts(json, "except", set.requests.patterns.except);
  json.key("also").list();
  for (const automata::GlobPart& part : set.requests.patterns.also) {
    json.object();
    write_texts(json, "patterns", part.globs);
    write_texts(json, "except", part.except);
    json.close();
  }
  json.close();
  json.key("examples").list();
  for (const Witness& witness : set.requests.witnesses) json.text(witness.request.text());
  json.close();
  json.close();
}

std::string answer_json(const Loaded& loaded, const Question& question,
                        const std::vector<QueryAnswer>& answers) {
  JsonWriter json;
  json.member("format", "sbxc-query");
  json.member("version", uint32_t{1});
  json.member("operation", name_of(question.operation));
  json.member("question", question.words);
  json.table("systems");
  for (const QueryAnswer& answer : answers) {
    json.object(JsonLayout::lines);
    json.member("os", answers.size() == 1 ? "both" : name_of(answer.os));
    json.table("sets");
    for (const QuerySet& set : answer.sets) write_set(json, set);
    json.close();
    json.table("granting");
    for (const RuleId rule : answer.granting)
      write_rule(json, *loaded.policy, loaded.sources, rule);
    json.close();
    json.table("taking_away");
    for (const RuleId rule : answer.taking_away) {
      write_rule(json, *loaded.policy, loaded.sources, rule);
    }
    json.close();
    json.close();
  }
  json.close();
  return std::move(json).finish();
}

bool same(const QueryAnswer& a, const QueryAnswer& b) {
  if (a.granting != b.granting || a.taking_away != b.taking_away) return false;
  return std::equal(a.sets.begin(), a.sets.end(), b.sets.begin(), b.sets.end(),
                    [](const QuerySet& one, const QuerySet& other) {
                      const auto& p = one.requests.patterns;
                      const auto& q = other.requests.patterns;
                      return one.verdict == other.verdict && p.globs == q.globs &&
                             p.except == q.except && p.also == q.also;
                    });
}

}  // namespace

Exit run_query(const QueryOptions& options, Console& console) {
  const Loaded loaded = load_policy({options.words.back(), options.defines});
  if (!loaded.policy) {
    console.err(render(loaded.diagnostics, loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  const auto question =
      question_of({options.words.begin(), options.words.end() - 1}, loaded.resolve.surroundings);
  if (!question) {
    console.err(render(question.error(), loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  std::vector<QueryAnswer> answers;
  const bool alike = Systems(*loaded.policy).are_alike(question->operation);
  for (const Os os : kEverySystem) {
    if (options.os != "both" && options.os != name_of(os)) continue;
    if (alike && !answers.empty()) continue;
    auto answer = query(*loaded.policy, os, question->operation, question->within);
    if (!answer) {
      const Diagnostic d = over_budget(*loaded.policy, answer.error());
      console.err(render(d, loaded.sources, console.render_options()));
      return Exit::over_budget;
    }
    if (answers.empty() || !same(answers.front(), *answer)) answers.push_back(std::move(*answer));
  }
  console.out(options.format == "json" ? answer_json(loaded, *question, answers)
                                       : answer_text(loaded, *question, answers));
  return Exit::holds;
}

}  // namespace sbxc::driver
