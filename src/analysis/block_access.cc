/*! Accesses of leaf statements. */
#include "analysis/block_access.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>

#include "ir/im2col.h"
#include "ir/scalars.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "op/reduce.h"
#include "op/scan.h"
#include "op/transpose.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Collects accesses of one leaf, whatever its level. */
class Collector : public StmtExprVisitor {
 public:
  std::vector<BlockAccess> Finish() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const BlockAccess& a, const BlockAccess& b) { return a.kind < b.kind; });
    return found_;
  }

 private:
  void Note(const VarNode* data, AccessKind kind) {
    for (const BlockAccess& access : found_) {
      if (access.data == data && access.kind == kind) return;
    }
    found_.push_back({data, kind});
  }
  void Note(const Buffer& buffer, AccessKind kind) {
    if (IsBlockBuffer(buffer) || IsCB(buffer)) Note(buffer->data.get(), kind);
  }
  void Note(const PrimExpr& operand, AccessKind kind) {
    if (const auto* var = operand.as<VarNode>(); var && var->dtype.is_handle()) Note(var, kind);
  }

  void VisitStmt_(const EvaluateNode* op) final {
    if (IntrinsicCall intrinsic = AsIntrinsic(op->value)) {
      VisitIntrinsic(intrinsic);
      return;
    }
    if (auto im2col = AsIm2Col(ffi::GetRef<Stmt>(op))) {
      Note(im2col->block, AccessKind::Write);
      return;
    }
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      Note(copy->src, AccessKind::Read);
      Note(copy->dst, AccessKind::Write);
    } else if (const auto* fill = tile_op.as<tl::FillNode>()) {
      Note(fill->dst, AccessKind::Write);
    } else if (const auto* gemm = tile_op.as<tl::GemmNode>()) {
      Note(gemm->a_, AccessKind::Read);
      Note(gemm->b_, AccessKind::Read);
      Note(gemm->c_, is_one(gemm->clearAccum_) ? AccessKind::Write : AccessKind::Accumulate);
    } else if (const auto* scan = tile_op.as<tl::CumSumOpNode>()) {
      Note(scan->src, AccessKind::Read);
      Note(scan->dst, AccessKind::Write);
    } else if (const auto* transpose = tile_op.as<tl::TransposeNode>()) {
      Note(transpose->src, AccessKind::Read);
      Note(transpose->dst, AccessKind::Write);
    } else if (const auto* reduce = tile_op.as<tl::ReduceOpNode>()) {
      Note(reduce->src, AccessKind::Read);
      if (!reduce->clear) Note(reduce->dst, AccessKind::Read);
      Note(reduce->dst, AccessKind::Write);
    }
  }

  void VisitIntrinsic(const IntrinsicCall& intrinsic) {
    const auto& args = intrinsic.call->args;
    switch (intrinsic.row->id) {
      case Intrinsic::ReadToCB:
      case Intrinsic::ReadIm2Col:
      case Intrinsic::ReadRows:
      case Intrinsic::ReadLines:
        Note(args[1], AccessKind::Write);
        return;
      case Intrinsic::AskForBlocks:
      case Intrinsic::AskCore:
      case Intrinsic::AwaitBlocks:
        return;  // TakeBlock stands for what they do to the buffer
      case Intrinsic::SendToCore:
      case Intrinsic::SendBlocks:
        Note(args[0], AccessKind::Read);
        return;
      case Intrinsic::Tilize:
        Note(args[0], AccessKind::Read);
        Note(args[2], AccessKind::Write);
        return;
      case Intrinsic::Untilize:
        Note(args[0], AccessKind::Read);
        Note(args[1], AccessKind::Write);
        return;
      case Intrinsic::TakeBlock:
      case Intrinsic::Receive:
      case Intrinsic::AccumulatorInit:
        Note(args[0], AccessKind::Write);
        return;
      case Intrinsic::Mma:
        Note(args[0], AccessKind::Read);
        Note(args[1], AccessKind::Read);
        Note(args[2], is_one(args[4]) ? AccessKind::Write : AccessKind::Accumulate);
        return;
      case Intrinsic::Pack:
        Note(args[1], AccessKind::Write);
        return;
      default:
        for (const PrimExpr& arg : args) Note(arg, AccessKind::Read);
    }
  }

  void VisitExpr_(const BufferLoadNode* op) final {
    Note(op->buffer, AccessKind::Read);
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    Note(op->buffer, AccessKind::Write);
    StmtExprVisitor::VisitStmt_(op);
  }

  std::vector<BlockAccess> found_;
};

}  // namespace

bool IsTileLoop(const ForNode* loop) { return loop->annotations.count(Key(Attr::TileLoop)) > 0; }

bool IsLeaf(const Stmt& stmt) {
  if (const auto* loop = stmt.as<ForNode>()) {
    return loop->kind == ForKind::kParallel || IsTileLoop(loop);
  }
  if (IsScalarStore(stmt)) return false;
  return stmt->IsInstance<EvaluateNode>() || stmt->IsInstance<BufferStoreNode>();
}

bool CopiesFromTensor(const Stmt& leaf) {
  if (AsIm2Col(leaf)) return true;
  tl::TileOperator op = tl::ParseOperator(leaf);
  const auto* copy = op.as<tl::CopyNode>();
  return copy != nullptr && IsGlobal(copy->src);
}

std::vector<BlockAccess> LeafAccesses(const Stmt& leaf) {
  Collector collector;
  collector(leaf);
  return collector.Finish();
}

}  // namespace tvm::tt
