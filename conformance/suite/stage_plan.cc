#include "conformance/suite/stage_plan.h"

#include <fmt/core.h>

#include "conformance/suite/toml_table.h"

namespace sbxc::conform {

namespace {

Result<StageItem> read_item(const std::string& file, const toml::table& table) {
  TableReader reader(file, table);
  StageItem item;
  item.path = reader.required_text("path");
  const std::string kind = reader.text("kind", "file");
  const bool link = kind == "link" || kind == "hard link";
  if (kind == "directory") item.kind = StageItem::Kind::directory;
  if (kind == "link") item.kind = StageItem::Kind::link;
  if (kind == "hard link") item.kind = StageItem::Kind::hard_link;
  if (!link && kind != "file" && kind != "directory" && kind != "program") {
    reader.blame("kind", fmt::format("`{}` is no kind of thing on a stage", kind),
                 "kinds are file, program, directory, link, hard link");
  }
  item.content = link ? reader.required_text("target") : reader.text("content", "{secret}\n");
  const int64_t usual = kind == "directory" || kind == "program" ? 0755 : 0644;
  item.mode = static_cast<mode_t>(reader.integer("mode", usual, 0, 07777));
  item.set = reader.text("set", "");
  const std::string when = reader.text("when", "");
  item.asked = when == "asked";
  if (!when.empty() && !item.asked) reader.blame("when", "`when` can only be `asked`");
  item.repeat = static_cast<int>(reader.integer("repeat", 1, 1, 100'000));
  if (auto wrong = reader.finish()) return tl::unexpected(*wrong);
  return item;
}

}  // namespace

std::set<std::string, std::less<>> StagePlan::sets() const {
  std::set<std::string, std::less<>> names;
  for (const StageItem& item : items) {
    if (!item.set.empty()) names.insert(item.set);
  }
  return names;
}

Result<StagePlan> read_stage_plan(const std::string& name, std::string_view text) {
  const auto file = parse_toml(name, text);
  if (!file) return tl::unexpected(file.error());
  TableReader top(name, *file);
  StagePlan plan;
  if (const toml::array* entries = top.tables("entry")) {
    for (const toml::node& each : *entries) {
      auto item = read_item(name, *each.as_table());
      if (!item) return tl::unexpected(item.error());
      plan.items.push_back(std::move(*item));
    }
  }
  if (auto wrong = top.finish()) return tl::unexpected(*wrong);
  return plan;
}

}  // namespace sbxc::conform
