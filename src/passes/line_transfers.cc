/*!
 * Blocks of a row-major tensor, whose pages are rows: each row of a block is a piece of a page. Where a block
 * reaches over the right edge, the pieces are shorter, and the block is zeroed before.
 */
#include "passes/line_transfers.h"

#include <tvm/tirx/op.h>

#include <string>

#include "ir/lets.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class LineMover {
 public:
  LineMover(KernelBody* kernel, const BufferLoadNode* slice, PrimExpr cb, const CBDesc& desc,
            const TensorAccessor& accessor, arith::Analyzer* prover, const Span& span)
      : kernel_(kernel),
        desc_(desc),
        accessor_(accessor),
        prover_(prover),
        span_(span),
        tensor_(slice->buffer),
        starts_(slice->indices),
        cb_(std::move(cb)),
        element_(desc->page_size / (kTileDim * kTileDim)) {
    rows_ = OfBlock("lines", desc->rows * kTileDim);
    row_bytes_ = OfBlock("line_bytes", desc->cols * kTileDim * element_);
  }

  Stmt Read(const PrimExpr& wanted, bool* zeroes) {
    wanted_ = wanted;
    if (Cut()) {
      return AsStmt({MakeStmt(Intrinsic::NocZero, {cb_, Imm(0), BlockBytes()}, span_),
                     MakeStmt(Intrinsic::NocZeroBarrier, {}, span_), Rows(true, std::nullopt)});
    }
    return Rows(true, MakeStmt(Intrinsic::NocZero, {cb_, offset_, row_bytes_}, span_), zeroes);
  }

  Stmt Write(const PrimExpr& wanted) {
    wanted_ = wanted;
    return Rows(false, std::nullopt);
  }

 private:
  size_t Rank() const { return starts_.size(); }
  PrimExpr Column() const { return starts_[Rank() - 1]; }
  int64_t Whole(size_t dim) const { return *as_const_int(tensor_->shape[dim]); }
  PrimExpr Extent(size_t dim) const { return Imm(Whole(dim)); }
  bool Proved(const PrimExpr& condition) { return prover_->CanProve(condition); }
  PrimExpr OfBlock(const char* what, int64_t value) {
    return kernel_->Constant(std::string(desc_->name) + "_" + what, value);
  }
  PrimExpr OfTensor(const std::string& what, int64_t value) {
    return kernel_->Constant(std::string(tensor_->name) + "_" + what, value);
  }
  PrimExpr BlockBytes() { return OfBlock("block_bytes", desc_->Tiles() * desc_->page_size); }

  /*! Whether the block may reach over the right edge. */
  bool Cut() { return !Proved(Column() + Imm(desc_->cols * kTileDim) <= Extent(Rank() - 1)); }

  /*! Over the rows of the block; `otherwise` is done for one that does not exist, and then `may` set. */
  Stmt Rows(bool read, ffi::Optional<Stmt> otherwise, bool* may = nullptr) {
    Var row("row", DataType::Int(32));
    prover_->Bind(row, Range::FromMinExtent(Imm(0), Imm(desc_->rows * kTileDim)));
    auto [page, inside] = Page(row);
    Stmt move = Move(page, read);
    if (!is_one(inside)) {
      move = IfThenElse(inside, move, otherwise);
      if (may != nullptr) *may = true;
    }
    Stmt offset = Bind(offset_, cast(DataType::UInt(32), row * row_bytes_));
    return Loop(row, rows_, AsStmt({offset, move}));
  }

  Stmt Move(const PrimExpr& page_id, bool read) {
    Lets let;
    Var page = let.Unsigned("page", page_id);
    Var start = let.Unsigned("start", Column() * Imm(element_));
    PrimExpr bytes = row_bytes_;
    if (Cut()) {
      PrimExpr line = OfTensor("line_bytes", Whole(Rank() - 1) * element_);
      bytes = let.Unsigned("bytes", min(cast(DataType::UInt(32), row_bytes_),
                                        cast(DataType::UInt(32), line) - start));
    }
    return let.Then(read ? MakeStmt(Intrinsic::NocReadPart,
                                    {tensor_->data, page, start, cb_, offset_, bytes}, span_)
                         : MakeStmt(Intrinsic::NocWritePart,
                                    {cb_, offset_, tensor_->data, page, start, bytes}, span_));
  }

  /*! The page of a row of the block, and the condition that it exists and is wanted, if it is not known to. */
  std::pair<PrimExpr, PrimExpr> Page(const Var& row) {
    PrimExpr page = Imm(0), inside = Bool(true);
    auto require = [&](const PrimExpr& condition) {
      if (Proved(condition)) return;
      inside = is_one(inside) ? condition : inside && condition;
    };
    require(row < wanted_);
    for (size_t i = 0; i < Rank(); ++i) {
      PrimExpr index = i + 2 == Rank() ? starts_[i] + row : starts_[i];
      if (!Proved(index >= Imm(0))) require(index >= Imm(0));
      if (!Proved(index < Extent(i))) {
        const std::string what = i + 2 == Rank()   ? "rows"
                                 : i + 1 == Rank() ? "columns"
                                                   : "extent" + std::to_string(i);
        require(index < OfTensor(what, Whole(i)));
      }
      if (i + 1 == Rank() || is_zero(index)) continue;
      const int64_t stride = *NumberOf(accessor_->tile_strides[i]);  // their shapes are constant
      const std::string what = "dim" + std::to_string(i) + "_rows";
      page = page + (stride == 1 ? index : index * OfTensor(what, stride));
    }
    return {page, inside};
  }

  KernelBody* kernel_;
  const CBDesc& desc_;
  const TensorAccessor& accessor_;
  arith::Analyzer* prover_;
  Span span_;
  Buffer tensor_;
  ffi::Array<PrimExpr> starts_;
  PrimExpr cb_;
  int64_t element_; /*!< bytes */
  PrimExpr rows_, row_bytes_;
  Var offset_{"offset", DataType::UInt(32)}; /*!< of a row in the block, bytes */
  PrimExpr wanted_;                          /*!< how many rows are moved */
};

}  // namespace

Stmt ReadLines(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
               const TensorAccessor& tensor, arith::Analyzer* prover, bool* zeroes,
               const Span& span) {
  const auto* slice = call->args[0].as<BufferLoadNode>();
  return LineMover(kernel, slice, call->args[1], desc, tensor, prover, span)
      .Read(call->args[2], zeroes);
}

Stmt WriteLines(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
                const TensorAccessor& tensor, arith::Analyzer* prover, const Span& span) {
  const auto* slice = call->args[1].as<BufferLoadNode>();
  return LineMover(kernel, slice, call->args[0], desc, tensor, prover, span).Write(call->args[2]);
}

}  // namespace tvm::tt
