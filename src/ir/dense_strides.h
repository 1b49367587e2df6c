/*! Strides that say no more than the shape. */
#pragma once

#include <tvm/tirx/function.h>

namespace tvm::tt {

/*!
 * The function with its dense tensors described by their shapes alone. Strides of symbolic shapes are products, and
 * Specialize only puts something in place of variables.
 */
tirx::PrimFunc WithoutDenseStrides(tirx::PrimFunc func);

}  // namespace tvm::tt
