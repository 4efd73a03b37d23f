// The reader against hostile files. The checksum of every input is made to fit, so that what is
// behind it is reached, and half of the inputs are put together section by section from the
// fuzzer's bytes, with references folded into range, so that many are accepted and asked. Whatever
// is accepted must answer within its bytes (the sanitizers watch) and must not contradict itself.
#include <cstdlib>

#include "runtime/host_table/sample_table.h"

namespace sbxc::host_table {
namespace {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  template <typename T>
  T take() {
    T value{};
    const size_t count = size_ < sizeof value ? size_ : sizeof value;
    if (count > 0) std::memcpy(&value, data_, count);
    data_ += count;
    size_ -= count;
    return value;
  }
  std::string text(size_t most) {
    const size_t count = size_ < most ? size_ : most;
    std::string out(reinterpret_cast<const char*>(data_), count);
    data_ += count;
    size_ -= count;
    return out;
  }
  bool empty() const { return size_ == 0; }

 private:
  const uint8_t* data_;
  size_t size_;
};

void insist(bool truth) {
  if (!truth) abort();
}

template <typename Host>
void ask(const HostTable& table, const Host& host, uint16_t port) {
  const Decision decision = table.decide(host, port);
  uint32_t rules[8];
  const size_t count = table.deciding(host, port, rules);
  insist((decision.reason == Reason::rule) == (count > 0));
  for (size_t i = 0; i < count; ++i) {
    insist(rules[i] < table.rule_count());
    insist(i == 0 || rules[i - 1] < rules[i]);
    const RuleFacts facts = table.rule(rules[i]);
    insist(facts.verdict == decision.verdict);
    volatile size_t sink = 0;
    for (const std::string_view text : {facts.place, facts.statement, facts.because}) {
      for (const char c : text) sink = sink + static_cast<uint8_t>(c);
    }
  }
  if (count > 0) insist(rules[0] == decision.rule);
}

void ask_all(const HostTable& table, const std::vector<std::string>& names, Input& input) {
  for (const std::string& name : names) {
    for (const uint16_t port : {uint16_t{80}, uint16_t{443}, input.take<uint16_t>()}) {
      ask(table, std::string_view(name), port);
      ask(table, std::string_view("a." + name), port);
    }
  }
  ask(table, std::string_view(input.text(64)), 443);
  for (int i = 0; i < 4; ++i) {
    Address address{.v6 = i % 2 == 0, .bytes = input.take<std::array<uint8_t, 16>>()};
    ask(table, address, input.take<uint16_t>());
  }
}

// `fold` keeps references inside their sections most of the time.
SampleTable make_table(Input& input, std::vector<std::string>& names) {
  SampleTable table;
  const auto control = input.take<uint8_t>();
  const bool fold = (control & 1) != 0;
  const auto within = [&](uint32_t value, size_t count) {
    return fold && count > 0 ? static_cast<uint32_t>(value % count) : value;
  };
  const size_t rules = input.take<uint8_t>() % 5;
  const size_t entries = input.take<uint8_t>() % 9;
  const size_t sets = input.take<uint8_t>() % 4;
  for (size_t i = 0; i < sets; ++i) {
    auto range = input.take<PortRangeRef>();
    if (fold && range.low > range.high) std::swap(range.low, range.high);
    if (fold && range.low == 0) range = {1, 65535};
    table.port_ranges.push_back(range);
    table.port_sets.push_back(
        {within(input.take<uint8_t>(), sets), fold ? 1U : input.take<uint8_t>()});
    if (fold) table.port_sets.back().first = static_cast<uint32_t>(i);
  }
  table.strings = input.text(input.take<uint8_t>() % 16);
  for (size_t i = 0; i < rules; ++i) {
    RuleRecord rule{};
    rule.verdict = static_cast<uint8_t>(within(input.take<uint8_t>(), 3));
    rule.has_except = fold ? 1 : input.take<uint8_t>();
    rule.place = {within(input.take<uint8_t>(), table.strings.size() + 1),
                  fold ? 0U : input.take<uint8_t>()};
    table.rules.push_back(rule);
  }
  for (size_t i = 0; i < entries; ++i) {
    Entry entry{within(input.take<uint8_t>(), rules), within(input.take<uint8_t>(), sets),
                within(input.take<uint8_t>(), 16)};
    if (fold && (entry.flags & 3) == 0) entry.flags |= kExact;
    if (fold && i + 1 == entries) entry.flags |= kLast;
    table.entries.push_back(entry);
  }
  table.make_buckets(1 + input.take<uint8_t>() % 3);
  const size_t name_count = input.take<uint8_t>() % 7;
  for (size_t i = 0; i < name_count; ++i) {
    names.push_back(input.text(1 + input.take<uint8_t>() % 12));
    if (!fold || !names.back().empty()) {
      table.add(names.back(), within(input.take<uint8_t>(), entries));
    }
  }
  if ((control & 2) != 0) table.header.label_counts = 0xFFFFFFFF;
  if ((control & 4) != 0) table.header.any_name_list = within(input.take<uint8_t>(), entries);
  const size_t networks = input.take<uint8_t>() % 5;
  for (size_t i = 0; i < networks; ++i) {
    const auto start = static_cast<uint32_t>(i == 0 ? 0 : input.take<uint8_t>() + i * 0x10000000);
    table.v4.push_back({start, within(input.take<uint8_t>(), entries)});
    V6Interval interval{{static_cast<uint8_t>(i)}, within(input.take<uint8_t>(), entries), 0};
    table.v6.push_back(interval);
  }
  if (!fold && !table.buckets.empty() && !input.empty()) {
    table.buckets[0] = input.take<Bucket>();
    table.header.max_probe = input.take<uint8_t>() % 40;
  }
  return table;
}

}  // namespace
}  // namespace sbxc::host_table

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbxc::host_table;
  if (size == 0 || size > 1U << 16) return 0;
  Input input(data + 1, size - 1);
  std::vector<std::string> names{"example.com", "a.b.c"};
  std::vector<uint64_t> words;
  size_t bytes = 0;
  if (data[0] % 2 == 0) {
    std::string file(reinterpret_cast<const char*>(data + 1), size - 1);
    if (file.size() >= sizeof(Header)) {
      const uint64_t length = file.size();
      std::memcpy(file.data() + offsetof(Header, file_size), &length, sizeof length);
      words = SampleTable::sign(file, &bytes);
    } else {
      words.resize(file.size() / 8 + 1);
      std::memcpy(words.data(), file.data(), file.size());
      bytes = file.size();
    }
  } else {
    words = make_table(input, names).bytes(&bytes);
  }
  const auto opened = HostTable::view({reinterpret_cast<const uint8_t*>(words.data()), bytes});
  if (opened) ask_all(opened.table, names, input);
  return 0;
}
