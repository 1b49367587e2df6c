/*! How often the buffers of a kernel are used. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <unordered_map>

namespace tvm::tt {

/*! How often a buffer is read, defined and accumulated into. */
struct UseCount {
  int reads = 0, writes = 0, accumulates = 0;
};
/*! By data variable. */
using UseCounts = std::unordered_map<const tirx::VarNode*, UseCount>;

/*! The uses of all buffers in a statement with all below it. */
UseCounts CountUses(const tirx::Stmt& body);

}  // namespace tvm::tt
