/*! LowerCBIntrinsics, reader and writer: blocks whose rows do not start on a tile of the tensor. */
#pragma once

#include "ir/attrs.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*! Reads of the first rows of one block from any row on, with zeros behind them and outside of the tensor; without reserve, push and last barrier. */
tirx::Stmt ReadRows(KernelBody* kernel, const tirx::CallNode* call, const CBDesc& desc,
                    const TensorAccessor& tensor, const Span& span);
/*! Writes of the first rows of one block to any row on; without wait, flush and pop. */
tirx::Stmt WriteRows(KernelBody* kernel, const tirx::CallNode* call, const CBDesc& desc,
                     const TensorAccessor& tensor, const Span& span);

}  // namespace tvm::tt
