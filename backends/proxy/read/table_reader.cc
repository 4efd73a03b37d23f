// The page numbers bytes; so does this file, with offsets of its own. First everything that the
// page says a reader refuses, section by section, so that what follows stays inside the file. Then
// the names: each name that stands in some slot is *looked up* as the page says (home bucket, tag,
// passed bits, label counts), and the list that the lookup ends at is what the table says of it. A
// name that lies where no lookup comes by is a name that the table does not have.
//
// The hash is the page's: XXH3-64 of the xxHash library.
#include "backends/proxy/read/table_reader.h"

#define XXH_INLINE_ALL
#include <fmt/core.h>
#include <xxhash.h>

#include <algorithm>
#include <unordered_set>

namespace sbxc::hosts {

namespace {

constexpr uint32_t kNone = 0xffffffff;
constexpr size_t kHeaderBytes = 256;
constexpr size_t kSections = 9;
constexpr size_t kFirstSection = 64;  // in the header, 16 bytes each
constexpr size_t kAlignment = 64;
constexpr size_t kSlotsPerBucket = 7;
constexpr size_t kBucketBytes = 64;
constexpr size_t kEntryBytes = 12;
constexpr size_t kRuleBytes = 32;
constexpr size_t kRecordHead = 5;
constexpr uint64_t kMostRanges = 1 << 22;  // this reader's own limit: sets may overlap
constexpr size_t kElementBytes[kSections] = {kBucketBytes, 1, kEntryBytes, 8, 4, 8, 24,
                                             kRuleBytes,   1};
enum SectionName : size_t {
  buckets,
  names,
  entries,
  port_sets,
  port_ranges,
  v4,
  v6,
  rules,
  strings
};
constexpr std::string_view kSectionNames[kSections] = {
    "buckets", "names", "entries", "port sets", "port ranges", "IPv4", "IPv6", "rules", "strings"};

struct Refused {
  std::string why;
};
using Checked = tl::expected<void, Refused>;

template <typename... Args>
tl::unexpected<Refused> refuse(fmt::format_string<Args...> text, Args&&... args) {
  return tl::unexpected(Refused{fmt::format(text, std::forward<Args>(args)...)});
}

class Table {
 public:
  explicit Table(std::string_view bytes) : bytes_(bytes) {}

  Checked check() {
    using Part = Checked (Table::*)();
    constexpr Part kParts[] = {&Table::check_header,   &Table::check_layout,  &Table::check_ports,
                               &Table::check_rules,    &Table::check_entries, &Table::check_buckets,
                               &Table::check_intervals};
    for (const Part part : kParts) {
      if (auto checked = (this->*part)(); !checked) return checked;
    }
    return {};
  }

  Claims claims() const {
    Claims out;
    out.port_sets = read_port_sets();
    out.entries = read_entries();
    const std::vector<uint32_t> ends = list_ends();
    const auto list = [&](uint32_t first) { return List{first, ends[first]}; };
    if (const uint32_t every = number(52, 4); every != kNone) out.every_name.push_back(list(every));
    std::unordered_set<std::string_view> seen;
    seen.reserve(counts_[buckets] * kSlotsPerBucket);
    for (size_t i = 0; i < counts_[buckets]; ++i) {
      for (size_t slot = 0; slot < kSlotsPerBucket; ++slot) {
        const uint32_t at = slot_name(i, slot);
        if (at == kNone || !seen.insert(name_at(at)).second) continue;
        const uint32_t found = look_up(name_at(at));
        if (found != kNone) out.names.push_back({name_at(at), list(found)});
      }
    }
    read_addresses(v4, 4, list, out);
    read_addresses(v6, 16, list, out);
    return out;
  }

 private:
  // Little-endian.
  uint64_t wide(size_t at, size_t count) const {
    uint64_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      value |= uint64_t{static_cast<uint8_t>(bytes_[at + i])} << (8 * i);
    }
    return value;
  }
  uint32_t number(size_t at, size_t count) const { return static_cast<uint32_t>(wide(at, count)); }
  size_t place(SectionName section, size_t index) const {
    return offsets_[section] + index * kElementBytes[section];
  }

  Checked check_header() {
    constexpr std::string_view kMagic("\x89SBXT\r\n\x1a", 8);
    const size_t known = std::min(bytes_.size(), kMagic.size());
    if (bytes_.substr(0, known) != kMagic.substr(0, known)) return refuse("it begins otherwise");
    if (bytes_.size() < 12) return refuse("it ends in its header");
    if (number(8, 4) != 1) return refuse("it has version {}, and 1 is known", number(8, 4));
    if (bytes_.size() < kHeaderBytes) return refuse("it ends in its header");
    if (number(12, 4) != kHeaderBytes) return refuse("its header has {} bytes", number(12, 4));
    const uint64_t size = wide(16, 8);
    if (size != bytes_.size()) {
      return refuse("it says it has {} bytes, and has {}", size, bytes_.size());
    }
    const std::string_view summed = bytes_.substr(32);
    if (wide(24, 8) != XXH3_64bits(summed.data(), summed.size())) {
      return refuse("its checksum differs");
    }
    if (wide(56, 8) != 0) return refuse("byte 56 of the header is reserved and not zero");
    for (size_t at = kFirstSection + 16 * kSections; at < kHeaderBytes; ++at) {
      if (bytes_[at] != 0) return refuse("byte {} of the header is reserved and not zero", at);
    }
    return {};
  }

  Checked check_layout() {
    uint64_t end = kHeaderBytes;
    for (size_t i = 0; i < kSections; ++i) {
      const uint64_t offset = wide(kFirstSection + 16 * i, 8);
      const uint64_t count = wide(kFirstSection + 16 * i + 8, 8);
      const uint64_t begin = (end + kAlignment - 1) / kAlignment * kAlignment;
      if (offset != begin || begin > bytes_.size()) {
        return refuse("section `{}` does not begin at {}", kSectionNames[i], begin);
      }
      if (count >= kNone || count > (bytes_.size() - begin) / kElementBytes[i]) {
        return refuse("section `{}` does not fit into the file", kSectionNames[i]);
      }
      offsets_[i] = begin;
      counts_[i] = count;
      end = begin + count * kElementBytes[i];
    }
    if (end != bytes_.size()) return refuse("something stands behind its last section");
    return {};
  }

  Checked check_ports() {
    for (size_t i = 0; i < counts_[port_ranges]; ++i) {
      const size_t at = place(port_ranges, i);
      if (number(at, 2) == 0 || number(at, 2) > number(at + 2, 2)) {
        return refuse("port range {} is none", i);
      }
    }
    uint64_t all = 0;
    for (size_t i = 0; i < counts_[port_sets]; ++i) {
      const size_t at = place(port_sets, i);
      if (uint64_t{number(at, 4)} + number(at + 4, 4) > counts_[port_ranges]) {
        return refuse("port set {} has ranges outside of their section", i);
      }
      all += number(at + 4, 4);
      if (all > kMostRanges) return refuse("its port sets share more than {} ranges", kMostRanges);
    }
    return {};
  }

  Checked check_rules() {
    for (size_t i = 0; i < counts_[rules]; ++i) {
      const size_t at = place(rules, i);
      if (number(at + 4, 1) > 2) return refuse("rule {} has verdict {}", i, number(at + 4, 1));
      if (number(at + 5, 1) > 1) return refuse("rule {} neither has exceptions nor has none", i);
      if (number(at + 6, 2) != 0) return refuse("rule {} has something in a reserved field", i);
      for (const size_t text : {at + 8, at + 16, at + 24}) {
        if (uint64_t{number(text, 4)} + number(text + 4, 4) > counts_[strings]) {
          return refuse("rule {} has a text outside of the strings", i);
        }
      }
    }
    return {};
  }

  Checked check_entries() {
    for (size_t i = 0; i < counts_[entries]; ++i) {
      const size_t at = place(entries, i);
      const uint32_t rule = number(at, 4);
      const uint32_t flags = number(at + 8, 4);
      if (rule >= counts_[rules]) return refuse("entry {} is of no rule", i);
      if (number(at + 4, 4) >= counts_[port_sets]) return refuse("entry {} has no port set", i);
      if (flags > 15 || (flags & 3) == 0) return refuse("entry {} has flags {}", i, flags);
      if ((flags & 4) != 0 && number(place(rules, rule) + 5, 1) == 0) {
        return refuse("entry {} subtracts from rule {}, which has no exceptions", i, rule);
      }
      if (i + 1 == counts_[entries] && (flags & 8) == 0) {
        return refuse("entry {} ends the section and no list", i);
      }
    }
    return {};
  }

  bool is_list(uint32_t list, bool may_be_none) const {
    return list < counts_[entries] || (may_be_none && list == kNone);
  }

  Checked check_buckets() {
    const uint32_t home = number(40, 4);
    const uint32_t behind = number(44, 4);
    if (behind > 32) return refuse("names lie {} buckets behind their home", behind);
    if (uint64_t{home} + behind != counts_[buckets]) return refuse("buckets are missing");
    if (home == 0 && (behind != 0 || number(48, 4) != 0)) {
      return refuse("it has no names and says which there are");
    }
    if (!is_list(number(52, 4), true)) return refuse("the list of `*` is outside of the entries");
    for (size_t i = 0; i < counts_[buckets]; ++i) {
      for (size_t slot = 0; slot < kSlotsPerBucket; ++slot) {
        const uint32_t at = slot_name(i, slot);
        if (at == kNone) continue;
        if (uint64_t{at} + kRecordHead > counts_[names]) {
          return refuse("a name of bucket {} is outside of the names", i);
        }
        const uint32_t length = number(offsets_[names] + at + 4, 1);
        if (length < 1 || length > 253 || uint64_t{at} + kRecordHead + length > counts_[names]) {
          return refuse("a name of bucket {} has {} bytes", i, length);
        }
        if (!is_list(list_at(at), false)) {
          return refuse("the list of a name of bucket {} is outside of the entries", i);
        }
      }
    }
    return {};
  }

  Checked check_intervals() {
    for (const SectionName section : {v4, v6}) {
      const size_t start_bytes = section == v4 ? 4 : 16;
      IpAddress before;
      for (size_t i = 0; i < counts_[section]; ++i) {
        const size_t at = place(section, i);
        const IpAddress start = interval_start(section, i);
        const bool in_order = i == 0 ? start == IpAddress{.v6 = section == v6} : before < start;
        if (!in_order) return refuse("{} interval {} is out of order", kSectionNames[section], i);
        if (!is_list(number(at + start_bytes, 4), true)) {
          return refuse("the list of {} interval {} is outside of the entries",
                        kSectionNames[section], i);
        }
        if (section == v6 && number(at + 20, 4) != 0) {
          return refuse("IPv6 interval {} has something in a reserved field", i);
        }
        before = start;
      }
    }
    return {};
  }

  IpAddress interval_start(SectionName section, size_t index) const {
    const size_t at = place(section, index);
    IpAddress start{.v6 = section == v6};
    if (start.v6) {
      for (size_t i = 0; i < 16; ++i) start.bytes[i] = static_cast<uint8_t>(bytes_[at + i]);
    } else {  // a number, so the other way round
      for (size_t i = 0; i < 4; ++i) start.bytes[i] = static_cast<uint8_t>(bytes_[at + 3 - i]);
    }
    return start;
  }

  uint32_t slot_name(size_t bucket, size_t slot) const {
    return number(place(buckets, bucket) + 36 + 4 * slot, 4);
  }
  uint32_t list_at(uint32_t name) const { return number(offsets_[names] + name, 4); }
  std::string_view name_at(uint32_t name) const {
    return bytes_.substr(offsets_[names] + name + kRecordHead,
                         number(offsets_[names] + name + 4, 1));
  }

  // The list that somebody who asks for the name, or for one below it, gets to.
  uint32_t look_up(std::string_view name) const {
    const auto labels = static_cast<size_t>(1 + std::count(name.begin(), name.end(), '.'));
    if ((number(48, 4) >> std::min<size_t>(labels, 31) & 1) == 0) return kNone;
    const uint64_t hash = XXH3_64bits_withSeed(name.data(), name.size(), wide(32, 8));
    const auto tag = static_cast<uint32_t>(hash);
    const uint64_t home = (hash >> 32) * number(40, 4) >> 32;
    for (uint64_t bucket = home; bucket <= home + number(44, 4); ++bucket) {
      for (size_t slot = 0; slot < kSlotsPerBucket; ++slot) {
        if (number(place(buckets, bucket) + 8 + 4 * slot, 4) != tag) continue;
        const uint32_t at = slot_name(bucket, slot);
        if (at != kNone && name_at(at) == name) return list_at(at);
      }
      if ((wide(place(buckets, bucket), 8) >> (tag % 64) & 1) == 0) return kNone;
    }
    return kNone;
  }

  std::vector<Entry> read_entries() const {
    std::vector<Entry> out;
    for (size_t i = 0; i < counts_[entries]; ++i) {
      const size_t at = place(entries, i);
      const uint32_t flags = number(at + 8, 4);
      Entry entry{.group = number(at, 4),
                  .itself = (flags & 1) != 0,
                  .below = (flags & 2) != 0,
                  .except = (flags & 4) != 0,
                  .where = static_cast<uint32_t>(i)};
      const size_t rule = place(rules, entry.group);
      entry.rule = RuleId{number(rule, 4)};
      const uint32_t verdict = number(rule + 4, 1);
      entry.effect = verdict == 0 ? Effect::allow : verdict == 1 ? Effect::ask : Effect::deny;
      entry.port_set = number(at + 4, 4);
      out.push_back(entry);
    }
    return out;
  }

  std::vector<std::vector<PortRange>> read_port_sets() const {
    std::vector<std::vector<PortRange>> out(counts_[port_sets]);
    for (size_t i = 0; i < out.size(); ++i) {
      const size_t set = place(port_sets, i);
      for (size_t n = 0; n < number(set + 4, 4); ++n) {
        const size_t range = place(port_ranges, number(set, 4) + n);
        out[i].push_back(
            {static_cast<uint16_t>(number(range, 2)), static_cast<uint16_t>(number(range + 2, 2))});
      }
    }
    return out;
  }

  // Behind the list that begins at each entry.
  std::vector<uint32_t> list_ends() const {
    std::vector<uint32_t> ends(counts_[entries]);
    for (size_t i = counts_[entries]; i-- > 0;) {
      const bool last = (number(place(entries, i) + 8, 4) & 8) != 0;
      ends[i] = last ? static_cast<uint32_t>(i + 1) : ends[i + 1];
    }
    return ends;
  }

  template <typename ListOf>
  void read_addresses(SectionName section, size_t start_bytes, const ListOf& list,
                      Claims& out) const {
    for (size_t i = 0; i < counts_[section]; ++i) {
      const uint32_t first = number(place(section, i) + start_bytes, 4);
      if (first == kNone) continue;
      IpAddress last{.v6 = section == v6};
      if (i + 1 < counts_[section]) {
        last = interval_start(section, i + 1);
        // INVARIANT: starts ascend from zero, so this one is above zero.
        size_t byte = start_bytes;
        while (last.bytes[--byte]-- == 0) continue;
      } else {
        std::fill_n(last.bytes.begin(), start_bytes, uint8_t{0xff});
      }
      out.addresses.push_back({interval_start(section, i), last, list(first)});
    }
  }

  std::string_view bytes_;
  size_t offsets_[kSections] = {};
  size_t counts_[kSections] = {};
};

}  // namespace

Result<Claims> read_table(std::string_view bytes, std::string_view file) {
  Table table(bytes);
  if (const auto checked = table.check(); !checked) {
    return tl::unexpected(
        Diagnostic{.kind = Kind::cannot_read,
                   .span = std::nullopt,
                   .message = fmt::format("`{}` is no table of hosts that a proxy takes: {}", file,
                                          checked.error().why)});
  }
  return table.claims();
}

}  // namespace sbxc::hosts
