#include "compiler/import/srt_relations.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "compiler/diag/printable.h"
#include "compiler/import/srt_domains.h"
#include "compiler/import/srt_schema.h"

namespace sbxc::import {

namespace {

const JsonValue& empty_value() {
  static const JsonValue none;
  return none;
}

const JsonValue& at(const JsonValue& value, std::string_view key) {
  const JsonValue* found = value.find(key);
  return found != nullptr ? *found : empty_value();
}

class Relations {
 public:
  Relations(const JsonValue& root, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  void check() {
    slashed_deny_globs();
    certificate_and_key();
    const JsonValue* credentials = root_.find("credentials");
    if (credentials == nullptr) return;
    bool masked = false;
    for (const char* list : {"envVars", "files"}) {
      const JsonValue& entries = at(*credentials, list);
      for (size_t i = 0; i < entries.items.size(); ++i) {
        masked |= credential(entries.items[i], fmt::format("/credentials/{}/{}", list, i));
      }
    }
    aws_pairs(*credentials);
    if (masked && at(root_, "network").find("tlsTerminate") == nullptr &&
        !at(*credentials, "allowPlaintextInject").boolean) {
      fault(*credentials,
            "`/credentials` masks a credential without `/network/tlsTerminate`, and "
            "srt refuses that unless `allowPlaintextInject` is true");
    }
  }

 private:
  void fault(const JsonValue& value, std::string message) {
    diagnostics_.report(
        {.kind = Kind::bad_setting, .span = value.span, .message = std::move(message)});
  }

  bool files_are_held() const { return !at(at(root_, "filesystem"), "disabled").boolean; }

  // As a pattern it matches nothing: a deny that denies nothing.
  void slashed_deny_glob(const JsonValue& value, std::string_view path,
                         const std::string& pointer) {
    const bool rooted = path.starts_with('/') || path.starts_with('~');
    if (!rooted || !path.ends_with('/') || path.find_first_of("*?[]") == std::string_view::npos)
      return;
    fault(value,
          fmt::format("`{}` is a pattern that ends in a slash, which matches nothing", pointer));
  }

  void slashed_deny_globs() {
    if (!files_are_held()) return;
    for (const char* list : {"denyRead", "denyWrite"}) {
      const JsonValue& entries = at(at(root_, "filesystem"), list);
      for (size_t i = 0; i < entries.items.size(); ++i) {
        slashed_deny_glob(entries.items[i], entries.items[i].text,
                          fmt::format("/filesystem/{}/{}", list, i));
      }
    }
  }

  void certificate_and_key() {
    const JsonValue& tls = at(at(root_, "network"), "tlsTerminate");
    if ((tls.find("caCertPath") == nullptr) != (tls.find("caKeyPath") == nullptr)) {
      fault(tls, "`/network/tlsTerminate` has only one of `caCertPath` and `caKeyPath`");
    }
  }

  // Whether it is masked.
  bool credential(const JsonValue& entry, const std::string& pointer) {
    const bool mask = at(entry, "mode").text == "mask";
    inject_hosts(entry, pointer, mask);
    if (const JsonValue* claims = entry.find("maskClaims")) {
      if (entry.find("decode") == nullptr) {
        fault(*claims, fmt::format("`{}/maskClaims` needs `decode`", pointer));
      } else if (claims->items.empty()) {
        fault(*claims, fmt::format("`{}/maskClaims` is empty", pointer));
      }
    }
    const JsonValue* path = entry.find("path");
    if (path == nullptr) return mask;
    if (mask && path->text.ends_with('/')) {
      fault(*path, fmt::format("`{}/path` is a directory, and only a file can be masked", pointer));
    }
    if (!mask && files_are_held()) slashed_deny_glob(*path, path->text, pointer + "/path");
    return mask;
  }

  void inject_hosts(const JsonValue& entry, const std::string& pointer, bool mask) {
    const JsonValue& allowed = at(at(root_, "network"), "allowedDomains");
    const JsonValue& excluded = at(at(at(root_, "network"), "tlsTerminate"), "excludeDomains");
    const auto among = [](const JsonValue& list, std::string_view host) {
      return std::ranges::any_of(
          list.items, [&](const JsonValue& item) { return domain_covers(item.text, host); });
    };
    const JsonValue* hosts = entry.find("injectHosts");
    if (hosts == nullptr) {
      const bool nowhere = mask && !allowed.items.empty() &&
                           std::ranges::all_of(allowed.items, [&](const JsonValue& item) {
                             return among(excluded, split_domain(item.text).host);
                           });
      if (nowhere)
        fault(entry,
              fmt::format("`{}` could be put in nowhere: every allowed host is in `excludeDomains`",
                          pointer));
      return;
    }
    if (mask && hosts->items.empty())
      fault(*hosts, fmt::format("`{}/injectHosts` is empty", pointer));
    for (size_t i = 0; i < hosts->items.size(); ++i) {
      const JsonValue& host = hosts->items[i];
      if (!among(allowed, host.text)) {
        fault(host, fmt::format("`{}/injectHosts/{}` is not among `allowedDomains`", pointer, i));
      } else if (mask && among(excluded, host.text)) {
        fault(host, fmt::format("`{}/injectHosts/{}` is among `excludeDomains`", pointer, i));
      }
    }
  }

  void aws_pairs(const JsonValue& credentials) {
    std::set<std::string> taken;
    const JsonValue& pairs = at(credentials, "awsPairs");
    for (size_t i = 0; i < pairs.items.size(); ++i) {
      for (const JsonValue& member : pairs.items[i].items) {
        const std::string& name = member.text;
        const std::string pointer = fmt::format("/credentials/awsPairs/{}/{}", i, member.key);
        if (!taken.insert(name).second) {
          fault(member, fmt::format("`{}` names `{}` a second time", pointer, name));
          continue;
        }
        const auto& variables = at(credentials, "envVars").items;
        const auto entry = std::ranges::find_if(
            variables, [&](const JsonValue& value) { return at(value, "name").text == name; });
        if (entry == variables.end() || at(*entry, "mode").text != "mask") {
          fault(member, fmt::format("`{}` names no masked variable", pointer));
        } else if (entry->find("extract") != nullptr || entry->find("decode") != nullptr) {
          fault(member, fmt::format("`{}` names a variable that is masked in part", pointer));
        }
      }
    }
  }

  const JsonValue& root_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_srt_relations(const JsonValue& root, Diagnostics& diagnostics) {
  Relations(root, diagnostics).check();
}

}  // namespace sbxc::import
