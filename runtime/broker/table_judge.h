// A judge that asks a path table, and a list of the sockets that are allowed. What lies below two
// paths is compared by walking the table's automaton from both at once; answers are kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/broker/judge.h"
#include "runtime/path_table/path_table.h"

namespace sbxc::broker {

class TableJudge : public Judge {
 public:
  using Sockets = std::function<bool(std::string_view)>;

  // The table's bytes must outlive this. Without `sockets` none is allowed.
  explicit TableJudge(const path_table::PathTable& table, Sockets sockets = {});

  Rights at(std::string_view path) override;
  bool no_gain_below(std::string_view from, std::string_view to, Rights mask) override;
  bool writable_below(std::string_view path) override;
  bool socket(std::string_view name) override;

 private:
  using State = path_table::PathTable::State;

  // Where names below `path` begin: behind its slash.
  State names_below(std::string_view path) const;
  bool no_gain(State from, State to, Rights mask);
  bool search_gain(State from, State to, Rights mask) const;
  bool search_protected(State from) const;

  path_table::PathTable table_;
  Sockets sockets_;
  std::unordered_map<uint64_t, bool> gains_;  // by both states and the mask
  std::unordered_map<uint32_t, bool> writable_;
};

}  // namespace sbxc::broker
