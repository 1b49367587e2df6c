/*! Blocks whose extents are no multiples of a tile. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! A step of PropagateTTLayout: blocks grow to whole tiles. */
tirx::Stmt PadBlocks(const tirx::Stmt& body);

}  // namespace tvm::tt
