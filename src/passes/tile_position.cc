/*! Positions inside of blocks. */
#include "passes/tile_position.h"

#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "ir/scalars.h"
#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

const Var& TileRow() {
  static const Var row("tile_row", DataType::Int(32));
  return row;
}
const Var& TileCol() {
  static const Var col("tile_col", DataType::Int(32));
  return col;
}

bool ReadsBuffer(const PrimExpr& expr) {
  bool reads = false;
  PostOrderVisit(expr,
                 [&](const ffi::ObjectRef& node) { reads |= node->IsInstance<BufferLoadNode>(); });
  return reads;
}

bool IsUniform(const PrimExpr& expr, const ffi::Array<PrimExpr>& indices) {
  bool uniform = true;
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    uniform &=
        node->IsInstance<VarNode>() || node->IsInstance<IntImmNode>() ||
        node->IsInstance<AddNode>() || node->IsInstance<SubNode>() || node->IsInstance<MulNode>() ||
        node->IsInstance<FloorDivNode>() || node->IsInstance<FloorModNode>() ||
        node->IsInstance<MinNode>() || node->IsInstance<MaxNode>() || node->IsInstance<LTNode>() ||
        node->IsInstance<LENode>() || node->IsInstance<GTNode>() || node->IsInstance<GENode>() ||
        node->IsInstance<EQNode>() || node->IsInstance<NENode>() || node->IsInstance<AndNode>() ||
        node->IsInstance<OrNode>() || node->IsInstance<NotNode>();
    const auto* value = node.as<PrimExprNode>();
    uniform &= value && IsWhole(value->dtype);
    for (const PrimExpr& index : indices) uniform &= !node.same_as(index);
  });
  return uniform;
}

std::optional<TilePosition> AsPosition(const PrimExpr& expr, const ffi::Array<PrimExpr>& indices) {
  if (!expr.dtype().is_int() || ReadsBuffer(expr)) return std::nullopt;
  const IntImm tile(DataType::Int(32), kTileDim);
  TilePosition position{{}, expr};
  const PrimExpr firsts[2] = {TileRow() * tile, TileCol() * tile};
  int64_t* steps[2] = {&position.index.rows, &position.index.cols};
  for (size_t i = 0; i < indices.size() && i < 2; ++i) {
    const auto* var = indices[i].as<VarNode>();
    if (var == nullptr) continue;
    ffi::Array<PrimExpr> linear =
        arith::DetectLinearEquation(position.offset, {ffi::GetRef<Var>(var)});
    if (linear.size() != 2 || !as_const_int(linear[0])) return std::nullopt;
    *steps[i] = *as_const_int(linear[0]);
    position.offset = linear[1] + linear[0] * firsts[i];
  }
  position.offset = arith::Analyzer().Simplify(position.offset);
  // What does not move, or has branches beside what moves, is no position but an expression of its parts.
  const bool moves = position.index.rows != 0 || position.index.cols != 0;
  if (!moves || !IsUniform(position.offset, indices)) return std::nullopt;
  return position;
}

}  // namespace tvm::tt
