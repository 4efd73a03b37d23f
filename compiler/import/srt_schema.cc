// Settings against the table, one pass over the tree. A key of the settings and a row of the table
// meet by their pointers, with `*` for what is counted or named freely.
#include "compiler/import/srt_schema.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/import/srt_relations.h"

namespace sbxc::import {

namespace {

struct Place {
  std::string row;      // as the table spells it: `/credentials/files/*`
  std::string pointer;  // as the settings do: `/credentials/files/0`
  Span span;            // of the key, or of an item's value
};

class SettingsCheck {
 public:
  explicit SettingsCheck(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void value(const JsonValue& value, const Place& place, const SrtKey& key) {
    if (const std::string fault = srt_fault(key, value); !fault.empty()) {
      diagnostics_.report(
          {.kind = Kind::bad_setting,
           .span = value.span,
           .message = place.pointer.empty()
                          ? fmt::format("the settings {}", fault)
                          : fmt::format("`{}` {}", printable(place.pointer), fault)});
      return;
    }
    say_what_is_lost(value, place, key);
    switch (key.check) {
      case SrtCheck::object:
      case SrtCheck::strict_object:
        members(value, place, key);
        return;
      case SrtCheck::record:
        for (const JsonValue& member : value.items) {
          child(member, {place.row + "/*", pointer_to(place.pointer, member.key), member.key_span});
        }
        return;
      case SrtCheck::array:
      case SrtCheck::filled_array:
        for (size_t i = 0; i < value.items.size(); ++i) {
          child(value.items[i],
                {place.row + "/*", fmt::format("{}/{}", place.pointer, i), value.items[i].span});
        }
        return;
      case SrtCheck::port_pair:
      case SrtCheck::boolean:
      case SrtCheck::integer:
      case SrtCheck::text:
      case SrtCheck::filled_text:
      case SrtCheck::short_text:
      case SrtCheck::word:
      case SrtCheck::path_entry:
      case SrtCheck::absolute_path:
      case SrtCheck::domain:
      case SrtCheck::allowed_domain:
      case SrtCheck::denied_domain:
      case SrtCheck::address_range:
      case SrtCheck::variable_name:
      case SrtCheck::mach_name:
      case SrtCheck::capturing_regex:
      case SrtCheck::url:
      case SrtCheck::uuid:
      case SrtCheck::callback:
        return;
    }
  }

 private:
  static const SrtKey* row(std::string_view pointer) {
    const auto& keys = srt_keys();
    const auto at = std::ranges::find(keys, pointer, &SrtKey::pointer);
    return at == keys.end() ? nullptr : &*at;
  }

  void child(const JsonValue& child, const Place& place) {
    if (const SrtKey* key = row(place.row)) value(child, place, *key);
  }

  void members(const JsonValue& object, const Place& place, const SrtKey& key) {
    for (const JsonValue& member : object.items) {
      const Place at{pointer_to(place.row, member.key), pointer_to(place.pointer, member.key),
                     member.key_span};
      if (const SrtKey* known = row(at.row); known != nullptr && !member.key.empty()) {
        value(member, at, *known);
      } else {
        unknown(member, at, place.row, key.check == SrtCheck::strict_object);
      }
    }
    for (const SrtKey& wanted : srt_keys()) {
      const size_t slash = wanted.pointer.rfind('/');
      if (slash == std::string_view::npos || wanted.presence == SrtPresence::optional ||
          wanted.pointer.substr(0, slash) != place.row) {
        continue;
      }
      const std::string_view name = wanted.pointer.substr(slash + 1);
      if (name == "*" || object.find(name) != nullptr) continue;
      diagnostics_.report(
          {.kind = Kind::bad_setting,
           .span = object.span,
           .message = fmt::format("`{}` is missing", pointer_to(place.pointer, name)),
           .help = fmt::format("srt runs nothing without it; the least is `\"{}\": {}`", name,
                               wanted.check == SrtCheck::object  ? "{…}"
                               : wanted.check == SrtCheck::array ? "[]"
                                                                 : "…")});
    }
  }

  void unknown(const JsonValue& member, const Place& at, std::string_view parent_row,
               bool refused) {
    std::vector<std::string_view> candidates;
    for (const SrtKey& key : srt_keys()) {
      const size_t slash = key.pointer.rfind('/');
      if (slash != std::string_view::npos && key.pointer.substr(0, slash) == parent_row) {
        candidates.push_back(key.pointer.substr(slash + 1));
      }
    }
    const std::string meant = nearest(member.key, candidates);
    diagnostics_.report(
        {.kind = refused ? Kind::bad_setting : Kind::unknown_settings_key,
         .span = member.key_span,
         .message =
             refused ? fmt::format("`{}` is no setting, and srt refuses it", printable(at.pointer))
                     : fmt::format("`{}` is no setting: srt ignores it, and the policy "
                                   "does not hold it",
                                   printable(at.pointer)),
         .help = meant.empty() ? "" : fmt::format("did you mean `{}`?", meant)});
  }

  void say_what_is_lost(const JsonValue& value, const Place& place, const SrtKey& key) {
    if (!says_something(value) || key.reason.empty()) return;
    const bool partly = key.carried == SrtCarried::partly;
    diagnostics_.report(
        {.kind = partly ? Kind::setting_carried_in_part : Kind::setting_not_carried,
         .span = place.span,
         .message = fmt::format("`{}` is {}: {}", printable(place.pointer),
                                partly ? "carried over in part" : "not carried over", key.reason)});
  }

  Diagnostics& diagnostics_;
};

}  // namespace

const std::vector<SrtKey>& srt_keys() {
  static const std::vector<SrtKey> keys = {
#define SRT_KEY(pointer, check, argument, presence, carried, reason) \
  {pointer, SrtCheck::check, argument, SrtPresence::presence, SrtCarried::carried, reason},
#include "compiler/import/srt_keys.def"
#undef SRT_KEY
  };
  return keys;
}

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::string out(parent);
  out += '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

bool says_something(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null:
      return false;
    case JsonValue::Kind::boolean:
      return value.boolean;
    case JsonValue::Kind::number:
      return true;
    case JsonValue::Kind::text:
      return true;
    case JsonValue::Kind::array:
      return !value.items.empty();
    case JsonValue::Kind::object:
      return !value.items.empty();
  }
  return true;
}

void check_srt_settings(const JsonValue& root, Diagnostics& diagnostics) {
  SettingsCheck(diagnostics).value(root, {"", "", root.span}, srt_keys().front());
  if (!diagnostics.has_errors()) check_srt_relations(root, diagnostics);
}

}  // namespace sbxc::import
