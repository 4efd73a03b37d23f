// The bytes of hosts.sbxt, as constants and plain structs: the one thing that the builder and the
// reader share. docs/formats.md says the same in words. All numbers are little-endian; the file has
// no pointers and may lie anywhere that is aligned to eight bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/table_file.h"

namespace sbxc::host_table {

static_assert(std::endian::native == std::endian::little, "hosts.sbxt is read in place");

// Like PNG's: a copy in text mode, or one that lost the eighth bit, is noticed at once.
inline constexpr uint8_t kMagic[8] = {0x89, 'S', 'B', 'X', 'T', '\r', '\n', 0x1A};
inline constexpr uint32_t kVersion = 1;
inline constexpr uint32_t kNone = 0xFFFFFFFF;
inline constexpr size_t kSectionAlignment = 64;
inline constexpr size_t kSlots = 7;           // of a bucket
inline constexpr uint32_t kMaxProbe = 32;     // buckets looked at behind the home bucket
inline constexpr size_t kMaxNameBytes = 253;  // RFC 1035
inline constexpr size_t kMaxLabelBytes = 63;
inline constexpr size_t kMaxLabels = 127;
inline constexpr uint32_t kManyLabels = 31;  // the last bit of `label_counts`: this many or more

enum SectionIndex : uint8_t {
  kBuckets,
  kNames,
  kEntries,
  kPortSets,
  kPortRanges,
  kV4,
  kV6,
  kRules,
  kStrings,
  kSectionCount,
};

struct Section {
  uint64_t offset;  // from the start of the file, a multiple of kSectionAlignment
  uint64_t count;   // of its elements
};

struct Header {
  uint8_t magic[8];
  uint32_t version;
  uint32_t header_size;
  uint64_t file_size;
  uint64_t checksum;  // XXH3-64, seed 0, of everything from `hash_seed` to the end of the file
  uint64_t hash_seed;
  uint32_t home_buckets;   // the hash spreads over so many; `max_probe` more follow
  uint32_t max_probe;      // how far from its home bucket a name may lie
  uint32_t label_counts;   // bit n: some name has n labels
  uint32_t any_name_list;  // the entries of `*`, or kNone
  uint64_t reserved;       // zero
  Section sections[kSectionCount];
  uint8_t padding[48];  // zero
};
static_assert(sizeof(Header) == 256);
inline constexpr size_t kChecksumFrom = sizeof(table_file::Start);
static_assert(offsetof(Header, hash_seed) == kChecksumFrom);
static_assert(kChecksumFrom == 32);

// One cache line of the hash table. The home of a name is `(hash >> 32) * home_buckets >> 32`, its
// tag the low half of the hash. Bit `tag % 64` of `passed` is set when a name with such a tag had
// to move on to a later bucket.
struct Bucket {
  uint64_t passed;
  uint32_t tags[kSlots];
  uint32_t names[kSlots];  // offsets into the names; kNone when free
};
static_assert(sizeof(Bucket) == 64);

// In front of the bytes of each name. Not aligned.
inline constexpr size_t kNameList = 0;    // u32: its entries
inline constexpr size_t kNameLength = 4;  // u8
inline constexpr size_t kNameBytes = 5;

// One pattern of one rule that a name or an address falls under. Entries with the same key follow
// one another; a list ends with the entry that has kLast.
struct Entry {
  uint32_t rule;
  uint32_t port_set;
  uint32_t flags;
};
static_assert(sizeof(Entry) == 12);
inline constexpr uint32_t kExact = 1;       // for the name itself
inline constexpr uint32_t kSubdomains = 2;  // for names below it
inline constexpr uint32_t kExcept = 4;      // subtracts from its rule instead of adding
inline constexpr uint32_t kLast = 8;
inline constexpr uint32_t kKnownFlags = 15;

struct PortSetRef {
  uint32_t first;  // in the port ranges
  uint32_t count;
};
static_assert(sizeof(PortSetRef) == 8);

struct PortRangeRef {  // sorted, disjoint, 1 <= low <= high
  uint16_t low;
  uint16_t high;
};
static_assert(sizeof(PortRangeRef) == 4);

// Addresses from `start` up to the next start have these entries. The first start is zero.
struct V4Interval {
  uint32_t start;  // a number: 10.0.0.0 is 0x0A000000
  uint32_t list;   // or kNone
};
static_assert(sizeof(V4Interval) == 8);

struct V6Interval {
  uint8_t start[16];  // network order
  uint32_t list;
  uint32_t reserved;  // zero
};
static_assert(sizeof(V6Interval) == 24);

struct Text {
  uint32_t offset;  // into the strings
  uint32_t length;
};

struct RuleRecord {
  uint32_t id;         // in the policy
  uint8_t verdict;     // 0 allow, 1 ask, 2 deny
  uint8_t has_except;  // 1 when some entry subtracts from it
  uint16_t reserved;   // zero
  Text place;          // `agent.sbx:12:1`
  Text statement;      // as written
  Text because;        // empty when not given
};
static_assert(sizeof(RuleRecord) == 32);

inline constexpr size_t kElementSizes[kSectionCount] = {sizeof(Bucket),
                                                        1,  // names are counted in bytes
                                                        sizeof(Entry),
                                                        sizeof(PortSetRef),
                                                        sizeof(PortRangeRef),
                                                        sizeof(V4Interval),
                                                        sizeof(V6Interval),
                                                        sizeof(RuleRecord),
                                                        1};

}  // namespace sbxc::host_table
