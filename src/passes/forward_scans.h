/*! Running sums in the one form that the machine has. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! A step of PropagateTTLayout: every T.cumsum runs down the rows of a block, from the first. */
tirx::Stmt ForwardScans(const tirx::Stmt& body);

}  // namespace tvm::tt
