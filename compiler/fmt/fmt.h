// The canonical layout of a policy file: comments kept, meaning kept, idempotent.
#pragma once

#include <string>

#include "compiler/ast/ast.h"

namespace sbxc {

std::string format(const ast::File& file, const Sources& sources);

}  // namespace sbxc
