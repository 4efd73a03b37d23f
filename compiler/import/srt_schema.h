// What srt's settings may hold: the table of srt_keys.def, and settings held to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/import/json_tree.h"

namespace sbxc::import {

enum class SrtCheck : uint8_t {
  object,         // with members that it has rows for; others are listed
  strict_object,  // others are errors: srt refuses them too
  record,         // any keys
  array,
  filled_array,  // one item at least
  port_pair,     // [low, high], at most 64 apart
  boolean,
  integer,  // argument: least and most
  text,
  filled_text,  // not empty
  short_text,   // not empty, argument: at most so many characters
  word,         // argument: one of these
  path_entry,   // not empty, or {"path": …, "literal": true}
  absolute_path,
  domain,          // example.com, *.example.com
  allowed_domain,  // the same with a port
  denied_domain,   // the same, or * with a port
  address_range,   // an address or a network
  variable_name,
  mach_name,  // at most one *, the last
  capturing_regex,
  url,
  uuid,
  callback,  // JSON cannot hold it
};

enum class SrtPresence : uint8_t { required, optional };
enum class SrtCarried : uint8_t { carried, partly, not_carried, implied };

struct SrtKey {
  std::string_view pointer;
  SrtCheck check;
  std::string_view argument;
  SrtPresence presence;
  SrtCarried carried;
  std::string_view reason;
};
const std::vector<SrtKey>& srt_keys();

// Reports wrong and missing settings as errors, unknown keys and what is not carried over as
// warnings. The rules between keys included (a mask needs tlsTerminate, and the like).
void check_srt_settings(const JsonValue& root, Diagnostics& diagnostics);

// What is wrong with one value; empty when nothing is. Of `object`, `array` and their like the kind
// alone.
std::string srt_fault(const SrtKey& key, const JsonValue& value);

// RFC 6901: `/network/allowedDomains/0`.
std::string pointer_to(std::string_view parent, std::string_view key);

// Whether a value asks for anything: true, a number, something that is not empty.
bool says_something(const JsonValue& value);

}  // namespace sbxc::import
