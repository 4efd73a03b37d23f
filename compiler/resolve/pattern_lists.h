// Lists of patterns as statements have them: words, sets in braces, and names of sets, unfolded
// into typed patterns of the statement's operation.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "compiler/resolve/list_files.h"
#include "compiler/resolve/variables.h"

namespace sbxc {

inline constexpr size_t kMaxPatterns = 200'000;  // of a whole policy, sets unfolded

struct ListContext {
  Operation operation{};
  UnitId unit{};
  Unset unset = Unset::is_error;
};

Result<Pattern> parse_pattern(Operation operation, const PatternText& text);
TextUse text_use_of(Operation operation);

class PatternLists {
 public:
  PatternLists(const Scope& scope, const Variables& variables, const ListFiles& lists,
               Session& session)
      : scope_(scope), variables_(variables), lists_(lists), session_(session) {}

  // Adds the patterns of `items` to `out`; what is wrong is reported and left out.
  void unfold(const std::vector<ast::Item>& items, const ListContext& context,
              std::vector<Pattern>& out);
  void unfold(const ast::Item& item, const ListContext& context, std::vector<Pattern>& out);
  // Counts patterns against kMaxPatterns; false, and one error, when there are too many.
  bool spend(size_t patterns, Span span);
  // Whether something was left out since this was last asked.
  bool take_left_out() { return std::exchange(left_out_, false); }

 private:
  struct Via {  // how a word was reached: the set it stands in, named at `use`
    const Declaration* set = nullptr;
    Span use;
  };
  void add_word(const ast::Word& word, const ListContext& context, const Via& via,
                std::vector<Pattern>& out);
  void unfold_set(const Declaration& set, const ast::Word& use, const ListContext& context,
                  std::vector<Pattern>& out);
  void add_list(const Declaration& let, Span use, const ListContext& context,
                std::vector<Pattern>& out);
  bool is_ports_on_set(const ast::Word& word, const ListContext& context);
  void warn_like_a_set(const ast::Word& word, const ListContext& context);
  void report_unfit(Diagnostic problem, const ast::Word& word, const ListContext& context,
                    const Via& via);

  const Scope& scope_;
  const Variables& variables_;
  const ListFiles& lists_;
  Session& session_;
  size_t spent_ = 0;
  bool over_ = false;
  bool left_out_ = false;
};

// Reports sets that name each other in a loop; true when there are none.
bool check_set_loops(const Scope& scope, Session& session);

}  // namespace sbxc
