// What `ask` rules make of a connection: a question to whoever can ask the user, and the answer,
// as records on a stream socket between two ends of the same program (native layout).
//
//   proxy -> asker   u32 length of what follows · Question's fixed part · host
//   asker -> proxy   Answer
//
// The proxy asks once for each host and port, however many connections wait for it, and again
// after an answer `once` was used up by them. The connection waits; nothing else does. An asker
// that goes away, or that answers what was not asked, denies.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sbxc::egress {

struct Question {
  uint32_t id = 0;
  uint32_t rule = 0;  // HostTable::rule(): the ask rule that decided
  uint32_t generation = 0;
  uint16_t port = 0;
  std::string host;  // canonical name or address
  bool operator==(const Question&) const = default;
};

enum class Answered : uint8_t {
  deny,      // these connections
  once,      // the connections that wait now
  this_run,  // this host and port, until the end
  never,     // denied until the end
};

struct Answer {
  uint32_t id = 0;
  Answered answered = Answered::deny;
  uint8_t zero[3] = {};
};
static_assert(sizeof(Answer) == 8);

inline constexpr size_t kQuestionFixed = 16;
inline constexpr size_t kMaxQuestion = 4 + kQuestionFixed + 255;

inline std::string encode(const Question& question) {
  const std::string_view host = std::string_view(question.host).substr(0, 255);
  const auto length = static_cast<uint32_t>(kQuestionFixed + host.size());
  std::string out(4 + kQuestionFixed, '\0');
  std::memcpy(out.data(), &length, 4);
  std::memcpy(out.data() + 4, &question.id, 4);
  std::memcpy(out.data() + 8, &question.rule, 4);
  std::memcpy(out.data() + 12, &question.generation, 4);
  std::memcpy(out.data() + 16, &question.port, 2);
  out.append(host);
  return out;
}

// Takes one question off the front of `bytes`. Nothing: not whole yet, or damaged.
inline std::optional<Question> decode_question(std::string_view& bytes, bool& damaged) {
  damaged = false;
  uint32_t length = 0;
  if (bytes.size() < 4) return std::nullopt;
  std::memcpy(&length, bytes.data(), 4);
  damaged = length < kQuestionFixed || length > kMaxQuestion - 4;
  if (damaged || bytes.size() < 4 + size_t{length}) return std::nullopt;
  Question question;
  std::memcpy(&question.id, bytes.data() + 4, 4);
  std::memcpy(&question.rule, bytes.data() + 8, 4);
  std::memcpy(&question.generation, bytes.data() + 12, 4);
  std::memcpy(&question.port, bytes.data() + 16, 2);
  question.host = bytes.substr(4 + kQuestionFixed, length - kQuestionFixed);
  bytes.remove_prefix(4 + size_t{length});
  return question;
}

}  // namespace sbxc::egress
