#include "compiler/driver/proxy_secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "compiler/pattern/host_name.h"
#include "runtime/descriptor/descriptor.h"

namespace sbxc::driver {
namespace {

constexpr size_t kMaxFile = size_t{1} << 20;
constexpr size_t kMinToken = 16;
constexpr size_t kMaxToken = 255;  // as SOCKS5 has it (RFC 1929)
constexpr size_t kMaxName = 64;

tl::unexpected<launch::Failure> refused(std::string message, std::string help) {
  return tl::unexpected(launch::Failure{.message = std::move(message), .help = std::move(help)});
}

launch::Result<std::string> read_secret_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0) {
    return refused(fmt::format("`{}` cannot be read: {}", path, std::strerror(errno)), "");
  }
  if (S_ISDIR(facts.st_mode)) return refused(fmt::format("`{}` is a directory", path), "");
  if (facts.st_uid != geteuid() && facts.st_uid != 0) {
    return refused(fmt::format("`{}` belongs to another user, who can change it", path),
                   "make a file of your own");
  }
  if ((facts.st_mode & 077) != 0) {
    return refused(fmt::format("`{}` holds secrets, and others may use it (mode {:04o})", path,
                               facts.st_mode & 07777),
                   fmt::format("chmod 600 {}", path));
  }
  std::string text;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(file.get(), bytes, sizeof(bytes))) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || text.size() > kMaxFile) {
      return refused(fmt::format("`{}` cannot be read: {}", path,
                                 got < 0 ? std::strerror(errno) : "it is too large"),
                     "");
    }
    text.append(bytes, static_cast<size_t>(got));
  }
  return text;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

// What is wrong with it, without the token.
const char* fault_of(std::string_view name, std::string_view token) {
  if (!is_name(name)) return "a name has 1 to 64 letters, digits, `-`, `_` and `.`";
  if (token.size() < kMinToken) return "a token has 16 characters or more";
  if (token.size() > kMaxToken) return "a token has 255 characters or less";
  if (!is_visible(token)) return "a token has no spaces, and nothing but ASCII";
  return nullptr;
}

// Adds to `clients`.
launch::Result<bool> read_file_of_clients(const std::string& path,
                                          std::vector<egress::Client>& clients) {
  const auto text = read_secret_file(path);
  if (!text) return tl::unexpected(text.error());
  constexpr const char* kHelp = "write lines `name:token`; `openssl rand -hex 32` makes a token";
  size_t number = 0;
  size_t found = 0;
  for (std::string_view left = *text; !left.empty();) {
    const size_t end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos) {
      return refused(fmt::format("{}:{}: there is no `name:token`", path, number), kHelp);
    }
    if (const char* fault = fault_of(name, line.substr(colon + 1))) {
      return refused(fmt::format("{}:{}: {}", path, number, fault), kHelp);
    }
    if (std::ranges::find(clients, name, &egress::Client::name) != clients.end()) {
      return refused(fmt::format("{}:{}: `{}` has a token already", path, number, name),
                     "give each client a name of its own");
    }
    clients.push_back({std::string(name), std::string(line.substr(colon + 1))});
    ++found;
  }
  if (found == 0) return refused(fmt::format("`{}` holds no token", path), kHelp);
  return true;
}

}  // namespace

launch::Result<std::vector<egress::Client>> read_clients(const std::vector<std::string>& files) {
  std::vector<egress::Client> clients;
  for (const std::string& file : files) {
    if (auto read = read_file_of_clients(file, clients); !read) {
      return tl::unexpected(std::move(read.error()));
    }
  }
  return clients;
}

launch::Result<std::string> read_credentials(const std::string& path) {
  auto text = read_secret_file(path);
  if (!text) return text;
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->find(':') == std::string::npos || text->find_first_of("\r\n") != std::string::npos) {
    return refused(fmt::format("`{}` is not one line `user:password`", path), "");
  }
  return text;
}

launch::Result<egress::Upstream> parse_upstream(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  constexpr const char* kHelp = "write `http://proxy.example:3128`";
  std::string_view left = url;
  if (!left.starts_with(kScheme)) {
    return refused("the upstream proxy is not an `http://` address", kHelp);
  }
  left.remove_prefix(kScheme.size());
  if (left.ends_with('/')) left.remove_suffix(1);
  if (left.find('@') != std::string_view::npos) {
    return refused("a password on the command line can be read by every user of this machine",
                   "write `user:password` into a file, and name it with --upstream-auth-file");
  }
  const size_t colon = left.rfind(':');
  std::string_view host = left.substr(0, std::min(colon, left.size()));
  uint16_t port = 0;
  if (colon != std::string_view::npos) {
    const std::string_view digits = left.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size()) port = 0;
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_ip(host).address;
  const auto name = canonical_host_name(host);
  if (port == 0 || (!address && !name)) {
    return refused(fmt::format("`{}` does not name a host and a port", url), kHelp);
  }
  egress::Upstream upstream;
  upstream.host = address ? address->text() : *name;
  upstream.port = port;
  return upstream;
}

}  // namespace sbxc::driver
