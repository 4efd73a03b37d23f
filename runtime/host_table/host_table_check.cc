// Checks a table once, so that asking it needs no checks. The checksum finds accidents; everything
// behind it is for files that somebody made, and keeps the reader inside the file whatever they
// hold. It does not check that a table means what its policy says: that is the compiler's `verify`.
#include "runtime/host_table/host_table_check.h"

#include "runtime/host_table/host_table_format.h"

namespace sbxc::host_table {

namespace {

class Checker {
 public:
  explicit Checker(std::span<const uint8_t> bytes)
      : bytes_(bytes), header_(load<Header>(bytes.data())) {}

  bool contents() {
    return layout() && port_sets() && rules() && entries() && buckets() && v4() && v6() &&
           is_list(header_.any_name_list, true);
  }

 private:
  size_t count(SectionIndex section) const {
    return static_cast<size_t>(header_.sections[section].count);
  }
  template <typename T>
  T at(SectionIndex section, size_t index) const {
    return load<T>(bytes_.data() + header_.sections[section].offset + index * sizeof(T));
  }

  // Each section begins at the first aligned byte behind the one before it; the last ends the file.
  bool layout() const {
    uint64_t end = sizeof(Header);
    for (size_t i = 0; i < kSectionCount; ++i) {
      const Section& section = header_.sections[i];
      const uint64_t begin = (end + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
      if (section.offset != begin || begin > bytes_.size()) return false;
      if (section.count > (bytes_.size() - begin) / kElementSizes[i]) return false;
      if (section.count >= kNone) return false;  // indices have 32 bits
      end = begin + section.count * kElementSizes[i];
    }
    if (end != bytes_.size() || header_.reserved != 0) return false;
    for (const uint8_t byte : header_.padding) {
      if (byte != 0) return false;
    }
    return true;
  }

  bool port_sets() const {
    for (size_t i = 0; i < count(kPortRanges); ++i) {
      const auto range = at<PortRangeRef>(kPortRanges, i);
      if (range.low == 0 || range.low > range.high) return false;
    }
    for (size_t i = 0; i < count(kPortSets); ++i) {
      const auto set = at<PortSetRef>(kPortSets, i);
      if (set.first > count(kPortRanges) || set.count > count(kPortRanges) - set.first)
        return false;
    }
    return true;
  }

  bool is_text(Text text) const {
    return text.offset <= count(kStrings) && text.length <= count(kStrings) - text.offset;
  }

  bool rules() const {
    for (size_t i = 0; i < count(kRules); ++i) {
      const auto rule = at<RuleRecord>(kRules, i);
      if (rule.verdict > 2 || rule.has_except > 1 || rule.reserved != 0) return false;
      if (!is_text(rule.place) || !is_text(rule.statement) || !is_text(rule.because)) return false;
    }
    return true;
  }

  bool entries() const {
    uint32_t flags = kLast;
    for (size_t i = 0; i < count(kEntries); ++i) {
      const auto entry = at<Entry>(kEntries, i);
      flags = entry.flags;
      if (entry.rule >= count(kRules) || entry.port_set >= count(kPortSets)) return false;
      if ((flags & ~kKnownFlags) != 0 || (flags & (kExact | kSubdomains)) == 0) return false;
      // A rule that some entry subtracts from must say so, or the entry would never be looked at.
      if ((flags & kExcept) != 0 && at<RuleRecord>(kRules, entry.rule).has_except == 0)
        return false;
    }
    return (flags & kLast) != 0;
  }

  bool is_list(uint32_t list, bool optional) const {
    return list < count(kEntries) || (optional && list == kNone);
  }

  bool is_name(uint32_t name) const {
    const size_t size = count(kNames);
    if (name > size || size - name < kNameBytes) return false;
    const uint8_t* record = bytes_.data() + header_.sections[kNames].offset + name;
    const size_t length = record[kNameLength];
    return length >= 1 && length <= kMaxNameBytes && length <= size - name - kNameBytes &&
           is_list(load<uint32_t>(record + kNameList), false);
  }

  bool buckets() const {
    if (header_.max_probe > kMaxProbe) return false;
    const bool none = header_.home_buckets == 0;
    if (none && (header_.label_counts != 0 || header_.max_probe != 0)) return false;
    if (uint64_t{header_.home_buckets} + header_.max_probe != count(kBuckets)) return false;
    for (size_t i = 0; i < count(kBuckets); ++i) {
      const auto bucket = at<Bucket>(kBuckets, i);
      for (const uint32_t name : bucket.names) {
        if (name != kNone && !is_name(name)) return false;
      }
    }
    return true;
  }

  bool v4() const {
    uint32_t last = 0;
    for (size_t i = 0; i < count(kV4); ++i) {
      const auto interval = at<V4Interval>(kV4, i);
      if (i == 0 ? interval.start != 0 : interval.start <= last) return false;
      if (!is_list(interval.list, true)) return false;
      last = interval.start;
    }
    return true;
  }

  bool v6() const {
    V6Interval last{};
    for (size_t i = 0; i < count(kV6); ++i) {
      const auto interval = at<V6Interval>(kV6, i);
      const int order = std::memcmp(interval.start, last.start, sizeof last.start);
      if (i == 0 ? order != 0 : order <= 0) return false;
      if (interval.reserved != 0 || !is_list(interval.list, true)) return false;
      last = interval;
    }
    return true;
  }

  std::span<const uint8_t> bytes_;
  Header header_;
};

}  // namespace

Error check_table(std::span<const uint8_t> bytes) {
  const Error error = table_file::check_start(bytes, kMagic, kVersion, sizeof(Header));
  if (error != Error::none) return error;
  return Checker(bytes).contents() ? Error::none : Error::malformed;
}

}  // namespace sbxc::host_table
