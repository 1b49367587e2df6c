/*! Uses of tensors that want rows, allow them, or want tiles. */
#include "passes/row_major_tensors.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <unordered_map>

#include "ir/errors.h"
#include "ir/im2col.h"
#include "ir/tiles.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class UseFinder : public StmtExprVisitor {
 public:
  std::unordered_map<const VarNode*, Span> unfolded; /*!< by T.im2col */
  std::unordered_set<const VarNode*> blocks;         /*!< moved by T.copy of matrices */
  std::unordered_set<const VarNode*> others;         /*!< vectors, elements, sums */

 private:
  void VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    if (auto im2col = AsIm2Col(stmt)) {
      unfolded.emplace(im2col->image->data.get(), op->span);
      VisitExpr(im2col->row_step);
      VisitExpr(im2col->col_step);
      return;
    }
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy == nullptr) return StmtExprVisitor::VisitStmt_(op);
    NoteCopied(copy->src, copy->dst, copy->src_range);
    NoteCopied(copy->dst, copy->src, copy->dst_range);
  }
  void NoteCopied(const Buffer& tensor, const Buffer& block, const ffi::Array<Range>& region) {
    if (!IsGlobal(tensor)) return;
    const bool matrix = block->shape.size() == 2 &&
                        std::none_of(block->shape.begin(), block->shape.end(),
                                     [](const PrimExpr& extent) { return is_one(extent); });
    (matrix ? blocks : others).insert(tensor->data.get());
    for (const Range& range : region) {
      VisitExpr(range->min);
      VisitExpr(range->extent);
    }
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    if (IsGlobal(op->buffer)) others.insert(op->buffer->data.get());
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    if (IsGlobal(op->buffer)) others.insert(op->buffer->data.get());
    StmtExprVisitor::VisitStmt_(op);
  }
};

/*! What tilize_block turns into tiles. */
bool CanBeTilized(DataType dtype) {
  return dtype == DataType::BFloat(16) || dtype == DataType::Float(32);
}

void CheckUnfolded(const Buffer& tensor, const UseFinder& uses, const Span& span) {
  if (uses.others.count(tensor->data.get())) {
    TT_USER_ERROR(span)
        << "T.im2col reads tensor '" << tensor->name
        << "', of which the kernel uses vectors or single elements, too. Supported: "
           "T.im2col and T.copy of blocks; pass the tensor a second time for the "
           "rest.";
  }
  if (!CanBeTilized(tensor->dtype)) {
    TT_USER_ERROR(span) << "T.im2col reads tensor '" << tensor->name << "' (" << tensor->dtype
                        << "). Supported: bfloat16, float16 and float32.";
  }
}

}  // namespace

std::unordered_set<const VarNode*> RowMajorTensors(const PrimFunc& func, bool on_device) {
  UseFinder uses;
  uses(func->body);
  std::unordered_set<const VarNode*> row_major;
  for (const auto& [param, tensor] : func->buffer_map) {
    const VarNode* data = tensor->data.get();
    auto unfolded = uses.unfolded.find(data);
    if (unfolded != uses.unfolded.end()) {
      CheckUnfolded(tensor, uses, unfolded->second);
      row_major.insert(data);
    } else if (on_device && uses.blocks.count(data) && !uses.others.count(data) &&
               CanBeTilized(tensor->dtype)) {
      row_major.insert(data);
    }
  }
  return row_major;
}

}  // namespace tvm::tt
