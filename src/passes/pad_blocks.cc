/*!
 * Blocks whose extents are no multiples of 32 grow to whole tiles, and the loops of T.Parallel over them with them.
 * What is in the new elements does not matter until something sums over them: in front of a
 * reduction along a dimension that grew they get its neutral element, in front of a matmul over one zeros. Tensors
 * keep their slices, which may have fewer rows than the block now.
 *
 *   before   s = T.alloc_fragment((16, 40)); T.reduce_max(s, m, dim=1)
 *   after    s = T.alloc_fragment((32, 64))
 *            for i, j in T.Parallel(32, 64): s[i, j] = T.if_then_else(j < 40, s[i, j], -inf)
 *            T.reduce_max(s, m, dim=1)
 */
#include "passes/pad_blocks.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>

#include <limits>

#include "ir/block_slices.h"
#include "ir/buffer_rewriter.h"
#include "ir/errors.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/gemm.h"
#include "op/reduce.h"
#include "op/scan.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! An extent in whole tiles; vectors stay vectors. */
PrimExpr Padded(const PrimExpr& extent) {
  const int64_t* value = as_const_int(extent);
  if (value == nullptr || *value <= 1 || *value % kTileDim == 0) return extent;
  return IntImm(extent.dtype(), TilesFor(*value) * kTileDim);
}
bool Grows(const PrimExpr& extent) { return !Padded(extent).same_as(extent); }

/*! What does not change the result of a reduction. */
double NeutralOf(const tl::ReduceTypeNode& type) {
  if (type.IsMax()) return -std::numeric_limits<double>::infinity();
  if (type.IsMin()) return std::numeric_limits<double>::infinity();
  return 0;
}

PrimExpr ConstantOf(DataType dtype, double value) {
  if (dtype.is_float() || dtype.is_bfloat16()) return FloatImm(dtype, value);
  if (value == 0) return IntImm(dtype, 0);
  return value < 0 ? min_value(dtype) : max_value(dtype);
}

class BlockPadder : public BufferRewriter {
 private:
  Buffer Allocated(const Buffer& block) final {
    if (!IsBlockBuffer(block)) return block;
    ffi::Array<PrimExpr> shape = block->shape.Map(Padded);
    bool grows = false;
    for (const PrimExpr& extent : block->shape) grows |= Grows(extent);
    if (!grows) return block;
    return Buffer(Var(block->data->name_hint, block->data->type_annotation), block->dtype, shape,
                  {}, PrimExpr(), block->name, 0, 0, kDefault, {}, block->span);
  }

  Stmt VisitStmt_(const ForNode* op) final {
    For loop = Downcast<For>(BufferRewriter::VisitStmt_(op));
    if (op->kind == ForKind::kParallel) loop.CopyOnWrite()->extent = Padded(op->extent);
    return loop;
  }

  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    ffi::Array<Stmt> stmts;
    if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      CheckSlice(*copy, op->span);
    } else if (const auto* reduce = tile_op.as<tl::ReduceOpNode>()) {
      Mask(reduce->src, reduce->dim, NeutralOf(*reduce->type.as<tl::ReduceTypeNode>()), op->span,
           &stmts);
    } else if (const auto* scan = tile_op.as<tl::CumSumOpNode>()) {
      // From the end, a sum starts in the new elements.
      if (scan->reverse) Mask(scan->src, scan->dim, 0, op->span, &stmts);
    } else if (const auto* gemm = tile_op.as<tl::GemmNode>()) {
      Mask(gemm->a_, gemm->transA_ ? 0 : 1, 0, op->span, &stmts);
      Mask(gemm->b_, gemm->transB_ ? 1 : 0, 0, op->span, &stmts);
    }
    stmts.push_back(BufferRewriter::VisitStmt_(op));
    return SeqStmt::Flatten(stmts);
  }

  /*! Gives the new elements along a dimension a value, if there are any. */
  void Mask(const Buffer& block, size_t dim, double value, const Span& span,
            ffi::Array<Stmt>* stmts) {
    if (dim >= block->shape.size() || !Grows(block->shape[dim])) return;
    const Buffer& padded = *Find(block);
    ffi::Array<PrimExpr> indices;
    for (size_t i = 0; i < padded->shape.size(); ++i) {
      indices.push_back(Var(i == 0 ? "i" : "j", DataType::Int(32)));
    }
    PrimExpr kept = if_then_else(indices[dim] < block->shape[dim], BufferLoad(padded, indices),
                                 ConstantOf(padded->dtype, value));
    Stmt store = BufferStore(padded, kept, indices, std::nullopt, span);
    for (size_t i = indices.size(); i-- > 0;) {
      store = For(Downcast<Var>(indices[i]), IntImm(DataType::Int(32), 0), padded->shape[i],
                  ForKind::kParallel, store, std::nullopt, {}, std::nullopt, span);
    }
    stmts->push_back(store);
  }

  /*! Before blocks grow, a slice must have the rows of its block: afterwards it may have fewer. */
  void CheckSlice(const tl::CopyNode& copy, const Span& span) {
    if (IsGlobal(copy.src) == IsGlobal(copy.dst)) return;
    const bool read = IsGlobal(copy.src);
    const Buffer &tensor = read ? copy.src : copy.dst, &block = read ? copy.dst : copy.src;
    const ffi::Array<Range>& slice = read ? copy.src_range : copy.dst_range;
    if (block->shape.size() != 2 || slice.size() < 2) return;
    if (!read && Grows(block->shape[1]) && !EndsWith(tensor, slice.back())) {
      TT_USER_ERROR(span) << "T.copy writes " << slice.back()->extent << " columns of block '"
                          << block->name << "' to tensor '" << tensor->name << "' " << tensor->shape
                          << ". Supported: multiples of " << kTileDim
                          << " columns, or all up to the end of the tensor.";
    }
    const int64_t* rows = as_const_int(slice[slice.size() - 2]->extent);
    const int64_t* wanted = as_const_int(block->shape[0]);
    if (rows == nullptr || wanted == nullptr || *rows == *wanted || Grows(block->shape[0])) return;
    if (TilesFor(*rows) != TilesFor(*wanted)) return;  // refused where slices are checked
    RefuseExtent(tensor, slice.size() - 2, slice[slice.size() - 2]->extent, block, block->shape[0],
                 span);
  }

  /*! Blocks are whole; columns of tensors are moved in whole tiles. */
  PrimExpr VisitExpr_(const CallNode* op) final {
    Call call = Downcast<Call>(BufferRewriter::VisitExpr_(op));
    if (!call->op.same_as(tl::region())) return call;
    const Buffer& buffer = op->args[0].as<BufferLoadNode>()->buffer;
    ffi::Array<PrimExpr> args = call->args;
    const size_t last = args.size() - 1;
    if (!IsGlobal(buffer)) {
      for (size_t i = 2; i < args.size(); ++i) args.Set(i, Padded(args[i]));
    } else {
      args.Set(last, Padded(args[last]));
    }
    return Call(call->dtype, call->op, args, call->annotations, call->span);
  }
  static bool EndsWith(const Buffer& tensor, const Range& columns) {
    return arith::Analyzer().CanProveEqual(columns->min + columns->extent, tensor->shape.back());
  }
};

}  // namespace

Stmt PadBlocks(const Stmt& body) { return BlockPadder()(body); }

}  // namespace tvm::tt
