// A name is the texts of its atoms, each the shortest that it can be. One atom at a time is made
// longer, shorter or other, so that what differs is known by its place.
#include <fmt/format.h>

#include "compiler/boundaries/edge.h"

namespace sbxc {

namespace {

constexpr std::string_view kReadable =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

// A readable byte that is in the set or is not; nothing where there is none.
std::string byte_where(const ByteSet& set, bool member) {
  for (const char c : kReadable) {
    if (set.test(static_cast<unsigned char>(c)) == member) return {c};
  }
  for (size_t i = 1; i < set.size(); ++i) {
    if (i != '/' && set.test(i) == member) return {static_cast<char>(i)};
  }
  return {};
}

std::string shortest_of(const NameAtom& atom) {
  if (const auto* literal = std::get_if<Literal>(&atom)) return literal->bytes;
  if (const auto* set = std::get_if<ByteSet>(&atom)) return byte_where(*set, true);
  return {};
}

class NameEdges {
 public:
  explicit NameEdges(const NameGlob& glob) : glob_(glob) {
    for (const NameAtom& atom : glob.atoms) parts_.push_back(shortest_of(atom));
    if (is_name(whole())) return;
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (!std::holds_alternative<AnyRun>(glob.atoms[i])) continue;
      parts_[i] = "a";
      return;
    }
  }

  std::vector<TextEdge> run() && {
    add(whole(), "itself");
    for (size_t i = 0; i < parts_.size(); ++i)
      std::visit([&](const auto& a) { at(i, a); }, glob_.atoms[i]);
    add(whole() + "x", "longer");
    if (std::holds_alternative<AnyRun>(glob_.atoms.front())) return std::move(out_);
    if (parts_.size() > 1) add("x" + whole(), "longer at its beginning");
    return std::move(out_);
  }

 private:
  std::string whole() const {
    std::string out;
    for (const std::string& part : parts_) out += part;
    return out;
  }
  static bool is_name(std::string_view name) {
    return !name.empty() && name != "." && name != "..";
  }
  void add(std::string name, std::string where) {
    if (!is_name(name)) return;
    out_.push_back({std::move(name), std::move(where)});
  }
  void with(size_t i, std::string part, const std::string& where) {
    std::swap(parts_[i], part);
    add(whole(), where);
    std::swap(parts_[i], part);
  }

  void at(size_t i, const Literal& literal) {
    with(i, literal.bytes.substr(0, literal.bytes.size() - 1), "shorter");
    if (i == 0 && parts_.size() > 1) with(i, literal.bytes.substr(1), "shorter at its beginning");
  }
  void at(size_t i, const AnyRun&) {
    with(i, "ab", "at `*`");
    with(i, "a/b", "a `/` at `*`");
  }
  void at(size_t i, const ByteSet& set) {
    const std::string where = fmt::format("at `{}`", NameGlob{{set}}.text());
    const std::string other = byte_where(set, false);
    if (!other.empty()) with(i, other, where);
    with(i, "", where);
    with(i, parts_[i] + parts_[i], where);
  }

  const NameGlob& glob_;
  std::vector<std::string> parts_;
  std::vector<TextEdge> out_;
};

}  // namespace

std::vector<TextEdge> name_edges(const NameGlob& glob) { return NameEdges(glob).run(); }

}  // namespace sbxc
