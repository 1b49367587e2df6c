/*! One circular buffer in place of another. */
#include "ir/replace_buffer.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <utility>

namespace tvm::tt {

using namespace tirx;

namespace {

class BufferReplacer : public StmtExprMutator {
 public:
  BufferReplacer(Buffer from, Buffer to) : from_(std::move(from)), to_(std::move(to)) {}

 private:
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    if (!op->buffer.same_as(from_)) return StmtExprMutator::VisitExpr_(op);
    return BufferLoad(to_, op->indices);
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    BufferStore store = Downcast<BufferStore>(StmtExprMutator::VisitStmt_(op));
    if (!op->buffer.same_as(from_)) return store;
    PrimExpr value = store->value;
    if (value.dtype() != to_->dtype) value = Cast(to_->dtype, value);
    return BufferStore(to_, value, store->indices, std::nullopt, store->span);
  }
  PrimExpr VisitExpr_(const VarNode* op) final {
    return op == from_->data.get() ? PrimExpr(to_->data) : ffi::GetRef<Var>(op);
  }
  Buffer from_, to_;
};

}  // namespace

Stmt ReplaceBuffer(const Stmt& stmt, const Buffer& from, const Buffer& to) {
  return BufferReplacer(from, to)(stmt);
}

}  // namespace tvm::tt
