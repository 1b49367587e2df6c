/*! First step of PropagateTTLayout: atomic additions to tensors become sums inside a core. */
#pragma once

#include <tvm/tirx/function.h>

namespace tvm::tt {

/*!
 * Takes grid axes that do not tell apart what is added to into the core, and adds there; of one that it leaves,
 * it marks the cores that take turns.
 */
tirx::Stmt SumAtomics(const tirx::PrimFunc& func);

}  // namespace tvm::tt
