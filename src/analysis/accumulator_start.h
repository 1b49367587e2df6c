/*! Which accumulators need no fill, since the matmul that follows overwrites them. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <unordered_set>

#include "ir/kernel_body.h"

namespace tvm::tt {

/*!
 * The tt.mm.init statements of a compute kernel that set zero and are surely followed by a matmul into their
 * accumulator: neither behind a branch nor in a loop that may run no step.
 */
std::unordered_set<const tirx::StmtNode*> ZerosBeforeMatmul(const KernelBody& kernel);

}  // namespace tvm::tt
