// Numbers are LEB128 (DWARF 5, 7.6). A word's or text's length carries two bits: quoted, and
// whether its characters follow because they are not those of the source (escapes).
#include "compiler/ast/stored.h"

#include <type_traits>
#include <utility>

#include "compiler/ast/stored_fields.h"

namespace sbxc::ast {

namespace {

constexpr size_t kQuoted = 1;
constexpr size_t kOwnCharacters = 2;

std::string_view between(std::string_view text, Span span, size_t quotes) {
  return text.substr(span.begin + quotes, span.end - span.begin - 2 * quotes);
}

// Makes the variant hold its alternative of this index, empty.
template <class Variant, size_t I = 0>
void make_alternative(size_t index, Variant& variant) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (index == I) {
      variant.template emplace<I>();
    } else {
      make_alternative<Variant, I + 1>(index, variant);
    }
  }
}

class Storing {
 public:
  explicit Storing(std::string_view text) : text_(text) {}

  void operator()(const auto&... nodes) { (one(nodes), ...); }

  std::string take() { return std::move(bytes_); }

 private:
  void number(size_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(0x80 | (value & 0x7f));
    bytes_ += static_cast<char>(value);
  }

  void characters(Span span, bool quoted, const std::string& value) {
    const size_t length = span.end - span.begin;
    const bool own = (quoted && length < 2) || between(text_, span, quoted ? 1 : 0) != value;
    number(span.begin);
    number(length << 2 | (own ? kOwnCharacters : 0) | (quoted ? kQuoted : 0));
    if (!own) return;
    number(value.size());
    bytes_ += value;
  }

  void one(Span span) {
    number(span.begin);
    number(span.end - span.begin);
  }
  void one(bool value) { number(value ? 1 : 0); }
  void one(const Word& word) { characters(word.span, word.quoted, word.text); }
  void one(const Text& text) { characters(text.span, true, text.value); }
  template <class T>
  void one(const std::vector<T>& nodes) {
    number(nodes.size());
    for (const T& node : nodes) one(node);
  }
  template <class T>
  void one(const std::optional<T>& node) {
    one(node.has_value());
    if (node) one(*node);
  }
  template <class... T>
  void one(const std::variant<T...>& node) {
    number(node.index());
    std::visit([this](const auto& is) { this->one(is); }, node);
  }
  void one(const auto& node) { fields(*this, node); }

  std::string bytes_;
  std::string_view text_;
};

class Restoring {
 public:
  Restoring(std::string_view bytes, FileId id, std::string_view text)
      : bytes_(bytes), id_(id), text_(text) {}

  void operator()(auto&... nodes) { (one(nodes), ...); }

  bool good() const { return good_ && bytes_.empty(); }

 private:
  size_t number() {
    size_t value = 0;
    for (unsigned shift = 0; shift < 63 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    good_ = false;
    return 0;
  }

  Span span(size_t begin, size_t length) {
    if (begin > text_.size() || length > text_.size() - begin) {
      good_ = false;
      return {id_, 0, 0};
    }
    return {id_, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + length)};
  }

  // Returns whether it was quoted.
  bool characters(Span& where, std::string& value) {
    const size_t begin = number();
    const size_t length = number();
    where = span(begin, length >> 2);
    const bool quoted = (length & kQuoted) != 0;
    if ((length & kOwnCharacters) != 0) {
      const size_t size = number();
      if (size > bytes_.size()) {
        good_ = false;
      } else {
        value = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
      }
    } else if (quoted && where.end - where.begin < 2) {
      good_ = false;
    } else {
      value = between(text_, where, quoted ? 1 : 0);
    }
    return quoted;
  }

  void one(Span& node) {
    const size_t begin = number();
    node = span(begin, number());
  }
  void one(bool& value) { value = number() == 1; }
  void one(Word& word) { word.quoted = characters(word.span, word.text); }
  void one(Text& text) { good_ &= characters(text.span, text.value); }
  template <class T>
  void one(std::vector<T>& nodes) {
    const size_t count = number();
    if (count > bytes_.size()) {  // each takes a byte at least
      good_ = false;
      return;
    }
    nodes.resize(count);
    for (T& node : nodes) {
      if (good_) one(node);
    }
  }
  template <class T>
  void one(std::optional<T>& node) {
    bool there = false;
    one(there);
    if (there && good_) one(node.emplace());
  }
  template <class... T>
  void one(std::variant<T...>& node) {
    const size_t index = number();
    if (index >= sizeof...(T)) {
      good_ = false;
      return;
    }
    make_alternative(index, node);
    std::visit([this](auto& is) { this->one(is); }, node);
  }
  void one(OnOs& block) {  // none stands in another: nothing else could nest without end
    good_ &= !inside_block_;
    if (!good_) return;
    inside_block_ = true;
    fields(*this, block);
    inside_block_ = false;
  }
  void one(auto& node) { fields(*this, node); }

  std::string_view bytes_;
  FileId id_;
  std::string_view text_;
  bool good_ = true;
  bool inside_block_ = false;
};

}  // namespace

std::string store(const File& file, std::string_view text) {
  Storing storing(text);
  storing(file);
  return storing.take();
}

std::optional<File> restore(std::string_view bytes, FileId id, std::string_view text) {
  std::optional<File> file(std::in_place);
  file->id = id;
  Restoring restoring(bytes, id, text);
  restoring(*file);
  if (!restoring.good()) file.reset();
  return file;
}

}  // namespace sbxc::ast
