/*! Buffers in place of others, in every statement that names them. */
#include "ir/buffer_rewriter.h"

#include "op/builtin.h"

namespace tvm::tt {

using namespace tirx;

const Buffer* BufferRewriter::Find(const Buffer& buffer) const {
  auto it = replaced_.find(buffer->data.get());
  return it == replaced_.end() ? nullptr : &it->second;
}

Stmt BufferRewriter::VisitStmt_(const SBlockNode* op) {
  ffi::Array<Buffer> buffers = op->alloc_buffers.Map([&](const Buffer& block) {
    Buffer replacement = Allocated(block);
    if (!replacement.same_as(block)) Replace(block, replacement);
    return replacement;
  });
  SBlock block = Downcast<SBlock>(StmtExprMutator::VisitStmt_(op));
  if (!block->alloc_buffers.same_as(buffers)) block.CopyOnWrite()->alloc_buffers = buffers;
  return block;
}

Stmt BufferRewriter::VisitStmt_(const BufferStoreNode* op) {
  BufferStore store = Downcast<BufferStore>(StmtExprMutator::VisitStmt_(op));
  const Buffer* to = Find(op->buffer);
  if (to == nullptr) return store;
  return BufferStore(*to, Stored(op->buffer, *to, store->value),
                     Arranged(op->buffer, *to, store->indices, 0), std::nullopt, store->span);
}

PrimExpr BufferRewriter::VisitExpr_(const BufferLoadNode* op) {
  BufferLoad load = Downcast<BufferLoad>(StmtExprMutator::VisitExpr_(op));
  const Buffer* to = Find(op->buffer);
  if (to == nullptr) return load;
  return BufferLoad(*to, Arranged(op->buffer, *to, load->indices, 0), std::nullopt, load->span);
}

PrimExpr BufferRewriter::VisitExpr_(const CallNode* op) {
  Call call = Downcast<Call>(StmtExprMutator::VisitExpr_(op));
  if (!call->op.same_as(tl::region())) return call;
  const Buffer& from = op->args[0].as<BufferLoadNode>()->buffer;
  const Buffer* to = Find(from);
  if (to == nullptr) return call;
  ffi::Array<PrimExpr> extents(call->args.begin() + 2, call->args.end());
  ffi::Array<PrimExpr> args{call->args[0], call->args[1]};
  for (const PrimExpr& extent : Arranged(from, *to, extents, 1)) args.push_back(extent);
  return Call(call->dtype, call->op, args, call->annotations, call->span);
}

}  // namespace tvm::tt
