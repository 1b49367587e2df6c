/*! Step of PropagateTTLayout: blocks that are too wide for L1 are streamed in chunks of columns. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <cstdint>

namespace tvm::tt {

/*! Cuts the widest blocks into chunks, if all blocks together take more than `l1_bytes`. */
tirx::Stmt StreamWideBlocks(const tirx::Stmt& body, int64_t l1_bytes);

}  // namespace tvm::tt
