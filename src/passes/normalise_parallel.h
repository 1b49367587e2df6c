/*! Step of PropagateTTLayout: T.Parallel nests in the one form that later passes know. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Nests with one store each, on blocks only, without lets, branches and conditions known beforehand.
 * `exact_products`: the matrix unit multiplies bfloat16 numbers without loss.
 */
tirx::Stmt NormaliseParallel(const tirx::Stmt& body, bool exact_products);

}  // namespace tvm::tt
