/*! Index expressions that the kernels can compute. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/expr.h>
#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Whether an index, loop bound or condition may be negative in any of its parts, so that kernels must compute
 * in int32_t. It is so where scalars are known at run time only.
 */
bool NeedsSigns(const tirx::Stmt& body);

/*!
 * The expression as the kernels compute it: where they compute in int32_t, divisions round down also below
 * zero. Throws a user error if it depends on block contents, or divides what may be negative by anything but a
 * power of two. `analyzer` knows the ranges of the variables.
 */
PrimExpr CheckedIndex(const PrimExpr& expr, bool is_signed, arith::Analyzer* analyzer,
                      const Span& span);

}  // namespace tvm::tt
