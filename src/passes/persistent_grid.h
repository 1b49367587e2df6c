/*! Step of PropagateTTLayout: rounds of a persistent kernel become work items. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Takes a kernel whose one axis `b` of W blocks and one loop `w` around everything are used only as w * W + b,
 * as T.Persistent makes them, for what it is: a grid of blocks, numbered by that. What indices are
 * made of the number by division becomes the axes of the grid, so that cores can share what they read. Left
 * alone is a kernel that keeps a block from one round to the next, or reads a tensor that it writes.
 */
tirx::Stmt PersistentGrid(const tirx::Stmt& body);

}  // namespace tvm::tt
