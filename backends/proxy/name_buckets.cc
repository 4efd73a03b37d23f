// Building the hash table by sorting. The home bucket of a hash is monotone in the hash, so names
// in hash order fill the buckets from left to right: each goes to its home, or, when that is full,
// to the bucket being filled. Equal names are neighbours in that order, so putting their groups
// together needs no second table. Records lie in bucket order too: names looked at one after the
// other by the check on opening are neighbours.
//
// A tail of `max_probe` buckets takes what overflows the last home bucket, so nothing wraps around.
#include "backends/proxy/name_buckets.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace sbxc {

namespace {

using host_table::Bucket;
using host_table::kNone;
using host_table::kSlots;

constexpr size_t kNamesPerFourBuckets = 21;  // three quarters of the slots

struct Item {
  uint64_t hash;
  uint32_t host;  // index into the hosts
};

// One name with the list of everything said about it.
struct Record {
  uint64_t hash;
  std::string_view name;
  uint32_t list;
};

uint32_t label_bit(std::string_view name) {
  const auto labels = static_cast<uint32_t>(1 + std::count(name.begin(), name.end(), '.'));
  return uint32_t{1} << std::min(labels, host_table::kManyLabels);
}

std::vector<Item> hash_and_sort(const std::vector<NamedHost>& hosts, uint64_t seed) {
  std::vector<Item> items;
  items.reserve(hosts.size());
  for (size_t i = 0; i < hosts.size(); ++i) {
    const std::string_view name = hosts[i].name;
    items.push_back(
        {XXH3_64bits_withSeed(name.data(), name.size(), seed), static_cast<uint32_t>(i)});
  }
  std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    return hosts[a.host].name < hosts[b.host].name;
  });
  return items;
}

std::vector<Record> merge_equal_names(const std::vector<NamedHost>& hosts,
                                      const std::vector<Item>& items, EntryLists& lists) {
  std::vector<Record> records;
  records.reserve(items.size());
  std::vector<EntryLists::Part> parts;
  for (size_t i = 0; i < items.size();) {
    const std::string_view name = hosts[items[i].host].name;
    const uint64_t hash = items[i].hash;
    parts.clear();
    for (; i < items.size() && items[i].hash == hash && hosts[items[i].host].name == name; ++i) {
      const NamedHost& host = hosts[items[i].host];
      parts.push_back({host.group, host.subdomains ? host_table::kSubdomains : host_table::kExact});
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    records.push_back({hash, name, lists.list_of(parts)});
  }
  return records;
}

class Filler {
 public:
  Filler(NameTable& table, size_t home_buckets) : table_(table) {
    table_.home_buckets = static_cast<uint32_t>(home_buckets);
    table_.buckets.assign(home_buckets + host_table::kMaxProbe, empty());
    table_.max_probe = 0;
    table_.names.clear();
  }

  // False when a name would lie too far from its home.
  bool fill(const std::vector<Record>& records) {
    for (const Record& record : records) {
      if (!place(record)) return false;
    }
    table_.buckets.resize(table_.home_buckets + table_.max_probe);
    return true;
  }

 private:
  static Bucket empty() {
    Bucket bucket{};
    std::fill(std::begin(bucket.names), std::end(bucket.names), kNone);
    return bucket;
  }

  bool place(const Record& record) {
    const size_t home = (record.hash >> 32) * table_.home_buckets >> 32;
    if (home > bucket_) {
      bucket_ = home;
      used_ = 0;
    }
    if (used_ == kSlots) {
      ++bucket_;
      used_ = 0;
    }
    const size_t probe = bucket_ - home;
    if (probe > host_table::kMaxProbe) return false;
    table_.max_probe = std::max(table_.max_probe, static_cast<uint32_t>(probe));
    const auto tag = static_cast<uint32_t>(record.hash);
    for (size_t passed = home; passed < bucket_; ++passed) {
      table_.buckets[passed].passed |= uint64_t{1} << (tag % 64);
    }
    Bucket& bucket = table_.buckets[bucket_];
    bucket.tags[used_] = tag;
    bucket.names[used_] = static_cast<uint32_t>(table_.names.size());
    ++used_;
    append(record);
    return true;
  }

  void append(const Record& record) {
    char head[host_table::kNameBytes];
    std::memcpy(head + host_table::kNameList, &record.list, sizeof record.list);
    head[host_table::kNameLength] = static_cast<char>(record.name.size());
    table_.names.append(head, sizeof head);
    table_.names.append(record.name);
  }

  NameTable& table_;
  size_t bucket_ = 0;
  size_t used_ = 0;
};

}  // namespace

std::optional<NameTable> hash_names(const std::vector<NamedHost>& hosts, EntryLists& lists,
                                    size_t max_bytes) {
  NameTable table;
  size_t bytes = 0;
  for (const NamedHost& host : hosts) {
    bytes += host_table::kNameBytes + host.name.size();
    table.label_counts |= label_bit(host.name);
  }
  if (bytes > max_bytes) return std::nullopt;
  if (hosts.empty()) return table;
  table.names.reserve(bytes);
  for (size_t slack = 0;; ++slack, ++table.seed) {
    const std::vector<Record> records =
        merge_equal_names(hosts, hash_and_sort(hosts, table.seed), lists);
    const size_t home_buckets = records.size() * 4 / kNamesPerFourBuckets + 1 + slack;
    if (Filler(table, home_buckets).fill(records)) return table;
  }
}

}  // namespace sbxc
