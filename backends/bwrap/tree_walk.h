// One walk down the file system along the policy's patterns: the work behind access_tree.h. Found
// links make new tracks, so a walk is repeated until it finds none.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/bwrap/access_tree.h"
#include "backends/bwrap/stand.h"

namespace sbxc::bwrap {

// Keeps what was read, so that walks after the first cost nothing and see the same directory.
class RememberingView {
 public:
  RememberingView(const FileSystemView& files, size_t entry_limit)
      : files_(files), entry_limit_(entry_limit) {}

  const FileSystemView& files() const { return files_; }
  FileKind kind(const std::string& path);
  // Of a link: what is written in it, and what the kernel would make of its path.
  struct Link {
    std::optional<std::string> target;
    ResolvedPath resolved;
  };
  const Link& link(const std::string& path);
  // Nothing when the directory cannot be listed or the limit was met.
  const std::vector<DirectoryEntry>* list(const std::string& path);
  size_t entries_read() const { return entries_read_; }
  bool limit_met() const { return limit_met_; }

 private:
  // A directory that was asked for names. Many that are not there (the places where tools keep
  // their secrets) come out of one listing.
  struct Asked {
    size_t missing = 0;
    std::optional<std::vector<std::string>> all_names;
  };

  Asked& asked_in(std::string_view directory);

  const FileSystemView& files_;
  size_t entry_limit_;
  size_t entries_read_ = 0;
  bool limit_met_ = false;
  std::unordered_map<std::string, FileKind> kinds_;
  std::unordered_map<std::string, Asked> asked_;  // by directory, the root is empty
  std::unordered_map<std::string, Asked>::value_type* asked_last_ = nullptr;
  std::unordered_map<std::string, Link> links_;
  std::unordered_map<std::string, std::optional<std::vector<DirectoryEntry>>> lists_;
};

class TreeWalk {
 public:
  TreeWalk(AccessTree& tree, RememberingView& view, const TreeOptions& options)
      : tree_(tree), names_(tree.tracks), view_(view), options_(options) {}

  void run();
  // Only the links that rules spell out near the root: they are on so many rules' way (/bin) that a
  // whole walk to find them would be half of the work.
  void look_for_links();
  // Tracks that the links met on the way ask for; empty when the tree is complete.
  std::vector<Track>& found_tracks() { return found_; }

 private:
  struct Place {  // a node on the way, with where the walk stands there
    Node* node;
    Stand::Pointer stand;
    // What a mount gives to a name that appears in here: `below`, unless the place does not exist
    // and will not be made; then what the mount above it gives, whatever the policy says.
    Access region = Access::none;
  };
  using Names = std::map<std::string, FileKind>;

  Place root();
  Place child_of(const Place& here, Node& node, const std::string& name, FileKind kind);
  struct Spelt;
  struct Way;
  void look_for_links(const Spelt& from, Way& way);
  void fill(Place& here);
  void hide_listing(Place& here);
  Names names_to_visit(const Place& here);
  void add_listed(const Place& here, Names& names);
  bool may_leave_to_broker(const Place& here) const;
  void leave_to_broker(const Place& here);
  static bool turns_nothing(const Place& here, const std::string& name, FileKind kind);
  void visit(Place& here, const std::string& name, FileKind kind);
  void visit_missing(Place& here, Place& child);
  void note_out_of_sight(const Place& here);
  void imagine_directory(Place& here, const Place& child);
  void note_below_missing(const Place& here, const Place& child);
  void note_hidden_sockets(const Place& here);
  void note_directory_for_program(Place& here, const Place& child);
  static void note_missing_program(Place& here, const Place& child);
  bool make_stand_in(Place& here, Place& child, const std::vector<RuleId>& rules);
  bool denial_spells_out(const Place& place) const;
  void visit_link(Place& here, Place& child);
  void follow(const Place& here, const Node& link, const Stand::Named& named,
              const std::string& to);
  bool keep(const Node& parent, const Node& child) const;

  // What wildcards say about names that may appear in `here`.
  void note_wildcards(const Place& here);
  void note_shared_memory(const Place& shared);
  struct Open {
    LaterKind kind{};
    Operation operation{};
  };
  std::optional<Open> what_opens(const Place& here, const Pending& pending) const;
  void note(RuleId rule, LaterKind kind, Operation operation, const std::string& example);

  // Whether something of the kind is noted already: an example is made only for the first.
  bool is_noted(RuleId rule, LaterKind kind, Operation operation) const;

  AccessTree& tree_;
  const TrackNames names_;
  RememberingView& view_;
  const TreeOptions& options_;
  std::vector<Track> found_;
  Stand::Pointer in_dev_;   // with the wildcards from above
  bool imagining_ = false;  // what is met is not there, and nothing is made for it
  std::set<std::pair<Stand::Pointer, Access>> noted_;  // whose wildcards are noted
};

// A path that `glob` matches, continuing `directory` from the glob's component `from` on; made of
// names that a person would recognise.
std::string example_path(const std::string& directory, const PathGlob& glob, size_t from);

}  // namespace sbxc::bwrap
