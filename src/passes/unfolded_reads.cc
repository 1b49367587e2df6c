/*!
 * A block of the unfolded image is read one row of a face at a time: 16 channels of one pixel under one
 * tap of the filter, which are neighbours in a tile of the image, too.
 */
#include "passes/unfolded_reads.h"

#include <tvm/tirx/op.h>

#include "ir/im2col.h"
#include "ir/lets.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class UnfoldedReader {
 public:
  UnfoldedReader(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
                 const TensorAccessor& image, const Span& span)
      : kernel_(kernel),
        desc_(desc),
        span_(span),
        image_(call->args[0].as<BufferLoadNode>()->buffer),
        cb_(call->args[1]),
        first_row_(call->args[2]),
        first_col_(call->args[3]),
        op_{image_, {}, {}, {}, Int(call, 4), Int(call, 5), Int(call, 6), Int(call, 7)} {
    const int64_t n = Extent(0), out_h = op_.Outputs(Extent(1)), out_w = op_.Outputs(Extent(2));
    height_ = Named("height", Extent(1));
    width_ = Named("width", Extent(2));
    channels_ = Named("channels", Extent(3));
    out_height_ = Named("out_height", out_h);
    out_width_ = Named("out_width", out_w);
    pixels_ = Named("pixels", n * out_h * out_w);
    taps_ = Named("taps", op_.kernel * op_.kernel);
    line_tiles_ = Named("line_tiles", image->tile_strides[1]);
    col_tiles_ = Named("col_tiles", image->tile_strides[2]);
    const int64_t element = desc->page_size / (kTileDim * kTileDim);
    face_row_ = kernel->Constant("face_row_bytes", kFaceDim * element);
    face_ = kernel->Constant("face_bytes", kFaceDim * kFaceDim * element);
  }

  /*! Over the pixels of the block, over the runs of 16 channels of a pixel. */
  Stmt Read() {
    const std::string name = desc_->name;
    PrimExpr rows = kernel_->Constant(name + "_pixels", desc_->rows * kTileDim);
    PrimExpr runs = kernel_->Constant(name + "_runs", desc_->cols * 2);
    Var row("row", DataType::Int(32)), run("run", DataType::Int(32));
    Lets let;
    Var pixel = let("pixel", first_row_ + row);
    Var image = let("image", floordiv(pixel, out_width_ * out_height_));
    Var out_row = let("out_row", floormod(floordiv(pixel, out_width_), out_height_));
    Var out_col = let("out_col", floormod(pixel, out_width_));
    Stmt body = ReadRun(row, run, pixel, image, out_row, out_col);
    return Loop(row, rows, let.Then(Loop(run, runs, body)));
  }

 private:
  static int64_t Int(const CallNode* call, int i) { return *as_const_int(call->args[i]); }
  int64_t Extent(int dim) const { return *as_const_int(image_->shape[dim]); }
  PrimExpr Named(const char* what, int64_t value) {
    return kernel_->Constant(std::string(image_->name) + "_" + what, value);
  }

  /*! One row of a face: where it comes from in the padded image, or zeros. */
  Stmt ReadRun(const Var& row, const Var& run, const Var& pixel, const Var& image,
               const Var& out_row, const Var& out_col) {
    Lets let;
    Var k = let("k", first_col_ + run * Imm(kFaceDim));
    Var tap = let("tap", floordiv(k, channels_));
    Var channel = let("channel", floormod(k, channels_));
    Var h =
        let("h", out_row * Imm(op_.stride) + floordiv(tap, Imm(op_.kernel)) * Imm(op_.dilation));
    Var w =
        let("w", out_col * Imm(op_.stride) + floormod(tap, Imm(op_.kernel)) * Imm(op_.dilation));
    PrimExpr tile = floordiv(row, Imm(kTileDim)) * Imm(desc_->cols) + floordiv(run, Imm(2));
    Var offset = let.Unsigned("offset", tile * TileBytes() + InTile(row, floormod(run, Imm(2))));
    PrimExpr pad = Imm(op_.pad);
    PrimExpr inside = pixel < pixels_ && tap < taps_;
    if (op_.pad > 0) inside = inside && h >= pad && w >= pad;
    inside = inside && h < height_ + pad && w < width_ + pad;
    Stmt zero = MakeStmt(Intrinsic::NocZero, {cb_, offset, face_row_}, span_);
    return let.Then(IfThenElse(inside, Fetch(image, h - pad, w - pad, channel, offset), zero));
  }

  Stmt Fetch(const Var& image, const PrimExpr& y, const PrimExpr& x, const Var& channel,
             const Var& offset) {
    Lets let;
    Var col = let("col", x);
    Var page = let.Unsigned("page", (image * height_ + y) * line_tiles_ +
                                        floordiv(col, Imm(kTileDim)) * col_tiles_ +
                                        floordiv(channel, Imm(kTileDim)));
    Var start = let.Unsigned("start", InTile(col, Side(channel)));
    return let.Then(MakeStmt(Intrinsic::NocReadPart,
                             {image_->data, page, start, cb_, offset, face_row_}, span_));
  }

  /*! Which of the two faces along a dimension of a tile an index falls into. */
  static PrimExpr Side(const PrimExpr& index) {
    return floormod(floordiv(index, Imm(kFaceDim)), Imm(2));
  }
  /*! Offset in a tile of a row of 16 elements, on the left or right side. */
  PrimExpr InTile(const PrimExpr& row, const PrimExpr& side) const {
    return (Side(row) * Imm(2) + side) * face_ + floormod(row, Imm(kFaceDim)) * face_row_;
  }
  PrimExpr TileBytes() {
    return kernel_->Constant(std::string(desc_->name) + "_tile_bytes", desc_->page_size);
  }

  KernelBody* kernel_;
  const CBDesc& desc_;
  Span span_;
  Buffer image_;
  PrimExpr cb_, first_row_, first_col_;
  Im2Col op_;
  PrimExpr height_, width_, channels_, out_height_, out_width_, pixels_, taps_, line_tiles_,
      col_tiles_;
  PrimExpr face_row_, face_;
};

}  // namespace

Stmt ReadUnfolded(KernelBody* kernel, const CallNode* call, const CBDesc& desc,
                  const TensorAccessor& image, const Span& span) {
  return UnfoldedReader(kernel, call, desc, image, span).Read();
}

}  // namespace tvm::tt
