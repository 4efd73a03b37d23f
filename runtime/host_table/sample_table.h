// Tables put together by hand, for the reader's own test and fuzz target: every field can be set to
// anything, and bytes() adds what the format derives (offsets, size, checksum) unless told not to.
// Shares nothing with the builder in backends/proxy.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <string>
#include <vector>

#include "runtime/host_table/host_table.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc::host_table {

struct SampleTable {
  Header header{};
  std::vector<Bucket> buckets;
  std::string names;
  std::vector<Entry> entries;
  std::vector<PortSetRef> port_sets;
  std::vector<PortRangeRef> port_ranges;
  std::vector<V4Interval> v4;
  std::vector<V6Interval> v6;
  std::vector<RuleRecord> rules;
  std::string strings;

  SampleTable() {
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    header.version = kVersion;
    header.header_size = sizeof(Header);
    header.any_name_list = kNone;
  }

  // Appends a record of the names section and returns its offset.
  uint32_t add_name(const std::string& name, uint32_t list) {
    const auto at = static_cast<uint32_t>(names.size());
    names.append(reinterpret_cast<const char*>(&list), sizeof list);
    names += static_cast<char>(name.size());
    names += name;
    return at;
  }

  // Puts a name into the first free slot of its home bucket, which must have one.
  void add(const std::string& name, uint32_t list) {
    const uint64_t hash = XXH3_64bits_withSeed(name.data(), name.size(), header.hash_seed);
    Bucket& bucket = buckets[(hash >> 32) * header.home_buckets >> 32];
    size_t slot = 0;
    while (bucket.names[slot] != kNone) ++slot;
    bucket.tags[slot] = static_cast<uint32_t>(hash);
    bucket.names[slot] = add_name(name, list);
    uint32_t labels = 1;
    for (const char c : name) labels += c == '.' ? 1 : 0;
    header.label_counts |= uint32_t{1} << (labels < kManyLabels ? labels : kManyLabels);
  }

  void make_buckets(uint32_t count) {
    Bucket empty{};
    for (uint32_t& name : empty.names) name = kNone;
    buckets.assign(count, empty);
    header.home_buckets = count;
    header.max_probe = 0;
  }

  // Words, so that the bytes are aligned.
  std::vector<uint64_t> bytes(size_t* size) {
    std::string out(sizeof header, '\0');
    const auto append = [&](SectionIndex index, const auto& section) {
      out.resize((out.size() + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment);
      header.sections[index] = {out.size(), section.size()};
      out.append(reinterpret_cast<const char*>(section.data()),
                 section.size() * sizeof(section[0]));
    };
    append(kBuckets, buckets);
    append(kNames, names);
    append(kEntries, entries);
    append(kPortSets, port_sets);
    append(kPortRanges, port_ranges);
    append(kV4, v4);
    append(kV6, v6);
    append(kRules, rules);
    append(kStrings, strings);
    header.file_size = out.size();
    std::memcpy(out.data(), &header, sizeof header);
    return sign(out, size);
  }

  // The bytes with a fitting checksum.
  static std::vector<uint64_t> sign(std::string file, size_t* size) {
    const uint64_t sum = XXH3_64bits(file.data() + kChecksumFrom, file.size() - kChecksumFrom);
    std::memcpy(file.data() + offsetof(Header, checksum), &sum, sizeof sum);
    std::vector<uint64_t> words((file.size() + 7) / 8);
    std::memcpy(words.data(), file.data(), file.size());
    *size = file.size();
    return words;
  }
};

}  // namespace sbxc::host_table
