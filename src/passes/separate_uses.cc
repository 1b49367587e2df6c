/*!
 * Last step of LowerSharedToCB: the machine unpacks a 32-bit buffer either for the matrix unit or straight to
 * DST. A block that T.gemm and other compute use is copied to a buffer of the operand's own.
 *
 *   before   x = ...; T.gemm(x, B_s, C_l); for i, j in T.Parallel(64, 64): y[i, j] = x[i, j] * 2
 *   after    x = ...; T.copy(x, x_operand); T.gemm(x_operand, B_s, C_l); ... y[i, j] = x[i, j] * 2
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "analysis/block_access.h"
#include "analysis/use_counts.h"
#include "ir/replace_buffer.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/gemm.h"
#include "passes/lower_shared_to_cb.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Whether a leaf takes a block through a source register. */
bool Multiplies(const Stmt& leaf, const VarNode* data) {
  tl::TileOperator tile_op = tl::ParseOperator(leaf);
  const auto* gemm = tile_op.as<tl::GemmNode>();
  return gemm && (gemm->a_->data.get() == data || gemm->b_->data.get() == data);
}

/*! Finds the blocks of 32 bits that are operands of both kinds. */
class MixedUseFinder : public StmtVisitor {
 public:
  explicit MixedUseFinder(const CBTable& table) {
    for (const Buffer& cb : table.Buffers()) {
      if (cb->dtype.bits() == 32 && !IsBlockFormat(table.FormatOf(cb)))
        wide_.insert(cb->data.get());
    }
  }
  bool IsMixed(const VarNode* data) const { return multiplied_.count(data) && others_.count(data); }

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    if (IsBlockWrite(AsIntrinsic(stmt))) return;
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      if (access.kind != AccessKind::Read || !wide_.count(access.data)) continue;
      (Multiplies(stmt, access.data) ? multiplied_ : others_).insert(access.data);
    }
  }
  std::unordered_set<const VarNode*> wide_, multiplied_, others_;
};

class UseSeparator : public StmtMutator {
 public:
  UseSeparator(const MixedUseFinder& mixed, UseCounts counts, CBTable* table)
      : mixed_(mixed), counts_(std::move(counts)), table_(table) {}

 private:
  Stmt VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtMutator::VisitStmt(stmt);
    ffi::Array<Stmt> list;
    Stmt leaf = stmt;
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    if (const auto* gemm = tile_op.as<tl::GemmNode>()) {
      std::vector<Buffer> operands{gemm->a_};
      if (!gemm->b_.same_as(gemm->a_)) operands.push_back(gemm->b_);
      for (const Buffer& operand : operands) {
        if (!mixed_.IsMixed(operand->data.get())) continue;
        Buffer own = OperandOf(operand);
        if (!IsCopiedOnce(operand)) list.push_back(CopyBlock(operand, own, stmt->span));
        leaf = ReplaceBuffer(leaf, operand, own);
      }
    }
    list.push_back(leaf);
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      if (access.kind != AccessKind::Write || !mixed_.IsMixed(access.data)) continue;
      const Buffer block = BlockOf(access.data);
      if (IsCopiedOnce(block)) list.push_back(CopyBlock(block, OperandOf(block), stmt->span));
    }
    return SeqStmt::Flatten(list);
  }
  /*! Whether a block is copied where it is defined, because that is one place; otherwise at each product. */
  bool IsCopiedOnce(const Buffer& block) {
    const UseCount& count = counts_[block->data.get()];
    return count.writes == 1 && count.accumulates == 0;
  }
  Buffer BlockOf(const VarNode* data) const {
    for (const Buffer& cb : table_->Buffers()) {
      if (cb->data.get() == data) return cb;
    }
    TVM_FFI_UNREACHABLE();
  }
  /*! The buffer of an operand: one for the block, or one for the product. */
  Buffer OperandOf(const Buffer& block) {
    const std::string name = std::string(block->name) + "_operand";
    if (!IsCopiedOnce(block)) return table_->CreateLike(block, name, block->dtype);
    auto [it, fresh] = operands_.try_emplace(block->data.get(), Buffer());
    if (fresh) it->second = table_->CreateLike(block, name, block->dtype);
    return it->second;
  }

  const MixedUseFinder& mixed_;
  UseCounts counts_;
  CBTable* table_;
  std::map<const VarNode*, Buffer> operands_;
};

}  // namespace

Stmt SeparateUses(const Stmt& body, CBTable* table) {
  MixedUseFinder mixed(*table);
  mixed(body);
  return UseSeparator(mixed, CountUses(body), table)(body);
}

}  // namespace tvm::tt
