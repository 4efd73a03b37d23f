// The policy laid over the file system: a tree of the places where what is allowed changes. Below
// a place that is in the tree, a name that is not in it has the place's `below` rights. The walk
// goes only where a pattern can still change something, lists directories only for wildcards, and
// reads at most `entry_limit` entries in all.
//
// What patterns say about names that do not exist cannot be in a tree of what exists; each such
// pattern is reported once, with an example, as `Later`.
//
// Links: rules speak of canonical paths (law 5). A pattern that runs through a link that exists is
// continued at the link's target: always where it makes the policy stricter, and where it allows
// something only if the policy's author spelt out the link and the command cannot replace it.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/file_system_view.h"
#include "backends/bwrap/outlook.h"

namespace sbxc::bwrap {

struct Node {
  std::string path;
  std::string name;
  FileKind kind{};
  Rights self;
  Rights below;
  std::vector<RuleId> rules;  // those that decide here
  bool to_create = false;     // a directory that the policy lets be written, made before the start
  bool stand_in = false;      // made before the start only to be mounted upon
  bool pin = false;           // a name below is protected although nothing bears it yet
  std::string missing_program;  // below it, may not be executed, and nothing bears the name yet
  bool listing_failed = false;  // the directory cannot be listed, so neither can the command
  std::string link_target;
  std::vector<Node> children;  // INVARIANT: sorted by name
};

enum class LaterKind : uint8_t {
  made_inside,   // the command could make it: the rule forbids that
  made_outside,  // others could make it, and the command would see it
  not_visible,   // the rule allows it, and it cannot be seen when it appears
  link_entry,    // a protected name is a link: the entry itself can be replaced
};

struct Later {
  RuleId rule{};
  LaterKind kind{};
  Operation operation{};  // read, write, exec or socket: what would go wrong
  std::string example;    // a path
};

struct LinkFollowed {
  std::string path;
  std::string target;  // canonical
  RuleId rule{};
};

struct AccessTree {
  std::vector<Track> tracks;  // with those made through links
  Node root;
  std::vector<Later> later;                 // by rule, one of each kind and operation
  std::vector<LinkFollowed> links;          // followed
  std::vector<LinkFollowed> links_refused;  // not followed: the command could point them elsewhere
  std::vector<RuleId> left_to_broker;       // whose wildcards were not looked for: it runs anyway
  std::string left_at;                      // the first directory where that was so
  std::vector<RuleId> over_limit;           // whose wildcards were not looked at to the end
  std::string over_limit_at;                // the directory where the limit was met
  size_t entries_read = 0;
};

struct TreeOptions {
  size_t entry_limit = 0;
  bool stand_ins = false;              // make mount points for missing protected names
  bool brokered = false;               // leave it to the broker what wildcards take away
  std::string start_directory;         // never masked because of a link
  std::vector<std::string> interests;  // sorted; further paths to have in the tree if they differ
};

AccessTree build_access_tree(const Policy& policy, const FileSystemView& files,
                             const TreeOptions& options);

// The rights of any path: its node's, or those of names below the nearest node above it.
Rights rights_at(const Node& root, std::string_view path);

}  // namespace sbxc::bwrap
