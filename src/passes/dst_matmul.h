/*! InsertDSTManagementTT, block matmul: a whole-block matmul as steps on sub-blocks in DST. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/stmt.h>

#include "analysis/dst_pressure.h"
#include "ir/attrs.h"

namespace tvm::tt {

/*! A block matmul in tiles: acc[rows x cols] += a[rows x depth] @ b, cut into sub-blocks. */
struct BlockMatmul {
  PrimExpr a, b, acc;
  bool transpose; /*!< b holds cols x depth tiles */
  int64_t rows, cols, depth;
  MatmulBlocking blocking;
};

/*! Steps of a matmul whose accumulator is acquired in DST around it. */
tirx::Stmt ResidentMatmul(const BlockMatmul& m, const Span& span);

/*!
 * A matmul whose accumulator lies in L1: every sub-block goes through DST, and the packer adds it onto
 * the block if `accumulate` is 1, or overwrites.
 */
tirx::Stmt SpilledMatmul(const BlockMatmul& m, const PrimExpr& accumulate, const Span& span);

}  // namespace tvm::tt
