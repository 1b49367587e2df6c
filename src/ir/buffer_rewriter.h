/*! Base of the passes that put other buffers in place of tensors and blocks. */
#pragma once

#include <tvm/tirx/buffer.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_map>

namespace tvm::tt {

/*!
 * Replaces buffers in allocations, loads, stores and regions of tile operators. A subclass says what stands in
 * place of an allocated block, may replace parameters itself, and arranges indices and extents where the
 * new buffer has other dimensions.
 */
class BufferRewriter : public tirx::StmtExprMutator {
 protected:
  /*! What stands in place of a block; the block itself if it stays. */
  virtual tirx::Buffer Allocated(const tirx::Buffer& block) { return block; }
  /*! Indices (unit 0) or extents (unit 1) of an access of `from` in the dimensions of `to`. */
  virtual ffi::Array<PrimExpr> Arranged(const tirx::Buffer& from, const tirx::Buffer& to,
                                        const ffi::Array<PrimExpr>& items, int64_t unit) {
    return items;
  }

  /*! The value that is stored to `to` in place of one stored to `from`. */
  virtual PrimExpr Stored(const tirx::Buffer& from, const tirx::Buffer& to, const PrimExpr& value) {
    return value;
  }

  void Replace(const tirx::Buffer& from, const tirx::Buffer& to) {
    replaced_[from->data.get()] = to;
  }
  /*! What stands in place of a buffer, or null if it stays. */
  const tirx::Buffer* Find(const tirx::Buffer& buffer) const;

  using StmtExprMutator::VisitExpr_;
  using StmtExprMutator::VisitStmt_;
  tirx::Stmt VisitStmt_(const tirx::SBlockNode* op) override;
  tirx::Stmt VisitStmt_(const tirx::BufferStoreNode* op) override;
  PrimExpr VisitExpr_(const tirx::BufferLoadNode* op) override;
  PrimExpr VisitExpr_(const tirx::CallNode* op) override;

 private:
  std::unordered_map<const tirx::VarNode*, tirx::Buffer> replaced_;
};

}  // namespace tvm::tt
