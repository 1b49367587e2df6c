/*! Tile programs of reductions. */
#include "passes/tile_reduction.h"

#include <tvm/tirx/op.h>

#include <vector>

#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/tile_program.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! How one kind of reduction is computed. */
struct Kind {
  Intrinsic fold;       /*!< of two tiles */
  Intrinsic rows, cols; /*!< of one tile */
  bool absolute;        /*!< of absolute values */
  bool negated;         /*!< a minimum, as the maximum of negatives */
};

Kind KindOf(const tl::ReduceOpNode& reduce, const Span& span) {
  using I = Intrinsic;
  const tl::ReduceType& type = reduce.type;
  const DataType dtype = reduce.src->dtype;
  if (dtype.is_int() || dtype.is_uint()) {
    const bool same = dtype == DataType::Int(32) && reduce.dst->dtype == dtype;
    if (same && type->IsSum())
      return {I::SfpuIntAdd, I::SfpuIntSumRows, I::SfpuIntSumCols, false, false};
    if (same && type->IsMax())
      return {I::SfpuIntMax, I::SfpuIntMaxRows, I::SfpuIntMaxCols, false, false};
    TT_USER_ERROR(span) << "This reduction of '" << reduce.src->name << "' (" << dtype << ") into '"
                        << reduce.dst->name << "' (" << reduce.dst->dtype
                        << ") is not supported. Supported: T.reduce_sum and T.reduce_max of int32 "
                           "into int32, and reductions of floats.";
  }
  if (type->IsSum() || type->IsAbsSum()) {
    return {I::SfpuAdd, I::SfpuSumRows, I::SfpuSumCols, type->IsAbsSum(), false};
  }
  // The vector unit's own minimum leaves its comparison turned round for whatever comes next.
  if (type->IsMax() || type->IsAbsMax() || type->IsMin()) {
    return {I::SfpuMax, I::SfpuMaxRows, I::SfpuMaxCols, type->IsAbsMax(), type->IsMin()};
  }
  TT_USER_ERROR(span) << "The bitwise reduction of '" << reduce.src->name
                      << "' is not supported. Supported: T.reduce_sum, T.reduce_max, T.reduce_min, "
                         "T.reduce_abssum and T.reduce_absmax.";
}

void CheckShapes(const tl::ReduceOpNode& reduce, const Span& span) {
  bool fits = reduce.src->shape.size() == 2 && reduce.dst->shape.size() == 2 &&
              (reduce.dim == 0 || reduce.dim == 1);
  for (int i = 0; fits && i < 2; ++i) {
    const int64_t wanted = i == reduce.dim ? 1 : *as_const_int(reduce.src->shape[i]);
    fits = *as_const_int(reduce.dst->shape[i]) == wanted;
  }
  for (const BufferRegion& region : {reduce.srcRegion_, reduce.dstRegion_}) {
    for (size_t i = 0; fits && i < region->region.size(); ++i) {
      const int64_t* extent = as_const_int(region->region[i]->extent);
      fits = is_zero(region->region[i]->min) && extent &&
             *extent == *as_const_int(region->buffer->shape[i]);
    }
  }
  if (fits) return;
  TT_USER_ERROR(span)
      << "The reduction over dimension " << reduce.dim << " of '" << reduce.src->name << "' "
      << reduce.src->shape << " into '" << reduce.dst->name << "' " << reduce.dst->shape
      << " is not supported. Supported: whole blocks of two dimensions into a vector along "
         "the other dimension.";
}

/*! Writes the statements of one tile of the result. */
class Reducer {
 public:
  Reducer(const tl::ReduceOpNode& reduce, const Span& span)
      : reduce_(reduce),
        kind_(KindOf(reduce, span)),
        source_(TilesOf(reduce.src, span)),
        along_rows_(reduce.dim == 1),
        span_(span) {}

  Stmt Emit() {
    const int64_t folded = along_rows_ ? source_.cols : source_.rows;
    Take(Index(Imm(0)), first_);
    if (folded == 2) {
      Take(Index(Imm(1)), second_);
      Do(kind_.fold, {d(first_), d(second_), d(first_)});
    } else if (folded > 2) {
      Var step("step", DataType::Int(32));
      std::vector<Stmt> before = std::move(ops_);
      ops_.clear();
      Take(Index(step), second_);
      Do(kind_.fold, {d(first_), d(second_), d(first_)});
      before.push_back(For(step, Imm(1), Imm(folded - 1), ForKind::kSerial,
                           SeqStmt::Flatten(ffi::Array<Stmt>(ops_)), std::nullopt, {}, std::nullopt,
                           span_));
      ops_ = std::move(before);
    }
    // Around a block of one row or column the tile holds anything.
    if (!is_one(reduce_.src->shape[reduce_.dim]))
      Do(along_rows_ ? kind_.rows : kind_.cols, {d(first_)});
    if (!reduce_.clear) FoldOld();
    if (kind_.negated) Do(Intrinsic::SfpuNegative, {d(first_)});
    Do(Intrinsic::Pack, {d(first_), reduce_.dst->data, tile_});
    ffi::Array<Stmt> body{AllocBuffer(first_)};
    if (folded > 1 || !reduce_.clear) body.push_back(AllocBuffer(second_));
    for (const Stmt& op : ops_) body.push_back(op);
    return MakeTileLoop(tile_, TilesOf(reduce_.dst, span_).Count(), SeqStmt::Flatten(body), span_);
  }

 private:
  /*! The tile of the source that is `step` behind the first of this row or column. */
  PrimExpr Index(const PrimExpr& step) const {
    PrimExpr across = Imm(source_.cols);
    return along_rows_ ? tile_ * across + step : tile_ + step * across;
  }
  void Take(const PrimExpr& index, const Buffer& reg) {
    Do(Intrinsic::Copy, {reduce_.src->data, index, d(reg)});
    if (kind_.absolute) Do(Intrinsic::SfpuAbs, {d(reg)});
    if (kind_.negated) Do(Intrinsic::SfpuNegative, {d(reg)});
  }
  /*! What the vector held takes part. */
  void FoldOld() {
    Do(Intrinsic::Copy, {reduce_.dst->data, tile_, d(second_)});
    if (kind_.negated) Do(Intrinsic::SfpuNegative, {d(second_)});
    Do(kind_.fold, {d(first_), d(second_), d(first_)});
  }
  static PrimExpr d(const Buffer& reg) { return BufferLoad(reg, {Imm(0)}); }
  void Do(Intrinsic op, ffi::Array<PrimExpr> args) {
    ops_.push_back(MakeStmt(op, std::move(args), span_));
  }

  const tl::ReduceOpNode& reduce_;
  Kind kind_;
  BlockTiles source_;
  bool along_rows_;
  Span span_;
  Var tile_{"t", DataType::Int(32)};
  Buffer first_ = MakeRegister("d0"), second_ = MakeRegister("d1");
  std::vector<Stmt> ops_;
};

}  // namespace

Stmt LowerReduction(const tl::ReduceOpNode& reduce, const Span& span) {
  CheckShapes(reduce, span);
  return Reducer(reduce, span).Emit();
}

}  // namespace tvm::tt
