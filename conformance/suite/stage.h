// Where one attempt takes place: a fresh directory of random name with a home, a project in it, and
// places that no policy speaks of. Every file holds a secret of its own, which only the suite
// knows.
//
//   home/          HOME: keys, tokens, start files, settings
//   home/work/     the project and current directory: a git repository, sources, settings of
//   editors
//                  and agents, odd names; `.sbxc-probe` is the probe program
//   outside/       nothing in here is allowed by any policy
//   tmp/           TMPDIR
//   adapter/       files of the sandbox's adapter
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"
#include "conformance/suite/snapshot.h"
#include "conformance/suite/stage_plan.h"

namespace sbxc::conform {

// Where the probe program stands, unless it is said otherwise.
inline constexpr std::string_view kUsualPlace = "home/work/.sbxc-probe";

class Stage {
 public:
  struct Making {
    const StagePlan& plan;
    std::string_view probe;          // the probe program's bytes
    std::vector<std::string> sets;   // of the plan's
    std::string place{kUsualPlace};  // the probe program's, below the root
  };
  // `directory` must not exist; its parent must.
  static Result<Stage> make(const std::string& directory, const Making& making);
  // One that is not there yet, and whose secrets are known already.
  static Stage planned(const std::string& directory, const Making& making);
  // Makes one that was planned.
  Result<bool> build(const Making& making);
  // It stays when this goes.
  void keep() { removed_at_end_ = false; }
  // For another attempt on one that stands: marks of its own, and a place for the adapter.
  Result<bool> begin_anew();
  // Removes what stands beside its parts for one attempt; false if there is anything else.
  bool tidy() const;
  Stage(Stage&& other) noexcept;
  Stage& operator=(Stage&&) = delete;
  ~Stage();  // removes all of one that was made, whatever modes and flags were put on it

  const std::string& root() const { return root_; }
  // `home/.netrc`, as the plan or the manifest writes it, as an absolute path.
  std::string path(std::string_view below) const;
  // The probe program.
  const std::string& program() const { return program_; }
  // {home}, {work}, {outside}, {tmp}, {stage}, {secret:PATH} and {word} of the scene, replaced.
  std::string filled(std::string_view text) const;

  // The scene: words for the attempt. A prop adds its own.
  void add_word(const std::string& key, const std::string& value) { words_[key] = value; }
  const std::map<std::string, std::string>& words() const { return words_; }
  const std::string& nonce() const { return nonce_; }  // random; marks what an attempt sends

  // A new file with its directories; `{secret}` in it is a secret of its own.
  Result<bool> add_file(const std::string& below, const std::string& content, mode_t mode = 0644);
  // A file of the suite's own, beside what is looked at; its directory must be there.
  Result<bool> put_aside(const std::string& below, std::string_view bytes, mode_t mode) const;
  // A new secret of this name, for what is not a file of the stage.
  const std::string& new_secret(const std::string& name);
  // Empty if there is none of this name.
  const std::string& secret(std::string_view name) const;
  const std::map<std::string, std::string, std::less<>>& secrets() const { return secrets_; }
  // Nobody's secret: 32 random bytes in hex.
  static std::string random_hex();
  // What the plan has made only when the attempt asks for it.
  Result<bool> make_asked();

  // What the stage is now becomes what later changes are measured against. Props may add to the
  // stage before.
  void remember();
  const Snapshot& before() const { return before_; }
  // As it is now; read once after the command's end.
  const Snapshot& after() const;
  void look_again() const { after_.reset(); }

 private:
  Stage() = default;
  void mark();
  Result<bool> add(const StageItem& item);
  Result<bool> add_one(const StageItem& item, int n);
  std::string written_out(std::string_view text, const std::string& name, int n) const;

  std::string root_;
  bool removed_at_end_ = false;
  std::string nonce_;
  std::string program_;
  std::map<std::string, std::string> words_;
  std::map<std::string, std::string, std::less<>> secrets_;  // by path, as it is written
  std::vector<StageItem> asked_;
  Snapshot before_;
  int64_t remembered_at_ = 0;
  mutable std::optional<Snapshot> after_;
};

}  // namespace sbxc::conform
