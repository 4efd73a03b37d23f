// Lays the sections of hosts.sbxt one behind the other. What a section holds is worked out by
// table_uses (which rules speak of which hosts), entry_lists, name_buckets and address_intervals;
// here are only the rules' texts, the port sets, the header and the checksum. The seed of the hash
// is zero unless that seed spreads the names badly, so equal policies give equal bytes.
#include "backends/proxy/host_table_builder.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "backends/proxy/address_intervals.h"
#include "backends/proxy/entry_lists.h"
#include "backends/proxy/name_buckets.h"
#include "backends/proxy/table_uses.h"

namespace sbxc {

namespace {

namespace format = host_table;

class FileWriter {
 public:
  FileWriter() { bytes_.resize(sizeof(format::Header)); }

  void reserve(size_t size) { bytes_.reserve(size); }

  template <typename T>
  void section(format::SectionIndex index, const T* data, size_t count) {
    const size_t aligned = (bytes_.size() + format::kSectionAlignment - 1) /
                           format::kSectionAlignment * format::kSectionAlignment;
    bytes_.resize(aligned);
    header_.sections[index] = {aligned, count};
    bytes_.append(reinterpret_cast<const char*>(data), count * sizeof(T));
  }
  template <typename Container>
  void section(format::SectionIndex index, const Container& elements) {
    section(index, elements.data(), elements.size());
  }

  std::string finish(const NameTable& names, uint32_t any_name_list) {
    std::memcpy(header_.magic, format::kMagic, sizeof format::kMagic);
    header_.version = format::kVersion;
    header_.header_size = sizeof header_;
    header_.file_size = bytes_.size();
    header_.hash_seed = names.seed;
    header_.home_buckets = names.home_buckets;
    header_.max_probe = names.max_probe;
    header_.label_counts = names.label_counts;
    header_.any_name_list = any_name_list;
    std::memcpy(bytes_.data(), &header_, sizeof header_);
    header_.checksum =
        XXH3_64bits(bytes_.data() + format::kChecksumFrom, bytes_.size() - format::kChecksumFrom);
    std::memcpy(bytes_.data(), &header_, sizeof header_);
    return std::move(bytes_);
  }

 private:
  format::Header header_{};
  std::string bytes_;
};

struct PortSections {
  std::vector<format::PortSetRef> sets;
  std::vector<format::PortRangeRef> ranges;
};

PortSections port_sections(const std::vector<PortSet>& port_sets) {
  PortSections out;
  for (const PortSet& ports : port_sets) {
    out.sets.push_back(
        {static_cast<uint32_t>(out.ranges.size()), static_cast<uint32_t>(ports.ranges.size())});
    for (const PortRange& range : ports.ranges) out.ranges.push_back({range.low, range.high});
  }
  return out;
}

struct RuleSections {
  std::vector<format::RuleRecord> rules;
  std::string strings;
};

RuleSections rule_sections(const std::vector<const Rule*>& rules, const Sources& sources) {
  RuleSections out;
  const auto store = [&](std::string_view text) {
    const format::Text at{static_cast<uint32_t>(out.strings.size()),
                          static_cast<uint32_t>(text.size())};
    out.strings += text;
    return at;
  };
  for (const Rule* rule : rules) {
    format::RuleRecord record{};
    record.id = static_cast<uint32_t>(rule->id);
    record.verdict = static_cast<uint8_t>(rule->effect);
    record.has_except = rule->except.empty() ? 0 : 1;
    if (static_cast<size_t>(rule->span.file) < sources.size()) {
      record.place = store(sources.describe(rule->span));
      record.statement = store(sources.text(rule->span));
    }
    record.because = store(rule->because);
    out.rules.push_back(record);
  }
  return out;
}

static_assert(static_cast<int>(Effect::allow) == 0 && static_cast<int>(Effect::ask) == 1 &&
              static_cast<int>(Effect::deny) == 2);

template <typename T>
std::vector<T> interval_section(const std::vector<Interval>& intervals) {
  std::vector<T> out;
  out.reserve(intervals.size());
  for (const Interval& interval : intervals) {
    const auto& b = interval.start.bytes;
    if constexpr (std::is_same_v<T, format::V4Interval>) {
      out.push_back({uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | b[3],
                     interval.list});
    } else {
      T element{};
      std::memcpy(element.start, b.data(), b.size());
      element.list = interval.list;
      out.push_back(element);
    }
  }
  return out;
}

}  // namespace

std::optional<BuiltTable> build_host_table(const Policy& policy, Os os, const Sources& sources,
                                           size_t max_names) {
  const TableUses uses = collect_uses(policy, os);
  EntryLists lists(uses);
  const uint32_t any_name = lists.list_for_all(uses.any_name);
  const auto names = hash_names(uses.names, lists, max_names);
  if (!names) return std::nullopt;
  const auto v4 = interval_section<format::V4Interval>(intervals_of(uses, false, lists));
  const auto v6 = interval_section<format::V6Interval>(intervals_of(uses, true, lists));
  const PortSections ports = port_sections(uses.port_sets);
  const RuleSections rules = rule_sections(uses.rules, sources);

  FileWriter file;
  file.reserve(names->buckets.size() * sizeof(format::Bucket) + names->names.size() +
               v4.size() * sizeof(format::V4Interval) + v6.size() * sizeof(format::V6Interval) +
               rules.strings.size() + 4096);
  file.section(format::kBuckets, names->buckets);
  file.section(format::kNames, names->names);
  file.section(format::kEntries, lists.entries());
  file.section(format::kPortSets, ports.sets);
  file.section(format::kPortRanges, ports.ranges);
  file.section(format::kV4, v4);
  file.section(format::kV6, v6);
  file.section(format::kRules, rules.rules);
  file.section(format::kStrings, rules.strings);

  BuiltTable out;
  for (const format::Entry& entry : lists.entries()) {
    out.entry_rules.push_back(uses.rules[entry.rule]->id);
  }
  out.bytes = file.finish(*names, any_name);
  return out;
}

}  // namespace sbxc
