/*!
 * The vector unit sums down the columns of tiles. A running sum along rows is one down the transposed block; one
 * from the end is the total minus the sums from the start, which leave out the element itself.
 *
 *   before   T.cumsum(x, y, dim=1)
 *   after    T.transpose(x, x_t); T.cumsum(x_t, x_sums, dim=0); T.transpose(x_sums, y)
 *   before   T.cumsum(x, y, dim=0, reverse=True)
 *   after    T.cumsum(x, x_sums, dim=0); T.reduce_sum(x, x_total, dim=0)
 *            for i, j in T.Parallel(64, 64): y[i, j] = x_total[j] - x_sums[i, j] + x[i, j]
 */
#include "passes/forward_scans.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <string>
#include <vector>

#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/scan.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class ScanForwarder : public StmtMutator {
 private:
  Stmt VisitStmt_(const SBlockNode* op) final {
    SBlock block = Downcast<SBlock>(StmtMutator::VisitStmt_(op));
    for (const Buffer& buffer : created_) block.CopyOnWrite()->alloc_buffers.push_back(buffer);
    created_.clear();
    return block;
  }

  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* scan = tile_op.as<tl::CumSumOpNode>();
    if (scan == nullptr) return ffi::GetRef<Stmt>(op);
    Check(*scan, op->span);
    return scan->reverse ? FromEnd(*scan, op->span)
                         : FromStart(scan->src, scan->dst, scan->dim, op->span);
  }

  static void Check(const tl::CumSumOpNode& scan, const Span& span) {
    const size_t rank = scan.src->shape.size();
    const DataType dtype = scan.src->dtype;
    if (IsBlockBuffer(scan.src) && IsBlockBuffer(scan.dst) && rank <= 2 &&
        (dtype.is_float() || dtype.is_bfloat()) && (rank == 2 || !scan.reverse)) {
      return;
    }
    TT_USER_ERROR(span) << "T.cumsum of '" << scan.src->name << "' " << scan.src->shape << " ("
                        << dtype << ")" << (scan.reverse ? " from the end" : "")
                        << " is not supported. Supported: blocks of one or two dimensions of "
                           "floats; from the end, of two.";
  }

  Stmt FromStart(const Buffer& from, const Buffer& to, int dim, const Span& span) {
    if (dim == 0) return CumulateBlock(from, to, span);
    Buffer turned = Create(from, "_t", {from->shape[1], from->shape[0]});
    Buffer sums = Create(from, "_sums", turned->shape);
    return SeqStmt::Flatten(TransposeBlock(from, turned, span), CumulateBlock(turned, sums, span),
                            TransposeBlock(sums, to, span));
  }

  Stmt FromEnd(const tl::CumSumOpNode& scan, const Span& span) {
    const Buffer &x = scan.src, &y = scan.dst;
    Buffer sums = Create(x, "_forward", x->shape);
    Buffer total = Create(x, "_total", {x->shape[1 - scan.dim]});
    const Var index[2] = {Var("i", DataType::Int(32)), Var("j", DataType::Int(32))};
    const ffi::Array<PrimExpr> at{index[0], index[1]};
    PrimExpr rest = BufferLoad(total, {index[1 - scan.dim]}) - BufferLoad(sums, at);
    PrimExpr value = As(y->dtype, rest + As(DataType::Float(32), BufferLoad(x, at)));
    return SeqStmt::Flatten(FromStart(x, sums, scan.dim, span), SumBlock(x, total, scan.dim, span),
                            ParallelStore(y, at, value, span));
  }
  static PrimExpr As(DataType dtype, const PrimExpr& value) {
    return value.dtype() == dtype ? value : Cast(dtype, value);
  }

  /*! A float32 block. */
  Buffer Create(const Buffer& like, const char* suffix, const ffi::Array<PrimExpr>& shape) {
    const std::string name = std::string(like->name) + suffix;
    created_.push_back(MakeBlock(name, DataType::Float(32), shape, like->span));
    return created_.back();
  }

  std::vector<Buffer> created_;
};

}  // namespace

Stmt ForwardScans(const Stmt& body) { return ScanForwarder()(body); }

}  // namespace tvm::tt
