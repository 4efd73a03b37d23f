// Fields one after another, each with its length before it: what commands have written is in them.
#include "conformance/requests/trials_bytes.h"

#include <charconv>

namespace sbxc::conform {

namespace {

class Writing {
 public:
  void put(std::string_view field) {
    bytes_ += std::to_string(field.size()) + ":";
    bytes_ += field;
  }
  void put(size_t number) { put(std::to_string(number)); }
  void put(const Sight& sight) {
    put(std::string_view(sight.seen ? "1" : "0"));
    put(std::string_view(sight.reached ? "1" : "0"));
    put(sight.refused);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reading {
 public:
  explicit Reading(std::string_view bytes) : left_(bytes) {}

  std::string text() {
    size_t size = 0;
    const char* end = left_.data() + left_.size();
    const auto [at, error] = std::from_chars(left_.data(), end, size);
    const size_t head = static_cast<size_t>(at - left_.data()) + 1;
    whole_ =
        whole_ && error == std::errc() && at != end && *at == ':' && size <= left_.size() - head;
    if (!whole_) return {};
    std::string field(left_.substr(head, size));
    left_.remove_prefix(head + size);
    return field;
  }
  size_t number() {
    const std::string digits = text();
    size_t value = 0;
    const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    whole_ = whole_ && error == std::errc() && at == digits.data() + digits.size();
    return value;
  }
  Sight sight() {
    Sight sight;
    sight.seen = number() == 1;
    sight.reached = number() == 1;
    sight.refused = text();
    return sight;
  }
  bool is_whole() const { return whole_; }
  bool is_over() const { return left_.empty(); }

 private:
  std::string_view left_;
  bool whole_ = true;
};

}  // namespace

std::string trials_bytes(const Trials& trials) {
  Writing out;
  out.put(trials.starts);
  out.put(trials.fault);
  out.put(trials.error);
  for (const Tried& one : trials.tried) {
    out.put(one.outside);
    out.put(one.inside);
    out.put(one.untried);
    out.put(one.narrowed);
  }
  return out.take();
}

std::optional<Trials> trials_of_bytes(std::string_view bytes) {
  Reading in(bytes);
  Trials trials;
  trials.starts = in.number();
  trials.fault = in.text();
  trials.error = in.text();
  while (in.is_whole() && !in.is_over()) {
    Tried& one = trials.tried.emplace_back();
    one.outside = in.sight();
    one.inside = in.sight();
    one.untried = in.text();
    one.narrowed = in.text();
  }
  if (!in.is_whole()) return std::nullopt;
  return trials;
}

}  // namespace sbxc::conform
