/*! Blocks of which a kernel uses single elements only, on the function before PropagateTTLayout's other steps. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <unordered_map>

#include "op/copy.h"

namespace tvm::tt {

/*! The copy of a tensor's slice that fills a block, by the block's data. */
using ElementTables = std::unordered_map<const tirx::VarNode*, tl::Copy>;

/*! The blocks of one dimension that a tensor fills once and that are read by single elements outside of T.Parallel only. */
ElementTables FindElementTables(const tirx::Stmt& body);

}  // namespace tvm::tt
