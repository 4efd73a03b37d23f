#include "backends/seatbelt/read/explain.h"

namespace sbxc::sbpl {

Explanation explain(const Profile& profile, const Question& question) {
  Explanation out;
  out.verdict = profile.decide(question.operation, question.request).verdict;
  std::set<std::string> unknown;
  for (Candidate& candidate : profile.candidates(question.operation, question.request)) {
    unknown.insert(candidate.unknown.begin(), candidate.unknown.end());
    out.rules.push_back({.action = candidate.action,
                         .operation = candidate.operation,
                         .is_tail = candidate.is_tail,
                         .place = profile.place_of(candidate.line),
                         .text = profile.text_at(candidate.line),
                         .unknown = {candidate.unknown.begin(), candidate.unknown.end()}});
  }
  if (out.verdict == Verdict::depends) out.unknown.assign(unknown.begin(), unknown.end());
  const OperationId last = out.rules.back().operation;
  for (OperationId at = question.operation;; at = facts_of(at).parent) {
    out.asked.push_back(at);
    if (at == last) break;
  }
  return out;
}

}  // namespace sbxc::sbpl
