/*! Index expressions that the kernels can compute: unsigned, and not read from data. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/expr.h>

namespace tvm::tt {

/*!
 * Throws a user error if `expr` depends on tensor or block contents, or may be negative in any of its
 * parts (kernels index by uint32_t). `analyzer` knows the ranges of the variables.
 */
void CheckIndex(const PrimExpr& expr, arith::Analyzer* analyzer, const Span& span);

}  // namespace tvm::tt
