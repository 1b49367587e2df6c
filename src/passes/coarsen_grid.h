/*! Step of PropagateTTLayout: blocks thinner than a tile grow to one. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Widens grid axes that step by less than a tile, and the blocks they index. */
tirx::Stmt CoarsenGrid(const tirx::Stmt& body);

}  // namespace tvm::tt
