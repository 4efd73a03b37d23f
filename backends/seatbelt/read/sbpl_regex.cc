// A regular expression as a non-deterministic automaton, built by recursive descent and simulated
// with a set of live nodes (Thompson 1968): linear in the text, no backtracking.
//
// Anchors are nodes that let a thread through at the right place, so that `($|/)` works inside a
// group. Everything the dialect is not known to have is refused rather than guessed at.
//
// Reference: the opcodes recovered by sandblaster (reverse-sandbox/regex_parser_v3.py): character,
// any, begin, end, class, forward and backward jump, accept.
#include "backends/seatbelt/read/sbpl_regex.h"

#include <optional>

namespace sbxc::sbpl {

class RegexCompiler {
 public:
  RegexCompiler(std::string_view pattern, BackslashInClass backslash)
      : text_(pattern), backslash_(backslash) {}

  tl::expected<Regex, RegexError> run() {
    const Piece whole = alternatives();
    if (!error_ && at_ < text_.size()) refuse("unbalanced `)`");
    if (error_) return tl::unexpected(*error_);
    patch(whole.open, add({.kind = Regex::Kind::accept}));
    out_.start_ = whole.start;
    return std::move(out_);
  }

 private:
  // A part with one way in and loose ends: (node << 1 | other) of every edge still to be set.
  struct Piece {
    uint32_t start = 0;
    std::vector<uint64_t> open;
  };

  uint32_t add(Regex::Node node) {
    if (out_.nodes_.size() >= kMaxRegexNodes) give_up("too large");
    out_.nodes_.push_back(node);
    return static_cast<uint32_t>(out_.nodes_.size() - 1);
  }
  void patch(const std::vector<uint64_t>& edges, uint32_t target) {
    for (const uint64_t edge : edges) {
      Regex::Node& node = out_.nodes_[edge >> 1];
      ((edge & 1) != 0 ? node.other : node.next) = target;
    }
  }
  Piece single(Regex::Node node) {
    const uint32_t id = add(node);
    return {.start = id, .open = {uint64_t{id} << 1}};
  }
  bool more() const { return !error_ && at_ < text_.size(); }

  void refuse(std::string message) { error_ = RegexError{std::move(message)}; }
  void give_up(std::string message) {
    error_ = RegexError{std::move(message), Refusal::not_understood};
  }

  Piece alternatives() {
    if (++depth_ > kMaxRegexNesting) give_up("nested too deeply");
    Piece left = sequence();
    while (more() && text_[at_] == '|') {
      ++at_;
      Piece right = sequence();
      const uint32_t split =
          add({.kind = Regex::Kind::split, .next = left.start, .other = right.start});
      left.start = split;
      left.open.insert(left.open.end(), right.open.begin(), right.open.end());
    }
    --depth_;
    return left;
  }

  Piece sequence() {
    std::optional<Piece> all;
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      Piece next = repeated();
      if (!all) {
        all = std::move(next);
      } else {
        patch(all->open, next.start);
        all->open = std::move(next.open);
      }
    }
    return all ? std::move(*all) : single({.kind = Regex::Kind::jump});
  }

  Piece repeated() {
    Piece piece = atom();
    size_t quantifiers = 0;
    while (more() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '?')) {
      if (++quantifiers > 1) {
        give_up("two quantifiers in a row");
        break;
      }
      piece = quantified(std::move(piece), text_[at_++]);
    }
    if (more() && text_[at_] == '{') give_up("`{n}` is not part of the dialect");
    return piece;
  }

  Piece quantified(Piece piece, char quantifier) {
    const uint32_t split = add({.kind = Regex::Kind::split, .next = piece.start});
    const uint64_t out = (uint64_t{split} << 1) | 1;
    if (quantifier == '?') {
      piece.open.push_back(out);
      return {.start = split, .open = std::move(piece.open)};
    }
    patch(piece.open, split);
    return {.start = quantifier == '*' ? split : piece.start, .open = {out}};
  }

  Piece atom() {
    const char c = text_[at_++];
    switch (c) {
      case '(': {
        if (more() && text_[at_] == '?') refuse("`(?` is not part of the dialect");
        Piece inner = alternatives();
        if (!more() || text_[at_] != ')') {
          if (!error_) refuse("unbalanced `(`");
          return inner;
        }
        ++at_;
        return inner;
      }
      case '[':
        return byte_class();
      case '.':
        return single({.kind = Regex::Kind::bytes, .bytes = std::bitset<256>().set()});
      case '^':
        return single({.kind = Regex::Kind::begin});
      case '$':
        return single({.kind = Regex::Kind::end});
      case '\\':
        return escaped();
      case '*':
      case '+':
      case '?':
        refuse("a quantifier with nothing before it");
        return single({.kind = Regex::Kind::jump});
      case '{':
        give_up("`{n}` is not part of the dialect");
        return single({.kind = Regex::Kind::jump});
      default:
        return byte(c);
    }
  }

  Piece byte(char c) {
    std::bitset<256> set;
    set.set(static_cast<unsigned char>(c));
    return single({.kind = Regex::Kind::bytes, .bytes = set});
  }

  Piece escaped() {
    if (at_ >= text_.size()) {
      refuse("a backslash at the end");
      return byte('\\');
    }
    const char c = text_[at_++];
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    const std::string message = std::string("`\\") + c + "` is not part of the dialect";
    if (c >= '0' && c <= '9') {
      refuse(message);
    } else if (letter || static_cast<signed char>(c) <= ' ') {
      give_up(message);
    }
    return byte(c);
  }

  Piece byte_class() {
    const bool negated = more() && text_[at_] == '^';
    if (negated) ++at_;
    std::bitset<256> set;
    bool first = true;
    while (true) {
      if (at_ >= text_.size()) {
        refuse("unbalanced `[`");
        return byte('[');
      }
      unsigned char low = static_cast<unsigned char>(text_[at_++]);
      if (low == ']' && !first) break;
      first = false;
      if (low == '[' && at_ < text_.size() && text_[at_] == ':') give_up("no named classes");
      if (low == '\\' && quoted_member(set)) continue;
      unsigned char high = low;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        high = static_cast<unsigned char>(text_[at_ + 1]);
        at_ += 2;
        if (high < low) refuse("a range that runs backwards");
      }
      for (unsigned b = low; b <= high; ++b) set.set(b);
    }
    return single({.kind = Regex::Kind::bytes, .bytes = negated ? ~set : set});
  }

  // Behind a backslash in a class. True when what it quotes is in `set` now.
  bool quoted_member(std::bitset<256>& set) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '\\') {  // doubled it is one backslash either way
      ++at_;
      set.set('\\');
      return true;
    }
    const auto is_letter = [](unsigned b) { return (b | 0x20) >= 'a' && (b | 0x20) <= 'z'; };
    const auto is_digit = [](unsigned b) { return b >= '0' && b <= '9'; };
    const bool word = c == 'w';
    if (!word && c != 'd' &&
        (c == ']' || is_letter(static_cast<unsigned char>(c)) ||
         is_digit(static_cast<unsigned char>(c)))) {
      give_up(std::string("`\\") + c + "` in a class");
      return false;
    }
    out_.ambiguous_ = true;
    if (backslash_ == BackslashInClass::is_member) return false;
    ++at_;
    if (!word && c != 'd') {
      set.set(static_cast<unsigned char>(c));
      return true;
    }
    for (unsigned b = 0; b < 128; ++b) {
      if (is_digit(b) || (word && (is_letter(b) || b == '_'))) set.set(b);
    }
    return true;
  }

  std::string_view text_;
  BackslashInClass backslash_;
  size_t at_ = 0;
  size_t depth_ = 0;
  std::optional<RegexError> error_;
  Regex out_;
};

tl::expected<Regex, RegexError> Regex::compile(std::string_view pattern,
                                               BackslashInClass backslash) {
  return RegexCompiler(pattern, backslash).run();
}

// Adds every node reachable without reading a byte; an explicit stack, for patterns can be long.
void Regex::follow(std::vector<uint32_t>& reached, std::vector<bool>& seen, uint32_t node,
                   bool at_begin, bool at_end) const {
  std::vector<uint32_t> pending{node};
  while (!pending.empty()) {
    const uint32_t id = pending.back();
    pending.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    switch (const Node& n = nodes_[id]; n.kind) {
      case Kind::split:
        pending.push_back(n.other);
        pending.push_back(n.next);
        break;
      case Kind::jump:
        pending.push_back(n.next);
        break;
      case Kind::begin:
        if (at_begin) pending.push_back(n.next);
        break;
      case Kind::end:
        if (at_end) pending.push_back(n.next);
        break;
      case Kind::bytes:
      case Kind::accept:
        reached.push_back(id);
        break;
    }
  }
}

bool Regex::search(std::string_view text) const {
  std::vector<uint32_t> live;
  for (size_t at = 0; at <= text.size(); ++at) {
    std::vector<uint32_t> here;
    std::vector<bool> seen(nodes_.size(), false);
    const bool at_end = at == text.size();
    for (const uint32_t id : live) follow(here, seen, id, at == 0, at_end);
    follow(here, seen, start_, at == 0, at_end);
    live.clear();
    for (const uint32_t id : here) {
      const Node& node = nodes_[id];
      if (node.kind == Kind::accept) return true;
      if (!at_end && node.bytes.test(static_cast<unsigned char>(text[at]))) {
        live.push_back(node.next);
      }
    }
  }
  return false;
}

}  // namespace sbxc::sbpl
