/*!
 * Scalars that a kernel computes with beside its blocks: integer variables (T.alloc_var) are buffers of
 * one element in a scope of their own, and elements of tensors are loaded by a let of their own.
 */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/buffer.h>
#include <tvm/tirx/expr.h>
#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Whether values of a dtype are whole numbers, of which conditions are two. */
bool IsWhole(DataType dtype);
/*! Whether a buffer is an integer variable of the kernel. */
bool IsScalar(const tirx::Buffer& buffer);
/*! Whether a statement sets an integer variable of the kernel. */
bool IsScalarStore(const tirx::Stmt& stmt);
/*! Whether a statement uses scalars that are known at run time only, or holds one that does. */
bool UsesScalars(const tirx::Stmt& stmt);
/*!
 * Tells the analyzer what a let is bound to, unless that is a variable's value of the moment or an element
 * of a tensor: of those it would take two loads at different times for the same.
 */
void BindLet(arith::Analyzer* analyzer, const tirx::BindNode* let);

}  // namespace tvm::tt
