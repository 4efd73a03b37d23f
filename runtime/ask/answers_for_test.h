// For tests: questions to an Asker, and its answers when they come.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runtime/ask/ask.h"

namespace sbxc::ask {

inline bool until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    poll(nullptr, 0, 10);
  }
  return false;
}

inline Question question_for(const std::string& host, uint16_t port = 443) {
  return {.host = host,
          .port = port,
          .statement = "ask connect *.example",
          .place = "a.sbx:3:1",
          .because = "rare"};
}

// The answers that come: `count` of them unless ten seconds pass.
inline std::vector<Answer> answers_of(Asker& asker, size_t count) {
  std::vector<Answer> all;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (all.size() < count && std::chrono::steady_clock::now() < end) {
    pollfd ready{asker.descriptor(), POLLIN, 0};
    if (poll(&ready, 1, 100) <= 0) continue;
    for (Answer& answer : asker.answers()) all.push_back(std::move(answer));
  }
  return all;
}

inline Answer answer_to(Asker& asker, const Question& question) {
  const Ticket ticket = asker.ask(question);
  const std::vector<Answer> all = answers_of(asker, 1);
  EXPECT_EQ(all.size(), 1U);
  if (all.empty()) return {};
  EXPECT_EQ(all[0].ticket, ticket);
  return all[0];
}

}  // namespace sbxc::ask
