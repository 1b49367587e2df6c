/*!
 * A block of the unfolded image is read run by run: the channels of one pixel under one tap of the filter,
 * which are neighbours in the image, whose pixels are pages, and in the block, which is of rows.
 */
#include "passes/unfolded_reads.h"

#include <tvm/tirx/op.h>

#include <numeric>

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
  UnfoldedReader(KernelBody* kernel, const CallNode* call, const CBDesc& desc, const Span& span)
      : kernel_(kernel),
        desc_(desc),
        span_(span),
        image_(call->args[0].as<BufferLoadNode>()->buffer),
        cb_(call->args[1]),
        first_row_(call->args[2]),
        first_col_(call->args[3]),
        op_{image_, {}, {}, {}, Int(call, 4), Int(call, 5), Int(call, 6), Int(call, 7)},
        run_(std::gcd(desc->cols * kTileDim, Extent(3))) {
    const int64_t n = Extent(0), out_h = op_.Outputs(Extent(1)), out_w = op_.Outputs(Extent(2));
    height_ = Named("height", Extent(1));
    width_ = Named("width", Extent(2));
    channels_ = Named("channels", Extent(3));
    out_height_ = Named("out_height", out_h);
    out_width_ = Named("out_width", out_w);
    pixels_ = Named("pixels", n * out_h * out_w);
    taps_ = Named("taps", op_.kernel * op_.kernel);
    element_ = Imm(desc->page_size / (kTileDim * kTileDim));
    run_bytes_ = OfBlock("run_bytes", run_ * desc->page_size / (kTileDim * kTileDim));
    row_bytes_ = OfBlock("row_bytes", desc->cols * desc->page_size / kTileDim);
  }

  /*! Over the pixels of the block, over the runs of channels of a pixel. */
  Stmt Read() {
    PrimExpr rows = OfBlock("pixels", desc_->rows * kTileDim);
    const int64_t runs = desc_->cols * kTileDim / run_;
    Var row("row", DataType::Int(32)), run("run", DataType::Int(32));
    Lets let;
    Var pixel = let("pixel", first_row_ + row);
    Var image = let("image", floordiv(pixel, out_width_ * out_height_));
    Var out_row = let("out_row", floormod(floordiv(pixel, out_width_), out_height_));
    Var out_col = let("out_col", floormod(pixel, out_width_));
    Stmt body = ReadRun(row, runs > 1 ? PrimExpr(run) : Imm(0), pixel, image, out_row, out_col);
    if (runs > 1) body = Loop(run, OfBlock("runs", runs), body);
    return Loop(row, rows, let.Then(body));
  }

 private:
  static int64_t Int(const CallNode* call, int i) { return *as_const_int(call->args[i]); }
  int64_t Extent(int dim) const { return *as_const_int(image_->shape[dim]); }
  PrimExpr Named(const char* what, int64_t value) {
    return kernel_->Constant(std::string(image_->name) + "_" + what, value);
  }
  PrimExpr OfBlock(const char* what, int64_t value) {
    return kernel_->Constant(std::string(desc_->name) + "_" + what, value);
  }

  /*! One run: where it comes from in the padded image, or zeros. */
  Stmt ReadRun(const Var& row, const PrimExpr& run, const Var& pixel, const Var& image,
               const Var& out_row, const Var& out_col) {
    Lets let;
    Var k = let("k", first_col_ + run * Imm(run_));
    Var tap = let("tap", floordiv(k, channels_));
    Var h =
        let("h", out_row * Imm(op_.stride) + floordiv(tap, Imm(op_.kernel)) * Imm(op_.dilation));
    Var w =
        let("w", out_col * Imm(op_.stride) + floormod(tap, Imm(op_.kernel)) * Imm(op_.dilation));
    Var offset = let.Unsigned("offset", row * row_bytes_ + run * run_bytes_);
    PrimExpr pad = Imm(op_.pad);
    PrimExpr inside = pixel < pixels_ && tap < taps_;
    if (op_.pad > 0) inside = inside && h >= pad && w >= pad;
    inside = inside && h < height_ + pad && w < width_ + pad;
    Stmt zero = MakeStmt(Intrinsic::NocZero, {cb_, offset, run_bytes_}, span_);
    return let.Then(
        IfThenElse(inside, Fetch(image, h - pad, w - pad, floormod(k, channels_), offset), zero));
  }

  Stmt Fetch(const Var& image, const PrimExpr& y, const PrimExpr& x, const PrimExpr& channel,
             const Var& offset) {
    Lets let;
    Var page = let.Unsigned("page", (image * height_ + y) * width_ + x);
    Var start = let.Unsigned("start", channel * element_);
    return let.Then(MakeStmt(Intrinsic::NocReadPart,
                             {image_->data, page, start, cb_, offset, run_bytes_}, span_));
  }

  KernelBody* kernel_;
  const CBDesc& desc_;
  Span span_;
  Buffer image_;
  PrimExpr cb_, first_row_, first_col_;
  Im2Col op_;
  int64_t run_; /*!< channels read at a time: all of one tap that a row of the block has */
  PrimExpr height_, width_, channels_, out_height_, out_width_, pixels_, taps_;
  PrimExpr element_, run_bytes_, row_bytes_;
};

}  // namespace

Stmt ReadUnfolded(KernelBody* kernel, const CallNode* call, const CBDesc& desc, const Span& span) {
  return UnfoldedReader(kernel, call, desc, span).Read();
}

}  // namespace tvm::tt
