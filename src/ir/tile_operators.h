/*! Construction of TileLang's tile operators on whole blocks. */
#pragma once

#include <tvm/tirx/buffer.h>
#include <tvm/tirx/stmt.h>

#include <string>

namespace tvm::tt {

/*! A new block buffer. */
tirx::Buffer MakeBlock(const std::string& name, DataType dtype, const ffi::Array<PrimExpr>& shape,
                       const Span& span, const char* scope = "local.fragment");
/*! The extents of a slice that make a block: those other than 1, or all if there are no more than two. */
ffi::Array<PrimExpr> BlockShape(const ffi::Array<PrimExpr>& extents);

/*! T.copy of one whole block to another. */
tirx::Stmt CopyBlock(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span);
/*! T.copy of the first rows of a block to a block of so many. */
tirx::Stmt CopyFirstRows(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span);
/*! T.fill of a whole block with a constant. */
tirx::Stmt FillBlock(const tirx::Buffer& block, double value, const Span& span);
/*! T.transpose of one whole block into another. */
tirx::Stmt TransposeBlock(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span);
/*! T.cumsum of a whole block over dimension 0. */
tirx::Stmt CumulateBlock(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span);
/*! T.reduce_sum of a whole block. */
tirx::Stmt SumBlock(const tirx::Buffer& from, const tirx::Buffer& to, int dim, const Span& span);
/*! T.gemm of two whole blocks, which sets the third. */
tirx::Stmt MultiplyBlocks(const tirx::Buffer& a, const tirx::Buffer& b, const tirx::Buffer& c,
                          const Span& span);
/*! T.Parallel over a whole block of two dimensions: target[indices] = value. */
tirx::Stmt ParallelStore(const tirx::Buffer& target, const ffi::Array<PrimExpr>& indices,
                         const PrimExpr& value, const Span& span);
/*! T.Parallel over a whole block: target = target + addend, in the dtype of the target. */
tirx::Stmt AddBlock(const tirx::Buffer& addend, const tirx::Buffer& target, const Span& span);

/*! T.copy between a slice of a tensor and a whole block. */
tirx::Stmt CopySlice(const tirx::Buffer& tensor, const ffi::Array<PrimExpr>& starts,
                     const ffi::Array<PrimExpr>& extents, const tirx::Buffer& block, bool to_tensor,
                     const Span& span);

}  // namespace tvm::tt
