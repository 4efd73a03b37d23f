// The path patterns of a policy, made ready for a walk by components: what is left of a pattern
// behind some of its components is a Rest, and rests that are alike are one. Each leads to one end:
// a Voice, which is what all rules say that say the same.
//
// What is said of a path is a set of facts, the bits of asked_bits.h: those of the operations mean
// here that some rule allows it, and kDenied… that some rule denies it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backends/bwrap/read/asked_bits.h"
#include "backends/bwrap/read/word_hash.h"
#include "compiler/policy/policy.h"

namespace sbxc::bwrap_read {

using Facts = uint32_t;
inline constexpr Facts kDeniedRead = 1U << kBitCount;
inline constexpr Facts kDeniedWrite = 2U << kBitCount;
inline constexpr Facts kDeniedExec = 4U << kBitCount;
inline constexpr Facts kDeniedSocket = 8U << kBitCount;

// What the facts come to: the bits of asked_bits.h. Declarations that speak of nothing are dropped.
uint32_t bits_of(Facts facts);
// With all facts that can change nothing any more beside these.
Facts settled_by(Facts facts);

struct Voice {
  Facts said = 0;           // of what a pattern matches and no exception
  Facts said_of_taken = 0;  // of what an exception matches as well
  bool has_except = false;
};

enum class LiteralId : uint32_t {};
enum class WildcardId : uint32_t {};
enum class RestId : uint32_t {};

struct Rest {
  enum class First : uint8_t {
    end,        // nothing is left: the pattern matches
    any,        // `**`
    literal,    // one name
    wildcard,   // names that a wildcard matches
    every_name  // `*`
  };
  First first{};
  uint32_t name = 0;  // a LiteralId or a WildcardId
  RestId next{};
  uint32_t voice = 0;
  bool of_except = false;  // the end belongs to the exceptions
};

class Patterns {
 public:
  struct Granted {  // by Landlock, to be executed
    std::string path;
    bool all_below = false;  // and not the directory itself
  };

  // `roles` by rule.
  Patterns(const Policy& policy, const std::vector<Role>& roles,
           const std::vector<Granted>& granted);

  const std::vector<RestId>& starts() const { return starts_; }
  const Rest& rest(RestId id) const { return rests_[static_cast<size_t>(id)]; }
  const Voice& voice(uint32_t id) const { return voices_[id]; }
  const Voice& voice_of(RestId id) const { return voices_[rest(id).voice]; }
  // `**` and nothing behind it.
  bool is_all_below(RestId id) const;

  // Names of this and of later literals; the number of a name that was met before is the same.
  LiteralId literal(std::string_view name);
  const LiteralId* known(std::string_view name) const;
  std::string_view text(LiteralId id) const { return *texts_[static_cast<size_t>(id)]; }
  const NameGlob& wildcard(WildcardId id) const { return wildcards_[static_cast<size_t>(id)]; }

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  void add_rule(const Rule& rule, const Role& role);
  void add(const std::vector<Pattern>& patterns, uint32_t voice, bool of_except);
  void add(const PathGlob& glob, uint32_t voice, bool of_except);
  void add(const std::string& path, bool all_below, Facts facts);
  uint32_t voice(const Voice& voice, const std::string& except);
  RestId rest(const Rest& rest);
  WildcardId wildcard(const NameGlob& glob);

  std::vector<RestId> starts_;
  std::vector<Rest> rests_;
  std::vector<Voice> voices_;
  std::vector<NameGlob> wildcards_;
  std::unordered_map<std::string, LiteralId, TextHash, std::equal_to<>> literals_;
  std::vector<const std::string*> texts_;  // keys of literals_
  std::unordered_map<Words, RestId, WordsHash> known_rests_;
  std::unordered_map<std::string, uint32_t> known_voices_;
  std::unordered_map<std::string, WildcardId> known_wildcards_;
};

}  // namespace sbxc::bwrap_read
