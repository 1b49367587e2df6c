/*! Tilize and Untilize in DST: rows of 32 become tiles, and tiles rows, in DST sections of their own. */
#pragma once

#include <tvm/tirx/stmt.h>

#include "ir/attrs.h"

namespace tvm::tt {

/*! Tiles that are untilized at a time: as many as DST holds of equal pieces of a row of tiles. */
int64_t UntilizedPiece(int64_t cols, int64_t dst_capacity);

/*! A block of rows, 32 rows at a time. Operands as of Tilize. */
tirx::Stmt TilizedRows(const tirx::CallNode* call, const CBDesc& rows, const Span& span);

/*! A block of tiles, one row of tiles at a time, each pushed when it is complete. Operands as of Untilize. */
tirx::Stmt UntilizedTiles(const tirx::CallNode* call, const CBDesc& block, int64_t dst_capacity,
                          const Span& span);

}  // namespace tvm::tt
