/*! The operators of TVM in tile intrinsics. */
#include "passes/tile_operations.h"

#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>

#include <unordered_map>

namespace tvm::tt {

using namespace tirx;
using I = Intrinsic;

std::optional<Intrinsic> FunctionOf(const ffi::ObjectRef& op) {
  static const std::unordered_map<const ffi::Object*, Intrinsic> functions{
#define TT_FUNCTION(tvm_op, id) {Op::Get(tvm_op).get(), Intrinsic::id},
#include "schema/schema.def"
  };
  auto it = functions.find(op.get());
  if (it == functions.end()) return std::nullopt;
  return it->second;
}

std::optional<BinaryForms> AsBinary(const PrimExpr& expr) {
  if (const auto* op = expr.as<AddNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuAdd,
                       I::SfpuAddScalar,
                       I::SfpuAddScalar,
                       FpuForms{I::FpuAdd, I::FpuAddReuse, I::FpuAddReuse}};
  }
  if (const auto* op = expr.as<SubNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuSub,
                       I::SfpuSubScalar,
                       I::SfpuRsubScalar,
                       FpuForms{I::FpuSub, I::FpuSubReuse, I::FpuRsubReuse}};
  }
  if (const auto* op = expr.as<MulNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuMul,
                       I::SfpuMulScalar,
                       I::SfpuMulScalar,
                       FpuForms{I::FpuMul, I::FpuMulReuse, I::FpuMulReuse}};
  }
  if (const auto* op = expr.as<DivNode>(); op && !expr.dtype().is_int() && !expr.dtype().is_uint())
    return BinaryForms{op->a, op->b, I::SfpuDiv};
  if (const auto* op = expr.as<MaxNode>()) {
    return BinaryForms{op->a, op->b, I::SfpuMax, I::SfpuMaxScalar, I::SfpuMaxScalar};
  }
  if (const auto* op = expr.as<MinNode>()) {
    return BinaryForms{op->a, op->b, I::SfpuMin, I::SfpuMinScalar, I::SfpuMinScalar};
  }
  const auto* call = expr.as<CallNode>();
  static const Op& pow = Op::Get("tirx.pow");
  if (call && call->op.same_as(pow)) return BinaryForms{call->args[0], call->args[1], I::SfpuPow};
  return std::nullopt;
}

std::optional<Comparison> AsComparison(const PrimExpr& expr) {
  if (const auto* op = expr.as<GTNode>()) {
    return Comparison{op->a, op->b, I::SfpuGtScalar, I::SfpuLtScalar, I::SfpuIsPositive};
  }
  if (const auto* op = expr.as<GENode>()) {
    return Comparison{op->a, op->b, I::SfpuGeScalar, I::SfpuLeScalar, I::SfpuIsNotNegative};
  }
  if (const auto* op = expr.as<LTNode>()) {
    return Comparison{op->a, op->b, I::SfpuLtScalar, I::SfpuGtScalar, I::SfpuIsNegative};
  }
  if (const auto* op = expr.as<LENode>()) {
    return Comparison{op->a, op->b, I::SfpuLeScalar, I::SfpuGeScalar, I::SfpuIsNotPositive};
  }
  if (const auto* op = expr.as<EQNode>()) {
    return Comparison{op->a, op->b, I::SfpuEqScalar, I::SfpuEqScalar, I::SfpuIsZero};
  }
  if (const auto* op = expr.as<NENode>()) {
    return Comparison{op->a, op->b, I::SfpuNeScalar, I::SfpuNeScalar, I::SfpuIsNotZero};
  }
  return std::nullopt;
}

std::optional<IntegerForm> AsInteger(const PrimExpr& expr, bool is_unsigned) {
  auto form = [](const auto* op, I id) { return IntegerForm{op->a, op->b, id}; };
  if (const auto* op = expr.as<AddNode>()) return form(op, I::SfpuIntAdd);
  if (const auto* op = expr.as<SubNode>()) return form(op, I::SfpuIntSub);
  if (const auto* op = expr.as<MulNode>()) return form(op, I::SfpuIntMul);
  if (const auto* op = expr.as<MaxNode>())
    return form(op, is_unsigned ? I::SfpuUIntMax : I::SfpuIntMax);
  if (const auto* op = expr.as<MinNode>())
    return form(op, is_unsigned ? I::SfpuUIntMin : I::SfpuIntMin);
  const auto* call = expr.as<CallNode>();
  if (call == nullptr) return std::nullopt;
  const std::pair<Op, I> calls[] = {
      {builtin::bitwise_and(), I::SfpuAnd},
      {builtin::bitwise_or(), I::SfpuOr},
      {builtin::bitwise_xor(), I::SfpuXor},
      {builtin::shift_left(), I::SfpuShiftLeft},
      {builtin::shift_right(), is_unsigned ? I::SfpuUIntShiftRight : I::SfpuIntShiftRight}};
  for (const auto& [op, id] : calls) {
    if (call->op.same_as(op)) return IntegerForm{call->args[0], call->args[1], id};
  }
  return std::nullopt;
}

std::optional<IntegerForm> AsIntegerComparison(const PrimExpr& expr, bool is_unsigned) {
  auto form = [&](const auto* op, I for_signed, I for_unsigned) {
    return IntegerForm{op->a, op->b, is_unsigned ? for_unsigned : for_signed};
  };
  if (const auto* op = expr.as<EQNode>()) return form(op, I::SfpuIntEq, I::SfpuIntEq);
  if (const auto* op = expr.as<NENode>()) return form(op, I::SfpuIntNe, I::SfpuIntNe);
  if (const auto* op = expr.as<LTNode>()) return form(op, I::SfpuIntLt, I::SfpuUIntLt);
  if (const auto* op = expr.as<LENode>()) return form(op, I::SfpuIntLe, I::SfpuUIntLe);
  if (const auto* op = expr.as<GTNode>()) return form(op, I::SfpuIntGt, I::SfpuUIntGt);
  if (const auto* op = expr.as<GENode>()) return form(op, I::SfpuIntGe, I::SfpuUIntGe);
  return std::nullopt;
}

}  // namespace tvm::tt
