/*!
 * Fourth step of LowerSharedToCB: a copy between two buffers whose source has no other use is dropped; the
 * source's definition then goes to the destination.
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "analysis/block_access.h"
#include "analysis/use_counts.h"
#include "ir/replace_buffer.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "passes/lower_shared_to_cb.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Drops copies between circular buffers whose source is defined in the same list only for them. */
class CopyForwarder : public StmtExprMutator {
 public:
  CopyForwarder(CBTable* table, UseCounts counts) : table_(table), counts_(std::move(counts)) {}

 private:
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    std::vector<Stmt> seq(op->seq.begin(), op->seq.end());
    for (size_t i = 0; i < seq.size(); ++i) {
      tl::TileOperator tile_op = tl::ParseOperator(seq[i]);
      const auto* copy = tile_op.as<tl::CopyNode>();
      if (copy == nullptr || !IsCB(copy->src) || !IsCB(copy->dst)) continue;
      const size_t def = Definition(seq, i, copy->src);
      if (def == i || !CanForward(*copy, seq[def])) continue;
      for (size_t j = def; j < i; ++j) seq[j] = ReplaceBuffer(seq[j], copy->src, copy->dst);
      table_->Drop(copy->src);
      seq.erase(seq.begin() + i--);
    }
    ffi::Array<Stmt> result;
    for (const Stmt& stmt : seq) result.push_back(VisitStmt(stmt));
    return SeqStmt::Flatten(result);
  }

  /*! Position of the leaf that defines the buffer, in front of position `end`; `end` if none. */
  static size_t Definition(const std::vector<Stmt>& seq, size_t end, const Buffer& buffer) {
    for (size_t i = 0; i < end; ++i) {
      if (!IsLeaf(seq[i])) continue;
      for (const BlockAccess& access : LeafAccesses(seq[i])) {
        if (access.data == buffer->data.get() && access.kind == AccessKind::Write) return i;
      }
    }
    return end;
  }

  bool CanForward(const tl::CopyNode& copy, const Stmt& def) {
    const UseCount& source = counts_[copy.src->data.get()];
    const UseCount& target = counts_[copy.dst->data.get()];
    if (source.reads != 1 || source.writes != 1 || source.accumulates != 0) return false;
    if (target.writes != 1 || target.accumulates != 0 || !SameShape(copy.src, copy.dst))
      return false;
    const bool same = copy.src->dtype == copy.dst->dtype &&
                      table_->FormatOf(copy.src) == table_->FormatOf(copy.dst);
    return same || def->IsInstance<ForNode>();
  }

  static bool SameShape(const Buffer& a, const Buffer& b) {
    return *as_const_int(a->shape[0]) == *as_const_int(b->shape[0]) &&
           *as_const_int(a->shape[1]) == *as_const_int(b->shape[1]);
  }

  CBTable* table_;
  UseCounts counts_;
};

}  // namespace

Stmt ForwardCopies(const Stmt& body, CBTable* table) {
  return CopyForwarder(table, CountUses(body))(body);
}

}  // namespace tvm::tt
