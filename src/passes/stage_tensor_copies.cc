/*!
 * The reader fills circular buffers and the writer empties them, so what goes from tensor to tensor passes
 * through a block: of the dimensions in which the source's slice has more than one element.
 *
 *   before   T.copy(A[bx * 32, 0, 0:64], B[0, bx * 32, 0:64])
 *   after    T.copy(A[bx * 32, 0, 0:64], A_block); T.copy(A_block, B[0, bx * 32, 0:64])
 */
#include "passes/stage_tensor_copies.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <string>
#include <vector>

#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Starts and extents of a slice. */
struct Slice {
  ffi::Array<PrimExpr> starts, extents;

  explicit Slice(const ffi::Array<Range>& ranges) {
    for (const Range& range : ranges) {
      starts.push_back(range->min);
      extents.push_back(range->extent);
    }
  }
};

class CopyStager : public StmtMutator {
 private:
  Stmt VisitStmt_(const SBlockNode* op) final {
    SBlock block = Downcast<SBlock>(StmtMutator::VisitStmt_(op));
    for (const Buffer& buffer : created_) block.CopyOnWrite()->alloc_buffers.push_back(buffer);
    created_.clear();
    return block;
  }

  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy == nullptr || !IsGlobal(copy->src) || !IsGlobal(copy->dst)) {
      return ffi::GetRef<Stmt>(op);
    }
    const Slice from(copy->src_range), to(copy->dst_range);
    const std::string name = std::string(copy->src->name) + "_block";
    Buffer block =
        MakeBlock(name, copy->src->dtype, BlockShape(from.extents), op->span, "shared.dyn");
    created_.push_back(block);
    return SeqStmt::Flatten(
        CopySlice(copy->src, from.starts, from.extents, block, /*to_tensor=*/false, op->span),
        CopySlice(copy->dst, to.starts, to.extents, block, /*to_tensor=*/true, op->span));
  }

  std::vector<Buffer> created_;
};

}  // namespace

Stmt StageTensorCopies(const Stmt& body) { return CopyStager()(body); }

}  // namespace tvm::tt
