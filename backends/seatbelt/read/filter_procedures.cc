// The procedures that make filters, and the constants they take.
#include <algorithm>
#include <charconv>

#include "backends/seatbelt/read/filter_names.h"
#include "backends/seatbelt/read/profile_builder.h"

namespace sbxc::sbpl {
namespace {

const std::string& text_of(const Value& value, std::string_view filter, uint32_t line) {
  const Text* text = std::get_if<Text>(&value);
  if (text == nullptr) {
    fail(line, "invalid data type of " + std::string(filter) + " filter; expected pattern, got " +
                   std::string(type_name(value)));
  }
  return **text;
}
const std::string& symbol_of(const Value& value, uint32_t line) {
  const Symbol* symbol = std::get_if<Symbol>(&value);
  if (symbol == nullptr) fail(line, "a constant is expected");
  return *symbol->name;
}
FilterPtr filter_of(const Value& value, uint32_t line) {
  const FilterPtr* filter = std::get_if<FilterPtr>(&value);
  if (filter == nullptr) {
    fail(line, "a filter is expected, not a " + std::string(type_name(value)));
  }
  return *filter;
}
FilterPtr any_of(std::vector<FilterPtr> of, uint32_t line) {
  if (of.empty()) fail(line, "a filter takes at least one value");
  return of.size() == 1 ? of[0] : make_filter(AnyFilter{std::move(of)});
}

FilterPtr text_filter(std::string_view subject, TextMatch how, std::string text, uint32_t line) {
  TextFilter filter{.subject = std::string(subject), .how = how, .text = std::move(text)};
  if (how == TextMatch::regex) {
    auto regex = Regex::compile(filter.text);
    if (!regex) {
      throw ProfileError{line, "regular expression: " + regex.error().message,
                         regex.error().refusal};
    }
    if (regex->is_ambiguous()) {
      auto other = Regex::compile(filter.text, BackslashInClass::is_member);
      if (!other) not_understood(line, "regular expression: " + other.error().message);
      filter.other_reading = std::make_shared<const Regex>(std::move(*other));
    }
    filter.regex = std::make_shared<const Regex>(std::move(*regex));
  } else if (subject == "path") {
    if (filter.text.empty()) fail(line, "an empty path");
    if (how == TextMatch::subpath && filter.text.size() > 1 && filter.text.ends_with('/')) {
      filter.text.pop_back();
    }
  }
  return make_filter(std::move(filter));
}

void add_text_filter(Interpreter& to, std::string_view name, std::string_view subject,
                     TextMatch how) {
  to.define_primitive(
      name,
      [subject = std::string(subject), how](Interpreter&, Arguments a, uint32_t line) -> Value {
        std::vector<FilterPtr> of;
        for (const Value& value : a) {
          of.push_back(text_filter(subject, how, text_of(value, subject, line), line));
        }
        return any_of(std::move(of), line);
      });
}

AddressFilter address_of(bool remote, const std::string& proto, std::string_view text,
                         uint32_t line) {
  AddressFilter filter{.remote = remote, .proto = proto};
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) fail(line, "a network address is host:port");
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host != "*" && host != "localhost") {
    fail(line, "host must be * or localhost in network address");
  }
  filter.localhost = host == "localhost";
  if (port == "*") return filter;
  uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size() || number == 0) {
    fail(line, "invalid port in network address");
  }
  filter.port = number;
  return filter;
}

Value end_of_connection(bool remote, Arguments a, uint32_t line) {
  if (a.empty()) fail(line, "a protocol is expected");
  const std::string& proto = symbol_of(a[0], line);
  if (proto == "unix-socket" || proto == "unix") {
    std::vector<FilterPtr> of;
    for (const Value& value : a.subspan(1)) of.push_back(filter_of(value, line));
    return make_filter(UnixSocketFilter{of.empty() ? nullptr : any_of(std::move(of), line)});
  }
  const bool known =
      proto.starts_with("ip") || proto.starts_with("tcp") || proto.starts_with("udp");
  if (!known) fail(line, "unknown protocol: " + proto);
  if (a.size() == 1) return make_filter(AddressFilter{.remote = remote, .proto = proto});
  std::vector<FilterPtr> of;
  for (const Value& value : a.subspan(1)) {
    of.push_back(make_filter(address_of(remote, proto, text_of(value, "network", line), line)));
  }
  return any_of(std::move(of), line);
}

void add_combinators(Interpreter& to) {
  const auto all_of = [](Arguments a, uint32_t line) {
    std::vector<FilterPtr> of;
    for (const Value& value : a) of.push_back(filter_of(value, line));
    if (of.empty()) fail(line, "at least one filter is expected");
    return of;
  };
  to.define_primitive("require-all", [all_of](Interpreter&, Arguments a, uint32_t line) -> Value {
    return make_filter(AllFilter{all_of(a, line)});
  });
  to.define_primitive("require-any", [all_of](Interpreter&, Arguments a, uint32_t line) -> Value {
    return make_filter(AnyFilter{all_of(a, line)});
  });
  to.define_primitive("require-not", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    if (a.size() != 1) fail(line, "require-not takes one filter");
    return make_filter(NotFilter{filter_of(a[0], line)});
  });
}

void add_path_procedures(Interpreter& to) {
  to.define_primitive("path-ancestors", [](Interpreter&, Arguments a, uint32_t line) -> Value {
    std::vector<FilterPtr> of;
    for (const Value& value : a) {
      const std::string& path = text_of(value, "path", line);
      of.push_back(text_filter("path", TextMatch::exact, "/", line));
      for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
        of.push_back(text_filter("path", TextMatch::exact, path.substr(0, at), line));
      }
    }
    return any_of(std::move(of), line);
  });
  to.define_primitive("regex-quote", [](Interpreter& i, Arguments a, uint32_t line) {
    if (a.size() != 1) fail(line, "regex-quote takes a string");
    std::string quoted;
    for (const char c : text_of(a[0], "path", line)) {
      if (std::string_view("^.[$()|*+?{\\").find(c) != std::string_view::npos) quoted += '\\';
      quoted += c;
    }
    return i.heap().text(std::move(quoted));
  });
}

void add_state_filters(Interpreter& to) {
  const auto one = [&](std::string_view name, auto make) {
    to.define_primitive(name, [make](Interpreter&, Arguments a, uint32_t line) -> Value {
      std::vector<FilterPtr> of;
      for (const Value& value : a) of.push_back(make_filter(make(value, line)));
      return any_of(std::move(of), line);
    });
  };
  one("vnode-type", [](const Value& v, uint32_t line) {
    const std::string& type = symbol_of(v, line);
    if (std::find(std::begin(kVnodeTypes), std::end(kVnodeTypes), type) == std::end(kVnodeTypes)) {
      fail(line, "unknown type of vnode: " + type);
    }
    return VnodeTypeFilter{type};
  });
  to.define_primitive("tty", [](Interpreter&, Arguments, uint32_t) -> Value {
    return make_filter(VnodeTypeFilter{"TTY"});
  });
  one("target", [](const Value& v, uint32_t line) { return TargetFilter{symbol_of(v, line)}; });
  one("socket-domain",
      [](const Value& v, uint32_t line) { return SocketDomainFilter{symbol_of(v, line)}; });
  for (const std::string_view name : {"extension", "mach-extension", "granted-extensions"}) {
    one(name, [](const Value& v, uint32_t line) {
      return ExtensionFilter{text_of(v, "extension", line)};
    });
  }
  one("file-mode", [](const Value& v, uint32_t line) {
    const int64_t* bits = std::get_if<int64_t>(&v);
    if (bits == nullptr) fail(line, "file-mode takes a number");
    return ModeFilter{static_cast<uint32_t>(*bits)};
  });
  for (const std::string_view name : kUnknownFilters) {
    to.define_primitive(name, [name](Interpreter&, Arguments a, uint32_t) -> Value {
      std::string value;
      for (const Value& part : a) value += (value.empty() ? "" : " ") + constant_text(part);
      return make_filter(UnknownFilter{std::string(name), std::move(value)});
    });
  }
}

}  // namespace

void add_filter_procedures(ProfileBuilder& builder) {
  Interpreter& to = builder.interpreter_;
  for (const std::string_view name : kConstants) to.define(name, to.heap().symbol(name));
  add_combinators(to);
  add_path_procedures(to);
  add_state_filters(to);
  for (const std::string_view name : {"literal", "path", "path-literal"}) {
    add_text_filter(to, name, "path", TextMatch::exact);
  }
  add_text_filter(to, "subpath", "path", TextMatch::subpath);
  add_text_filter(to, "prefix", "path", TextMatch::prefix);
  add_text_filter(to, "path-prefix", "path", TextMatch::prefix);
  add_text_filter(to, "regex", "path", TextMatch::regex);
  add_text_filter(to, "path-regex", "path", TextMatch::regex);
  const auto add_name = [&](std::string_view name, std::string_view subject) {
    add_text_filter(to, name, subject, TextMatch::exact);
    add_text_filter(to, std::string(name) + "-prefix", subject, TextMatch::prefix);
    add_text_filter(to, std::string(name) + "-regex", subject, TextMatch::regex);
  };
  for (const std::string_view name : kTextFilters) add_name(name, name);
  add_name("iokit-user-client-class", "iokit-registry-entry-class");
  for (const bool remote : {false, true}) {
    const auto make = [remote](Interpreter&, Arguments a, uint32_t line) {
      return end_of_connection(remote, a, line);
    };
    to.define_primitive(remote ? "remote" : "local", make);
    to.define_primitive(remote ? "to" : "from", make);
  }
}

}  // namespace sbxc::sbpl
