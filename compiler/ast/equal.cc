#include "compiler/ast/equal.h"

#include "compiler/ast/print.h"

namespace sbxc::ast {

// INVARIANT: print() without spans shows every other field, and shows different values differently.
bool equal(const File& a, const File& b) {
  return print(a, Spans::hidden) == print(b, Spans::hidden);
}

}  // namespace sbxc::ast
