/*!
 * A block whose first row is not the first of a tile: its tiles are cut at other rows than the tensor's.
 * Sixteen rows of a face of the block lie in at most two faces of the tensor, so they are moved in two
 * runs of neighbouring rows, for the left and the right face each.
 *
 *   block      | rows 0 ... 15             |     first row 21: 21 % 16 = 5 rows of the face are skipped
 *   tensor     | 21 ... 31 | 32 ... 36     |     runs of 11 and 5 rows
 */
#include "passes/row_transfers.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>

#include <string>

#include "ir/lets.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/lower_cb_intrinsics.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class RowMover {
 public:
  RowMover(KernelBody* kernel, const BufferLoadNode* slice, PrimExpr cb, const CBDesc& desc,
           const TensorAccessor& accessor, const Span& span)
      : kernel_(kernel),
        desc_(desc),
        accessor_(accessor),
        span_(span),
        tensor_(slice->buffer),
        starts_(slice->indices),
        cb_(std::move(cb)) {
    const int64_t element = desc->page_size / (kTileDim * kTileDim);
    const std::string name = desc->name;
    face_row_ = kernel->Constant(name + "_face_row_bytes", kFaceDim * element);
    face_ = kernel->Constant(name + "_face_bytes", kFaceDim * kFaceDim * element);
    tile_ = kernel->Constant(name + "_tile_bytes", desc->page_size);
    faces_ = kernel->Constant(name + "_faces_down", 2 * desc->rows);
    cols_ = kernel->Constant(name + "_cols", desc->cols);
    all_rows_ = kernel->Constant(name + "_block_rows", desc->rows * kTileDim);
    tensor_rows_ =
        kernel->Constant(std::string(tensor_->name) + "_rows", tensor_->shape[Rank() - 2]);
  }

  Stmt Read(const PrimExpr& wanted) {
    Lets let;
    Var first = let("first", Start());
    PrimExpr there = min(all_rows_, tensor_rows_ - first);
    if (*as_const_int(wanted) < desc_->rows * kTileDim) there = min(there, wanted);
    Var rows = let("rows", there);
    const int64_t bytes = desc_->Tiles() * desc_->page_size;
    const PrimExpr block = kernel_->Constant(std::string(desc_->name) + "_block_bytes", bytes);
    Stmt zero = AsStmt({MakeStmt(Intrinsic::NocZero, {cb_, Imm(0), block}, span_),
                        MakeStmt(Intrinsic::NocZeroBarrier, {}, span_)});
    return let.Then(AsStmt({IfThenElse(rows < all_rows_, zero), Faces(first, rows, true)}));
  }

  Stmt Write(const PrimExpr& wanted) {
    Lets let;
    Var first = let("first", Start());
    Var rows = let("rows", min(min(all_rows_, tensor_rows_ - first), wanted));
    return let.Then(Faces(first, rows, false));
  }

 private:
  size_t Rank() const { return starts_.size(); }
  PrimExpr Start() const { return starts_[Rank() - 2]; }

  /*! Over the faces down the block, and the two runs of rows that each consists of. */
  Stmt Faces(const Var& first, const Var& rows, bool read) {
    Var face("face", DataType::Int(32)), run("run", DataType::Int(32));
    const PrimExpr height = Imm(kFaceDim);
    Lets let;
    Var row = let("row", first + face * height);
    Var skipped = let("skipped", truncmod(row, height));
    Lets in_run;
    const PrimExpr lower = run == Imm(1);
    Var to = in_run("in_block", Select(lower, height - skipped, Imm(0)));
    Var from = in_run("in_tensor", Select(lower, Imm(0), skipped));
    Var whole = in_run("whole_run", Select(lower, skipped, height - skipped));
    Var count = in_run("run_rows", min(whole, rows - face * height - to));
    Stmt move = Move(face, to, truncdiv(row, height) + run, from, count, read);
    Stmt runs = Loop(run, Imm(2), in_run.Then(IfThenElse(count > Imm(0), move)));
    return Loop(face, faces_, let.Then(runs));
  }

  /*! One run of rows over the columns of the block, left and right faces. */
  Stmt Move(const Var& face, const PrimExpr& to, const PrimExpr& tensor_face, const PrimExpr& from,
            const Var& count, bool read) {
    Var col("col", DataType::Int(32)), side("side", DataType::Int(32));
    Lets outer;
    Var target = outer("tensor_face", tensor_face);
    Lets let;
    Var page = let.Unsigned("page", Page(truncdiv(target, Imm(2)), col));
    PrimExpr tile = truncdiv(face, Imm(2)) * cols_ + col;
    Var in_page = let.Unsigned("in_page", InTile(target, side) + from * face_row_);
    Var offset = let.Unsigned("offset", tile * tile_ + InTile(face, side) + to * face_row_);
    Var bytes = let.Unsigned("bytes", count * face_row_);
    Stmt move = read ? MakeStmt(Intrinsic::NocReadPart,
                                {tensor_->data, page, in_page, cb_, offset, bytes}, span_)
                     : MakeStmt(Intrinsic::NocWritePart,
                                {cb_, offset, tensor_->data, page, in_page, bytes}, span_);
    return outer.Then(Loop(col, cols_, Loop(side, Imm(2), let.Then(move))));
  }

  /*! Offset in a tile of the face in that row of faces, on that side. */
  PrimExpr InTile(const PrimExpr& face, const PrimExpr& side) const {
    return (truncmod(face, Imm(2)) * Imm(2) + side) * face_;
  }
  PrimExpr Page(const PrimExpr& tile_row, const Var& col) {
    arith::Analyzer simplifier;
    PrimExpr page = simplifier.Simplify(floordiv(starts_[Rank() - 1], Imm(kTileDim)) + col);
    page = tile_row * PageStride(kernel_, tensor_, accessor_, Rank() - 2) + page;
    for (size_t i = 0; i + 2 < Rank(); ++i) {
      if (is_zero(starts_[i])) continue;
      page = starts_[i] * PageStride(kernel_, tensor_, accessor_, i) + page;
    }
    return page;
  }

  KernelBody* kernel_;
  const CBDesc& desc_;
  const TensorAccessor& accessor_;
  Span span_;
  Buffer tensor_;
  ffi::Array<PrimExpr> starts_;
  PrimExpr cb_;
  PrimExpr face_row_, face_, tile_, faces_, cols_, all_rows_, tensor_rows_;
};

}  // namespace

Stmt ReadRows(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
              const TensorAccessor& tensor, const Span& span) {
  const auto* slice = call->args[0].as<BufferLoadNode>();
  return RowMover(kernel, slice, call->args[1], desc, tensor, span).Read(call->args[2]);
}

Stmt WriteRows(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
               const TensorAccessor& tensor, const Span& span) {
  const auto* slice = call->args[1].as<BufferLoadNode>();
  return RowMover(kernel, slice, call->args[0], desc, tensor, span).Write(call->args[2]);
}

}  // namespace tvm::tt
