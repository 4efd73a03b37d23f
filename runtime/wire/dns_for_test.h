// DNS questions put together by hand, and a reader of answers of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/byte_reader.h"

namespace sbxc::wire {

inline std::string labels(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

struct QuestionForTest {
  uint16_t id = 0x1234;
  uint16_t flags = 0x0100;
  uint16_t questions = 1;
  uint16_t answers = 0;
  uint16_t authorities = 0;
  uint16_t additional = 0;
  std::string name = labels("example.com");
  uint16_t type = 1;
  uint16_t klass = 1;
  std::string rest{};

  std::string bytes() const {
    std::string out;
    for (const uint16_t field : {id, flags, questions, answers, authorities, additional}) {
      append_u16(out, field);
    }
    out += name;
    append_u16(out, type);
    append_u16(out, klass);
    return out + rest;
  }
  QuestionForTest with_edns(uint16_t udp_size, uint8_t version = 0,
                            const std::string& options = "") const {
    QuestionForTest copy = *this;
    copy.additional = static_cast<uint16_t>(additional + 1);
    copy.rest += '\0';
    append_u16(copy.rest, 41);
    append_u16(copy.rest, udp_size);
    append_u32(copy.rest, uint32_t{version} << 16 | 0x8000);
    append_u16(copy.rest, options.size());
    copy.rest += options;
    return copy;
  }
};

struct RecordForTest {
  std::string name;  // with a dot behind each label
  uint16_t type = 0;
  uint16_t klass = 0;
  uint32_t ttl = 0;
  std::string data{};
};

struct AnswerForTest {
  uint16_t id = 0;
  uint16_t flags = 0;
  std::string question{};  // `example.com. 1 1`
  std::vector<RecordForTest> answers{};
  std::vector<RecordForTest> authorities{};
  std::vector<RecordForTest> additional{};

  unsigned code() const { return flags & 15U; }
  bool is_truncated() const { return (flags & 0x0200) != 0; }
};

inline std::string read_name(std::string_view message, ByteReader& in) {
  const uint8_t length = in.u8();
  if (length >= 0xC0) {
    ByteReader there(message.substr(static_cast<size_t>(length & 0x3F) << 8 | in.u8()));
    return read_name(message, there);
  }
  if (length == 0) return "";
  const std::string label(in.take(length));
  return label + "." + read_name(message, in);
}

inline std::optional<AnswerForTest> read_answer(std::string_view message) {
  ByteReader in(message);
  AnswerForTest answer{.id = in.u16(), .flags = in.u16()};
  const uint16_t questions = in.u16();
  size_t counts[3] = {in.u16(), in.u16(), in.u16()};
  if (questions == 1) {
    answer.question = read_name(message, in);
    answer.question += " " + std::to_string(in.u16());
    answer.question += " " + std::to_string(in.u16());
  }
  std::vector<RecordForTest>* sections[3] = {&answer.answers, &answer.authorities,
                                             &answer.additional};
  for (size_t section = 0; section < 3; ++section) {
    for (size_t i = 0; i < counts[section] && !in.is_short(); ++i) {
      RecordForTest record{.name = read_name(message, in)};
      record.type = in.u16();
      record.klass = in.u16();
      record.ttl = in.u32();
      record.data = in.take(in.u16());
      sections[section]->push_back(record);
    }
  }
  if (in.is_short() || !in.is_at_end()) return std::nullopt;
  return answer;
}

}  // namespace sbxc::wire
