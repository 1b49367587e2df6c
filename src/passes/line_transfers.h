/*! LowerCBIntrinsics, reader and writer: blocks of row-major tensors. */
#pragma once

#include <tvm/arith/analyzer.h>

#include "ir/attrs.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*!
 * Reads of the first rows of one block, with zeros behind them and outside of the tensor; without reserve, push and last barrier. What the
 * prover knows to be inside is not asked. Sets `zeroes` if a barrier for zeros is needed behind it.
 */
tirx::Stmt ReadLines(KernelBody* kernel, const tirx::CallNode* call, const CBDesc& desc,
                     const TensorAccessor& tensor, arith::Analyzer* prover, bool* zeroes,
                     const Span& span);
/*! Writes of the first rows of one block; without wait, flush and pop. */
tirx::Stmt WriteLines(KernelBody* kernel, const tirx::CallNode* call, const CBDesc& desc,
                      const TensorAccessor& tensor, arith::Analyzer* prover, const Span& span);

}  // namespace tvm::tt
