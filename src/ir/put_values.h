/*! Values in place of the variables of a function. */
#pragma once

#include <tvm/tirx/function.h>

namespace tvm::tt {

/*!
 * The function with values in place of parameters and of symbols of shapes, wherever they stand: in buffers, in views of
 * them, which TileLang does not declare, and in expressions, which are folded. Parameters that have a value go.
 */
tirx::PrimFunc PutValues(tirx::PrimFunc func, const ffi::Map<tirx::Var, PrimExpr>& values);

}  // namespace tvm::tt
