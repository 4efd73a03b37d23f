// Amounts of limits: a count stands alone, bytes and seconds need a unit. `KB` is 1000 bytes and
// `KiB` 1024 (IEC 80000-13), as the words say.
#include <fmt/core.h>

#include <limits>

#include "compiler/diag/printable.h"
#include "compiler/resolve/settings.h"

namespace sbxc {

namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr Unit kBytes[] = {{"B", 1},
                           {"KB", 1000},
                           {"MB", 1000'000},
                           {"GB", 1000'000'000},
                           {"TB", 1000'000'000'000},
                           {"KiB", 1ULL << 10},
                           {"MiB", 1ULL << 20},
                           {"GiB", 1ULL << 30},
                           {"TiB", 1ULL << 40}};
constexpr Unit kSeconds[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

enum class Measure { count, bytes, seconds };

Measure measure_of(LimitKind kind) {
  switch (kind) {
    case LimitKind::processes:
    case LimitKind::open_files:
      return Measure::count;
    case LimitKind::memory:
    case LimitKind::file_size:
      return Measure::bytes;
    case LimitKind::time:
      return Measure::seconds;
  }
  return Measure::count;
}

std::string_view example_of(Measure measure) {
  switch (measure) {
    case Measure::count:
      return "a whole number such as `512`";
    case Measure::bytes:
      return "a number with a unit such as `512MiB` or `8GiB`";
    case Measure::seconds:
      return "a number with a unit: `90s`, `30m`, `2h` or `1d`";
  }
  return {};
}

template <size_t N>
std::optional<uint64_t> factor_of(const Unit (&units)[N], std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

std::optional<uint64_t> factor_of(Measure measure, std::string_view unit) {
  switch (measure) {
    case Measure::count:
      return unit.empty() ? std::optional<uint64_t>(1) : std::nullopt;
    case Measure::bytes:
      return factor_of(kBytes, unit);
    case Measure::seconds:
      return factor_of(kSeconds, unit);
  }
  return std::nullopt;
}

}  // namespace

tl::expected<uint64_t, std::string> parse_limit_value(LimitKind kind, std::string_view text) {
  const Measure measure = measure_of(kind);
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const auto factor = factor_of(measure, text.substr(digits));
  if (digits == 0 || !factor) {
    return tl::unexpected(fmt::format("`{}` takes {}", name_of(kind), example_of(measure)));
  }
  constexpr uint64_t kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  uint64_t value = 0;
  for (const char c : text.substr(0, digits)) {
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return tl::unexpected<std::string>("the number is too large");
    value = value * 10 + digit;
  }
  if (value > kMax / *factor) return tl::unexpected<std::string>("the number is too large");
  if (value == 0) return tl::unexpected<std::string>("a limit of nothing lets no program run");
  return value * *factor;
}

}  // namespace sbxc
