/*! NormaliseParallel: conditions that ranges decide. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/expr.h>

namespace tvm::tt {

/*! An expression with the comparisons of indices decided whose outcome the ranges of their variables fix. */
PrimExpr FoldConditions(const PrimExpr& expr, arith::Analyzer* analyzer);

}  // namespace tvm::tt
