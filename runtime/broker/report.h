// What the broker tells of each denial, as bytes on a pipe: one Report after another, each written
// at once and never longer than PIPE_BUF, so that records are whole. Little-endian, native layout:
// both ends are the same program.
//
//   u32 length of what follows · Fixed · path · second path
//
// Paths are bytes. Long ones are cut in front of a record's limit, which `cut` tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/record_frame.h"

namespace sbxc::broker {

// The last two are told by other means than the broker.
enum class Denied : uint8_t { read, write, socket, exec, service };

// A name that the policy denies and that is not there inside: a mount may hide what is there
// outside, or nothing is there at all. The broker, which is inside, cannot tell.
enum class Unseen : uint8_t {
  no,         // a denial as others
  thing,      // what was asked for
  directory,  // that in which it was to be made
};

struct Report {
  Denied operation = Denied::write;
  Unseen unseen = Unseen::no;
  bool cut = false;
  bool other_spellings = false;  // denied because its directory takes other spellings of names
  int32_t error = 0;             // the errno that the command got
  int32_t pid = 0;               // as seen from outside
  int32_t call = 0;              // the system call's number
  uint64_t dropped = 0;          // records before this one that were not written
  std::string path;              // canonical; what decided
  std::string second;            // of a rename or a link: the other end

  bool operator==(const Report&) const = default;
};

inline constexpr size_t kMaxReport = 4096;  // PIPE_BUF

struct ReportFixed {
  uint8_t operation;
  uint8_t cut;
  uint16_t path_size;
  uint16_t second_size;
  uint8_t unseen;
  uint8_t other_spellings;
  int32_t error;
  int32_t pid;
  int32_t call;
  uint32_t padding;
  uint64_t dropped;
};
static_assert(sizeof(ReportFixed) == 32);
inline constexpr size_t kReportPath = (kMaxReport - 4 - sizeof(ReportFixed)) / 2;

inline std::string encode(const Report& report) {
  const std::string_view path = std::string_view(report.path).substr(0, kReportPath);
  const std::string_view second = std::string_view(report.second).substr(0, kReportPath);
  ReportFixed fixed{};
  fixed.operation = static_cast<uint8_t>(report.operation);
  fixed.cut =
      report.cut || path.size() < report.path.size() || second.size() < report.second.size();
  fixed.unseen = static_cast<uint8_t>(report.unseen);
  fixed.other_spellings = static_cast<uint8_t>(report.other_spellings);
  fixed.path_size = static_cast<uint16_t>(path.size());
  fixed.second_size = static_cast<uint16_t>(second.size());
  fixed.error = report.error;
  fixed.pid = report.pid;
  fixed.call = report.call;
  fixed.dropped = report.dropped;
  std::string out = begin_record(fixed, path.size() + second.size());
  out.append(path);
  out.append(second);
  return out;
}

// Takes one record off the front of `bytes`. Nothing: not whole yet, or `bytes` is no record, which
// `damaged` tells.
inline std::optional<Report> decode(std::string_view& bytes, bool& damaged) {
  const auto text_size = [](const ReportFixed& read) -> std::optional<size_t> {
    if (read.operation > static_cast<uint8_t>(Denied::service)) return std::nullopt;
    if (read.unseen > static_cast<uint8_t>(Unseen::directory)) return std::nullopt;
    return size_t{read.path_size} + read.second_size;
  };
  const auto taken = take_record<ReportFixed>(bytes, kMaxReport, text_size, damaged);
  if (!taken) return std::nullopt;
  const auto& [fixed, paths] = *taken;
  return Report{static_cast<Denied>(fixed.operation),
                static_cast<Unseen>(fixed.unseen),
                fixed.cut != 0,
                fixed.other_spellings != 0,
                fixed.error,
                fixed.pid,
                fixed.call,
                fixed.dropped,
                std::string(paths.substr(0, fixed.path_size)),
                std::string(paths.substr(fixed.path_size))};
}

}  // namespace sbxc::broker
