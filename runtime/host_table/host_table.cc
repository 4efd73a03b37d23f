// Asking the table. A name is cut at its dots and each suffix that can be in the table is looked
// up: one bucket (a cache line of seven tags) and, when a tag fits, one comparison with the name
// itself, so that no collision can ever answer. All buckets are fetched ahead, as they are what is
// not in the cache. What was found are lists of entries; the verdict is worked out over all of
// them:
//
//   a rule matches when an entry of it matches and no `except` entry of it does;
//   deny beats ask beats allow; no rule is deny.
//
// Rules with `except` cost a second pass over the lists for that rule; others cost nothing.
#include "runtime/host_table/host_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/host_table/host_table_check.h"
#include "runtime/host_table/host_table_format.h"
#include "runtime/host_table/name_scan.h"

namespace sbxc::host_table {

namespace {

// substr() without its exception: `from` is never past the end.
constexpr std::string_view tail(std::string_view text, size_t from) {
  return {text.data() + from, text.size() - from};
}

// A bit for each slot with that tag.
unsigned slots_with(const uint8_t* bucket, uint32_t tag) {
  using Four = uint32_t __attribute__((vector_size(16)));
  constexpr Four kFirstBits = {1, 2, 4, 8};
  constexpr Four kLastBits = {8, 16, 32, 64};  // the fourth slot is in both
  static_assert(kSlots == 7);
  const uint8_t* tags = bucket + offsetof(Bucket, tags);
  const Four wanted = {tag, tag, tag, tag};
  const auto first = reinterpret_cast<Four>(load<Four>(tags) == wanted) & kFirstBits;
  const auto last = reinterpret_cast<Four>(load<Four>(tags + 12) == wanted) & kLastBits;
  const Four bits = first | last;
  return bits[0] | bits[1] | bits[2] | bits[3];
}

}  // namespace

// A list of entries and which of them apply: those for the name itself or those for its subdomains.
struct HostTable::Hit {
  uint32_t list;
  uint32_t flag;
};

struct HostTable::Hits {
  std::array<Hit, kMaxLabels + 1> items;
  size_t count = 0;

  void add(uint32_t list, uint32_t flag) {
    if (list != kNone) items[count++] = {list, flag};
  }
};

HostTable::HostTable(HostTable&& other) noexcept { *this = static_cast<HostTable&&>(other); }

inline size_t HostTable::home_of(uint64_t hash) const {
  return static_cast<size_t>((hash >> 32) * home_buckets_ >> 32);
}

inline uint32_t HostTable::lookup(std::string_view suffix, uint64_t hash) const {
  const auto tag = static_cast<uint32_t>(hash);
  const uint8_t* at = sections_[kBuckets] + home_of(hash) * sizeof(Bucket);
  for (uint32_t probe = 0; probe <= max_probe_; ++probe, at += sizeof(Bucket)) {
    for (unsigned equal = slots_with(at, tag); equal != 0; equal &= equal - 1) {
      const auto slot = static_cast<size_t>(std::countr_zero(equal));
      const auto name = load<uint32_t>(at + offsetof(Bucket, names) + slot * 4);
      if (name == kNone) continue;
      const uint8_t* record = sections_[kNames] + name;
      if (record[kNameLength] == suffix.size() &&
          std::memcmp(record + kNameBytes, suffix.data(), suffix.size()) == 0) {
        return load<uint32_t>(record + kNameList);
      }
    }
    if ((load<uint64_t>(at + offsetof(Bucket, passed)) >> (tag % 64) & 1) == 0) break;
  }
  return kNone;
}

bool HostTable::find(std::string_view name, Hits& hits) const {
  const NameScan scan(name);
  if (!scan.canonical()) return false;
  hits.add(any_name_list_, kExact);
  struct Probe {
    uint64_t hash;
    size_t start;
  };
  std::array<Probe, kMaxLabels> probes;
  size_t count = 0;
  for (size_t i = 0; i < scan.labels(); ++i) {
    const size_t left = scan.labels() - i;
    if ((label_counts_ >> (left < kManyLabels ? left : kManyLabels) & 1) == 0) continue;
    const size_t start = scan.start(i);
    const uint64_t hash = XXH3_64bits_withSeed(name.data() + start, name.size() - start, seed_);
    __builtin_prefetch(sections_[kBuckets] + home_of(hash) * sizeof(Bucket));
    probes[count++] = {hash, start};
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t start = probes[i].start;
    hits.add(lookup(tail(name, start), probes[i].hash), start == 0 ? kExact : kSubdomains);
  }
  return true;
}

void HostTable::find(const Address& address, Hits& hits) const {
  constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const uint8_t* bytes = address.bytes.data();
  const bool mapped = address.v6 && std::memcmp(bytes, kMapped, sizeof kMapped) == 0;
  // The last interval that starts at or before the address.
  const auto search = [&](SectionIndex section, size_t element, auto starts_after) {
    size_t low = 0;
    size_t high = counts_[section];
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (starts_after(sections_[section] + middle * element)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == 0 ? nullptr : sections_[section] + (low - 1) * element;
  };
  if (address.v6 && !mapped) {
    const uint8_t* found = search(kV6, sizeof(V6Interval), [&](const uint8_t* interval) {
      return std::memcmp(interval, bytes, 16) > 0;
    });
    if (found != nullptr) hits.add(load<uint32_t>(found + offsetof(V6Interval, list)), kExact);
    return;
  }
  const uint8_t* four = mapped ? bytes + sizeof kMapped : bytes;
  const uint32_t value = uint32_t{four[0]} << 24 | uint32_t{four[1]} << 16 |
                         uint32_t{four[2]} << 8 | uint32_t{four[3]};
  const uint8_t* found = search(kV4, sizeof(V4Interval), [&](const uint8_t* interval) {
    return load<uint32_t>(interval) > value;
  });
  if (found != nullptr) hits.add(load<uint32_t>(found + offsetof(V4Interval, list)), kExact);
}

bool HostTable::has_port(uint32_t port_set, uint16_t port) const {
  const auto set = load<PortSetRef>(sections_[kPortSets] + size_t{port_set} * sizeof(PortSetRef));
  const uint8_t* range = sections_[kPortRanges] + size_t{set.first} * sizeof(PortRangeRef);
  for (uint32_t i = 0; i < set.count; ++i, range += sizeof(PortRangeRef)) {
    const auto ports = load<PortRangeRef>(range);
    if (ports.low <= port && port <= ports.high) return true;
  }
  return false;
}

bool HostTable::is_excepted(const Hits& hits, uint32_t rule, uint16_t port) const {
  for (size_t i = 0; i < hits.count; ++i) {
    const Hit hit = hits.items[i];
    for (const uint8_t* at = sections_[kEntries] + size_t{hit.list} * sizeof(Entry);;
         at += sizeof(Entry)) {
      const auto entry = load<Entry>(at);
      if (entry.rule == rule && (entry.flags & kExcept) != 0 && (entry.flags & hit.flag) != 0 &&
          has_port(entry.port_set, port)) {
        return true;
      }
      if ((entry.flags & kLast) != 0) break;
    }
  }
  return false;
}

// Calls visit(rule index, verdict) for every entry of a rule that matches; a rule may come twice.
template <typename Visit>
void HostTable::each_match(const Hits& hits, uint16_t port, Visit visit) const {
  for (size_t i = 0; i < hits.count; ++i) {
    const Hit hit = hits.items[i];
    for (const uint8_t* at = sections_[kEntries] + size_t{hit.list} * sizeof(Entry);;
         at += sizeof(Entry)) {
      const auto entry = load<Entry>(at);
      if ((entry.flags & kExcept) == 0 && (entry.flags & hit.flag) != 0 &&
          has_port(entry.port_set, port)) {
        const uint8_t* rule = sections_[kRules] + size_t{entry.rule} * sizeof(RuleRecord);
        if (rule[offsetof(RuleRecord, has_except)] == 0 || !is_excepted(hits, entry.rule, port)) {
          visit(entry.rule, static_cast<Verdict>(rule[offsetof(RuleRecord, verdict)]));
        }
      }
      if ((entry.flags & kLast) != 0) break;
    }
  }
}

Decision HostTable::judge(const Hits& hits, uint16_t port) const {
  Decision decision;
  each_match(hits, port, [&](uint32_t rule, Verdict verdict) {
    const bool first = decision.reason == Reason::no_rule;
    if (first || verdict > decision.verdict ||
        (verdict == decision.verdict && rule < decision.rule)) {
      decision = {verdict, Reason::rule, rule};
    }
  });
  return decision;
}

size_t HostTable::collect(const Hits& hits, uint16_t port, std::span<uint32_t> out) const {
  const Decision decision = judge(hits, port);
  size_t count = 0;
  if (decision.reason != Reason::rule) return count;
  each_match(hits, port, [&](uint32_t rule, Verdict verdict) {
    if (verdict != decision.verdict) return;
    size_t place = 0;
    while (place < count && out[place] < rule) ++place;
    if ((place < count && out[place] == rule) || place == out.size()) return;
    if (count < out.size()) ++count;
    for (size_t i = count - 1; i > place; --i) out[i] = out[i - 1];
    out[place] = rule;
  });
  return count;
}

Decision HostTable::decide(std::string_view name, uint16_t port) const {
  Hits hits;
  if (!find(name, hits)) return {Verdict::deny, Reason::bad_name, 0};
  return judge(hits, port);
}

Decision HostTable::decide(const Address& address, uint16_t port) const {
  Hits hits;
  find(address, hits);
  return judge(hits, port);
}

bool HostTable::opens_at_an_edge(const Hits& hits, uint32_t port_set) const {
  const auto set = load<PortSetRef>(sections_[kPortSets] + size_t{port_set} * sizeof(PortSetRef));
  const uint8_t* at = sections_[kPortRanges] + size_t{set.first} * sizeof(PortRangeRef);
  for (uint32_t i = 0; i < set.count; ++i, at += sizeof(PortRangeRef)) {
    const auto range = load<PortRangeRef>(at);
    if (judge(hits, range.low).verdict != Verdict::deny) return true;
    if (range.high == UINT16_MAX) continue;
    const auto behind = static_cast<uint16_t>(range.high + 1);
    if (judge(hits, behind).verdict != Verdict::deny) return true;
  }
  return false;
}

// Verdicts change only where a range of some entry starts, or behind its end: the lowest open port
// is one of these.
bool HostTable::has_open_port(std::string_view name) const {
  Hits hits;
  if (!find(name, hits)) return false;
  for (size_t i = 0; i < hits.count; ++i) {
    for (const uint8_t* at = sections_[kEntries] + size_t{hits.items[i].list} * sizeof(Entry);;
         at += sizeof(Entry)) {
      const auto entry = load<Entry>(at);
      if (opens_at_an_edge(hits, entry.port_set)) return true;
      if ((entry.flags & kLast) != 0) break;
    }
  }
  return false;
}

size_t HostTable::deciding(std::string_view name, uint16_t port, std::span<uint32_t> out) const {
  Hits hits;
  return find(name, hits) ? collect(hits, port, out) : 0;
}

size_t HostTable::deciding(const Address& address, uint16_t port, std::span<uint32_t> out) const {
  Hits hits;
  find(address, hits);
  return collect(hits, port, out);
}

size_t HostTable::rule_count() const { return counts_[kRules]; }

RuleFacts HostTable::rule(uint32_t index) const {
  const auto record = load<RuleRecord>(sections_[kRules] + size_t{index} * sizeof(RuleRecord));
  const auto text = [&](Text where) {
    return std::string_view(reinterpret_cast<const char*>(sections_[kStrings]) + where.offset,
                            where.length);
  };
  return {record.id, static_cast<Verdict>(record.verdict), text(record.place),
          text(record.statement), text(record.because)};
}

}  // namespace sbxc::host_table
