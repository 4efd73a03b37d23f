// What one value must be, and the words for what it is not. As srt's schema has it, so that a file
// srt refuses is refused here, with one step to the safe side: a regular expression is only
// looked over for its brackets and for a group, for nothing here runs it.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "compiler/diag/printable.h"
#include "compiler/import/srt_domains.h"
#include "compiler/import/srt_schema.h"

namespace sbxc::import {

namespace {

using JsonKind = JsonValue::Kind;

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// Balanced brackets and a group that captures.
bool captures(std::string_view regex) {
  size_t depth = 0;
  bool group = false;
  bool in_class = false;
  for (size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\') {
      if (++i == regex.size()) return false;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
      const std::string_view rest = regex.substr(i + 1);
      const bool named =
          rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
      group = group || !rest.starts_with('?') || named;
    } else if (c == ')' && depth-- == 0) {
      return false;
    }
  }
  return depth == 0 && !in_class && group;
}

bool is_url(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view rest = text.substr(colon + 3);
  return !rest.empty() && rest.front() != '/' && rest.find(' ') == std::string_view::npos;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

std::string one_of(std::string_view words, std::string_view value) {
  std::istringstream list{std::string(words)};
  std::string all;
  for (std::string word; list >> word;) {
    if (word == value) return {};
    all += fmt::format("{}`{}`", all.empty() ? "" : ", ", word);
  }
  return fmt::format("is none of {}: `{}`", all, printable(value));
}

std::string integer_fault(const JsonValue& value, std::string_view bounds) {
  std::istringstream both{std::string(bounds)};
  double least = 0;
  double most = 0;
  both >> least >> most;
  if (value.integral && value.number >= least && value.number <= most) return {};
  return fmt::format("is not a whole number from {} to {}", least, most);
}

std::string path_entry_fault(const JsonValue& value) {
  constexpr std::string_view kWanted = "is neither a path nor `{\"path\": …, \"literal\": true}`";
  if (value.kind == JsonKind::text) return value.text.empty() ? "is an empty path" : "";
  if (value.kind != JsonKind::object) return std::string(kWanted);
  const JsonValue* path = value.find("path");
  const JsonValue* literal = value.find("literal");
  const bool fits = value.items.size() == 2 && path != nullptr && literal != nullptr &&
                    path->kind == JsonKind::text && literal->kind == JsonKind::boolean &&
                    literal->boolean;
  if (!fits) return std::string(kWanted);
  return path->text.empty() ? "is an empty path" : "";
}

std::string port_pair_fault(const JsonValue& value) {
  const auto& items = value.items;
  const bool fits = items.size() == 2 && items[0].integral && items[1].integral &&
                    items[0].number >= 1 && items[1].number <= 65535 &&
                    items[0].number <= items[1].number && items[1].number - items[0].number <= 64;
  return fits ? "" : "is not `[low, high]` with at most 64 ports between";
}

std::string domain_fault(std::string_view text, DomainPorts ports, DomainStar star) {
  if (is_domain_entry(text, ports, star)) return {};
  return fmt::format("is no host that srt takes: `{}`; it takes `example.com`, `*.example.com`{}{}",
                     printable(text),
                     ports == DomainPorts::taken ? ", `[::1]`, each with `:443` or without" : "",
                     star == DomainStar::taken ? ", and `*`" : "");
}

std::string mach_fault(std::string_view name) {
  const size_t star = name.find('*');
  return star == std::string_view::npos || star + 1 == name.size() ? ""
                                                                   : "has a `*` before its end";
}

JsonKind kind_wanted(SrtCheck check) {
  switch (check) {
    case SrtCheck::object:
    case SrtCheck::strict_object:
    case SrtCheck::record:
      return JsonKind::object;
    case SrtCheck::array:
    case SrtCheck::filled_array:
    case SrtCheck::port_pair:
      return JsonKind::array;
    case SrtCheck::boolean:
      return JsonKind::boolean;
    case SrtCheck::integer:
      return JsonKind::number;
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
      return JsonKind::text;
  }
  return JsonKind::null;
}

std::string text_fault(const SrtKey& key, const std::string& text) {
  switch (key.check) {
    case SrtCheck::filled_text:
      return text.empty() ? "is empty" : "";
    case SrtCheck::short_text:
      return text.empty() || display_width(text) > 20 ? "is empty or too long" : "";
    case SrtCheck::word:
      return one_of(key.argument, text);
    case SrtCheck::absolute_path:
      return text.starts_with('/') ? "" : "is not an absolute path";
    case SrtCheck::domain:
      return domain_fault(text, DomainPorts::refused, DomainStar::refused);
    case SrtCheck::allowed_domain:
      return domain_fault(text, DomainPorts::taken, DomainStar::refused);
    case SrtCheck::denied_domain:
      return domain_fault(text, DomainPorts::taken, DomainStar::taken);
    case SrtCheck::address_range:
      return address_range(text) ? ""
                                 : fmt::format("is no address or network: `{}`", printable(text));
    case SrtCheck::variable_name:
      return is_variable_name(text)
                 ? ""
                 : fmt::format("is no name of a variable: `{}`", printable(text));
    case SrtCheck::mach_name:
      return mach_fault(text);
    case SrtCheck::capturing_regex:
      return captures(text) ? "" : "is no regular expression with a group";
    case SrtCheck::url:
      return is_url(text) ? "" : "is no URL";
    case SrtCheck::uuid:
      return is_uuid(text) ? "" : "is no UUID";
    case SrtCheck::object:
    case SrtCheck::strict_object:
    case SrtCheck::record:
    case SrtCheck::array:
    case SrtCheck::filled_array:
    case SrtCheck::port_pair:
    case SrtCheck::boolean:
    case SrtCheck::integer:
    case SrtCheck::text:
    case SrtCheck::path_entry:
    case SrtCheck::callback:
      return {};
  }
  return {};
}

}  // namespace

std::string srt_fault(const SrtKey& key, const JsonValue& value) {
  if (key.check == SrtCheck::callback) return "is a function, which JSON cannot hold";
  if (key.check == SrtCheck::path_entry) return path_entry_fault(value);
  const JsonKind wanted = kind_wanted(key.check);
  if (value.kind != wanted) {
    return fmt::format("is {}, not {}", name_of(value.kind), name_of(wanted));
  }
  if (key.check == SrtCheck::integer) return integer_fault(value, key.argument);
  if (key.check == SrtCheck::port_pair) return port_pair_fault(value);
  if (key.check == SrtCheck::filled_array) return value.items.empty() ? "is empty" : "";
  return value.kind == JsonKind::text ? text_fault(key, value.text) : "";
}

}  // namespace sbxc::import
