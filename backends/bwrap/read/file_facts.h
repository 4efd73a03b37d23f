// What a plan was made for: which names exist on the machine and what they are. Three of them: this
// machine as it is now, files that a test makes up, and either with what a plan makes before the
// start. Links are reported, never followed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbxc::bwrap_read {

enum class There : uint8_t { nothing, directory, file, link, socket, device, other };
std::string_view name_of(There there);  // the words of plan.json; `missing` for nothing

class FileFacts {
 public:
  using Names = std::vector<std::pair<std::string, There>>;

  virtual ~FileFacts() = default;
  virtual There what(const std::string& path) const = 0;
  virtual std::optional<std::string> link_text(const std::string& path) const = 0;
  virtual Names names(const std::string& directory) const = 0;  // none when it cannot be listed
  virtual std::vector<std::string> sockets() const = 0;         // that something listens on
};

class ThisMachine : public FileFacts {
 public:
  There what(const std::string& path) const override;
  std::optional<std::string> link_text(const std::string& path) const override;
  Names names(const std::string& directory) const override;
  std::vector<std::string> sockets() const override;
};

class RecordedFiles : public FileFacts {
 public:
  // Directories above it are made.
  RecordedFiles& add(const std::string& path, There there = There::file);
  RecordedFiles& add_link(const std::string& path, std::string text);

  There what(const std::string& path) const override;
  std::optional<std::string> link_text(const std::string& path) const override;
  Names names(const std::string& directory) const override;
  std::vector<std::string> sockets() const override;

 private:
  struct Entry {
    There there{};
    std::string text;
  };
  std::map<std::string, Entry> entries_{{"/", {There::directory, {}}}};
};

// `under`, and over it what is made before the start.
class WithMade : public FileFacts {
 public:
  explicit WithMade(const FileFacts& under) : under_(under) {}
  void make(const std::string& path, There there) { made_[path] = there; }

  There what(const std::string& path) const override;
  std::optional<std::string> link_text(const std::string& path) const override;
  Names names(const std::string& directory) const override;
  std::vector<std::string> sockets() const override { return under_.sockets(); }

 private:
  const FileFacts& under_;
  std::map<std::string, There> made_;
};

// What the kernel would make of `path`, all links followed; nothing after forty of them.
std::optional<std::string> behind_links(const FileFacts& facts, const std::string& path);

}  // namespace sbxc::bwrap_read
