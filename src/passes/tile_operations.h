/*! Which tile intrinsics compute the operators of TVM. */
#pragma once

#include <tvm/tirx/expr.h>

#include <optional>

#include "passes/tile_expression.h"
#include "schema/schema.h"

namespace tvm::tt {

/*! An operation of two floats in its forms on the vector unit. */
struct BinaryForms {
  PrimExpr a, b;
  Intrinsic both;                                /*!< both in DST */
  std::optional<Intrinsic> scalar, scalar_first; /*!< b constant, a constant */
  std::optional<FpuForms> fpu;
};
/*! A comparison of floats: against a constant, and of a difference against 0. */
struct Comparison {
  PrimExpr a, b;
  Intrinsic scalar, scalar_first, zero;
};
/*! An operation or comparison of two integers, both in DST. */
struct IntegerForm {
  PrimExpr a, b;
  Intrinsic op;
};

std::optional<BinaryForms> AsBinary(const PrimExpr& expr);
std::optional<Comparison> AsComparison(const PrimExpr& expr);
/*! The function of one float, or nothing. */
std::optional<Intrinsic> FunctionOf(const ffi::ObjectRef& op);
/*! `is_unsigned` tells uint32 from the others, which are int32 in DST. */
std::optional<IntegerForm> AsInteger(const PrimExpr& expr, bool is_unsigned);
std::optional<IntegerForm> AsIntegerComparison(const PrimExpr& expr, bool is_unsigned);

}  // namespace tvm::tt
