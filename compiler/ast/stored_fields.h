// What of a node is stored, in which order: said once, for writing and for reading. An archive is
// called with the fields of a node, and calls `fields` for those that are nodes themselves.
#pragma once

#include "compiler/ast/ast.h"

namespace sbxc::ast {

template <class Archive>
void fields(Archive& archive, auto& node) {
  using Node = std::remove_cvref_t<decltype(node)>;
  if constexpr (std::is_same_v<Node, Set>) {
    archive(node.span, node.patterns);
  } else if constexpr (std::is_same_v<Node, Rule>) {
    archive(node.span, node.head, node.effect, node.operation, node.patterns, node.except,
            node.because, node.accept_widened);
  } else if constexpr (std::is_same_v<Node, PolicyName>) {
    archive(node.span, node.name, node.description);
  } else if constexpr (std::is_same_v<Node, Use>) {
    archive(node.span, node.target, node.except);
  } else if constexpr (std::is_same_v<Node, Use::Except>) {
    archive(node.operation, node.pattern);
  } else if constexpr (std::is_same_v<Node, Param>) {
    archive(node.span, node.name, node.value);
  } else if constexpr (std::is_same_v<Node, Let>) {
    archive(node.span, node.name, node.items, node.hosts);
  } else if constexpr (std::is_same_v<Node, SetEnv>) {
    archive(node.span, node.name, node.value);
  } else if constexpr (std::is_same_v<Node, LimitItem>) {
    archive(node.span, node.name, node.value);
  } else if constexpr (std::is_same_v<Node, Limits>) {
    archive(node.span, node.items);
  } else if constexpr (std::is_same_v<Node, Assert>) {
    archive(node.span, node.what, node.operation, node.patterns, node.baseline);
  } else if constexpr (std::is_same_v<Node, TestLine>) {
    archive(node.span, node.effect, node.operation, node.requests, node.because);
  } else if constexpr (std::is_same_v<Node, Test>) {
    archive(node.span, node.name, node.lines);
  } else if constexpr (std::is_same_v<Node, OnOs>) {
    archive(node.span, node.os, node.body);
  } else if constexpr (std::is_same_v<Node, Comment>) {
    archive(node.span, node.own_line);
  } else {
    static_assert(std::is_same_v<Node, File>, "a node without fields");
    archive(node.version, node.statements, node.comments);
  }
}

}  // namespace sbxc::ast
