/*! First step of PropagateTTLayout: atomic additions to tensors become sums inside a core. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Takes grid axes that do not tell apart what is added to into the core, and adds there. */
tirx::Stmt SumAtomics(const tirx::Stmt& body);

}  // namespace tvm::tt
