// plan.args: bubblewrap's own arguments, each ended by a NUL byte, as `bwrap --args FD` takes them.
// Only options whose meaning for a plan is modelled are understood; bubblewrap has more.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/plan.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

constexpr auto kFlags = std::to_array<std::string_view>(
    {"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
     "--unshare-cgroup", "--unshare-cgroup-try", "--unshare-user-try", "--unshare-all",
     "--share-net", "--die-with-parent", "--new-session", "--disable-userns", "--clearenv"});

struct StepOption {
  std::string_view name;
  Do what;
  bool writable;
  bool has_source;
  bool may_be_left;
};

constexpr auto kSteps = std::to_array<StepOption>({
    {"--bind", Do::bind, true, true, false},
    {"--bind-try", Do::bind, true, true, true},
    {"--ro-bind", Do::bind, false, true, false},
    {"--ro-bind-try", Do::bind, false, true, true},
    {"--dev-bind", Do::dev_bind, true, true, false},
    {"--dev-bind-try", Do::dev_bind, true, true, true},
    {"--tmpfs", Do::tmpfs, true, false, false},
    {"--dir", Do::directory, false, false, false},
    {"--symlink", Do::link, false, true, false},
    {"--proc", Do::proc, true, false, false},
    {"--dev", Do::dev, true, false, false},
    {"--remount-ro", Do::read_only, false, false, false},
});

class ArgumentsReader {
 public:
  Reading<ArgumentsFile> read(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\0');
      if (end == std::string_view::npos) return wrong("its last argument has no end");
      words_.emplace_back(bytes.substr(0, end));
      bytes.remove_prefix(end + 1);
    }
    while (at_ < words_.size() && problem_.empty()) read_option(words_[at_++]);
    if (problem_.empty() && mode_) problem_ = "`--perms` stands before nothing that takes it";
    if (!problem_.empty()) return wrong(problem_);
    std::ranges::sort(file_.flags);
    return std::move(file_);
  }

 private:
  static tl::unexpected<std::string> wrong(std::string what) {
    return tl::unexpected(std::move(what));
  }

  std::string next(const std::string& option) {
    if (at_ < words_.size()) return words_[at_++];
    if (problem_.empty()) problem_ = fmt::format("`{}` has no value", option);
    return {};
  }

  uint32_t octal(const std::string& option) {
    const std::string text = next(option);
    uint32_t mode = 0;
    const bool good = !text.empty() && text.size() <= 4 &&
                      text.find_first_not_of("01234567") == std::string::npos;
    if (!good && problem_.empty()) problem_ = fmt::format("`{}` has no octal mode", option);
    for (const char c : good ? text : std::string()) {
      mode = mode * 8 + static_cast<uint32_t>(c - '0');
    }
    return mode;
  }

  std::string path(const std::string& option) {
    std::string text = next(option);
    if (!is_canonical(text) && problem_.empty()) {
      problem_ =
          fmt::format("`{}` has a path that is not canonical: `{}`", option, printable(text));
    }
    return text;
  }

  void read_option(const std::string& word) {
    const auto* step = std::find_if(kSteps.begin(), kSteps.end(),
                                    [&](const StepOption& one) { return one.name == word; });
    if (step != kSteps.end()) {
      read_step(*step);
    } else if (std::find(kFlags.begin(), kFlags.end(), word) != kFlags.end()) {
      file_.flags.push_back(word);
    } else if (word == "--cap-drop") {
      file_.flags.push_back(word + " " + next(word));
    } else if (word == "--hostname") {
      file_.hostname = next(word);
    } else if (word == "--chdir") {
      file_.directory = next(word);
    } else if (word == "--setenv") {
      std::string name = next(word);
      file_.variables.push_back({std::move(name), next(word)});
    } else if (word == "--perms") {
      mode_ = octal(word);
    } else if (word == "--chmod") {
      Step made{.what = Do::chmod, .mode = octal(word)};
      made.target = path(word);
      made.text = fmt::format("--chmod {:04o} {}", made.mode, made.target);
      file_.steps.push_back(std::move(made));
    } else {
      problem_ = fmt::format("it has an argument that is not known: `{}`", printable(word));
    }
  }

  void read_step(const StepOption& option) {
    const std::string name(option.name);
    Step step{.what = option.what, .writable = option.writable, .may_be_left = option.may_be_left};
    const bool takes_mode = option.what == Do::tmpfs || option.what == Do::directory;
    if (takes_mode) {
      step.mode = mode_.value_or(0755);
    } else if (mode_) {
      problem_ = fmt::format("`--perms` stands before `{}`", name);
      return;
    }
    mode_.reset();
    if (option.has_source) step.source = option.what == Do::link ? next(name) : path(name);
    step.target = path(name);
    step.text = name + (option.has_source ? " " + step.source : "") + " " + step.target;
    file_.steps.push_back(std::move(step));
  }

  std::vector<std::string> words_;
  size_t at_ = 0;
  std::optional<uint32_t> mode_;
  std::string problem_;
  ArgumentsFile file_;
};

}  // namespace

Reading<ArgumentsFile> read_plan_args(std::string_view bytes) {
  if (bytes.size() > kMaxPlanBytes) return tl::unexpected(std::string("it is too large"));
  return ArgumentsReader().read(bytes);
}

}  // namespace sbxc::bwrap_read
