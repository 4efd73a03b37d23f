#include "compiler/ast/print.h"

#include "compiler/ast/quote.h"

namespace sbxc::ast {

namespace {

std::string shown(const Word& word) { return word.quoted ? '"' + word.text + '"' : word.text; }

class Printer {
 public:
  explicit Printer(Spans spans) : spans_(spans) {}

  std::string take() { return std::move(out_); }

  void line(std::string_view text, Span span) {
    out_.append(2 * depth_, ' ');
    out_ += text;
    if (spans_ == Spans::shown) {
      out_ += " @" + std::to_string(span.begin) + '-' + std::to_string(span.end);
    }
    out_ += '\n';
  }

  void operator()(const PolicyName& policy) {
    line("policy", policy.span);
    const Indent indent(depth_);
    line("name " + shown(policy.name), policy.name.span);
    text("description", policy.description);
  }
  void operator()(const Use& use) {
    line("use", use.span);
    const Indent indent(depth_);
    line("target " + shown(use.target), use.target.span);
    for (const Use::Except& except : use.except) {
      if (!except.operation) {
        item("except", except.pattern);
        continue;
      }
      const Span pattern = std::visit([](const auto& one) { return one.span; }, except.pattern);
      line("except", {pattern.file, except.operation->span.begin, pattern.end});
      const Indent deeper(depth_);
      line("operation " + shown(*except.operation), except.operation->span);
      item("pattern", except.pattern);
    }
  }
  void operator()(const Param& param) {
    line("param", param.span);
    const Indent indent(depth_);
    line("name " + shown(param.name), param.name.span);
    if (param.value) line("value " + shown(*param.value), param.value->span);
  }
  void operator()(const Let& let) {
    line("let", let.span);
    const Indent indent(depth_);
    line("name " + shown(let.name), let.name.span);
    items("pattern", let.items);
    text("hosts", let.hosts);
  }
  void operator()(const Rule& rule) {
    line("rule " + shown(rule.effect) + ' ' + shown(rule.operation), rule.span);
    const Indent indent(depth_);
    items("pattern", rule.patterns);
    items("except", rule.except);
    text("because", rule.because);
    text("accept widened", rule.accept_widened);
  }
  void operator()(const SetEnv& set) {
    line("set env", set.span);
    const Indent indent(depth_);
    line("name " + shown(set.name), set.name.span);
    text("value", set.value);
  }
  void operator()(const Limits& limits) {
    line("limit", limits.span);
    const Indent indent(depth_);
    for (const LimitItem& one : limits.items) {
      line(shown(one.name) + ' ' + shown(one.value), one.span);
    }
  }
  void operator()(const Assert& assertion) {
    std::string head = "assert " + shown(assertion.what);
    if (assertion.operation) head += ' ' + shown(*assertion.operation);
    line(head, assertion.span);
    const Indent indent(depth_);
    items("pattern", assertion.patterns);
    text("baseline", assertion.baseline);
  }
  void operator()(const Test& test) {
    line("test " + quote(test.name.value), test.span);
    const Indent indent(depth_);
    for (const TestLine& one : test.lines) {
      line(shown(one.effect) + ' ' + shown(one.operation), one.span);
      const Indent deeper(depth_);
      for (const Word& request : one.requests) line("request " + shown(request), request.span);
      text("because", one.because);
    }
  }
  void operator()(const OnOs& on) {
    line("on " + shown(on.os), on.span);
    const Indent indent(depth_);
    for (const Statement& statement : on.body) std::visit(*this, statement);
  }

 private:
  struct Indent {
    explicit Indent(size_t& counter) : depth(counter) { ++depth; }
    ~Indent() { --depth; }
    Indent(const Indent&) = delete;
    Indent& operator=(const Indent&) = delete;
    size_t& depth;
  };

  void text(std::string_view role, const std::optional<Text>& value) {
    if (value) text(role, *value);
  }
  void text(std::string_view role, const Text& value) {
    line(std::string(role) + ' ' + quote(value.value), value.span);
  }

  void item(std::string_view role, const Item& one) {
    if (const Word* word = std::get_if<Word>(&one)) {
      line(std::string(role) + ' ' + shown(*word), word->span);
      return;
    }
    const Set& set = std::get<Set>(one);
    line(std::string(role) + " set", set.span);
    const Indent indent(depth_);
    for (const Word& word : set.patterns) line("pattern " + shown(word), word.span);
  }
  void items(std::string_view role, const std::vector<Item>& all) {
    for (const Item& one : all) item(role, one);
  }

  Spans spans_;
  std::string out_;
  size_t depth_ = 0;
};

}  // namespace

std::string print(const File& file, Spans spans) {
  Printer printer(spans);
  if (file.version) printer.line("sbx " + file.version->text, file.version->span);
  for (const Statement& statement : file.statements) std::visit(printer, statement);
  return printer.take();
}

}  // namespace sbxc::ast
