/*! InsertDSTManagementTT, tile loops: tile programs through DST. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! A tile loop on circular buffers: some tiles at a time, operation by operation. */
tirx::Stmt CutTileLoop(const tirx::For& loop, int64_t dst_capacity);

/*! The reader of an accumulator in DST: computes on its tiles in place, then packs them. */
tirx::Stmt PackResident(const tirx::For& loop);

}  // namespace tvm::tt
