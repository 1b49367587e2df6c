/*! Which matmul accumulators can stay in the DST registers from their fill to their only use. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <cstdint>
#include <functional>
#include <unordered_set>

namespace tvm::tt {

using VarSet = std::unordered_set<const tirx::VarNode*>;

/*! Data variables of all buffers that a T.gemm accumulates into. */
VarSet FindAccumulators(const tirx::Stmt& body);

/*!
 * Data variables of the accumulators that stay in DST: filled, accumulated into and read once in one
 * statement list, with no other compute between, and small enough for one DST half together with
 * what their reader needs. `reader_registers` gives that need for a T.Parallel nest.
 */
VarSet FindResidentAccumulators(const tirx::Stmt& body, int64_t dst_capacity,
                                const std::function<int64_t(const tirx::For&)>& reader_registers);

}  // namespace tvm::tt
