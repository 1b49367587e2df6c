/*! Cutting work to the capacity of DST. */
#include "analysis/dst_pressure.h"

#include <tvm/tirx/stmt_functor.h>

#include <algorithm>

#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

MatmulBlocking ChooseBlocking(int64_t rows, int64_t cols, int64_t dst_capacity, bool transpose_b,
                              bool resident) {
  MatmulBlocking best{1, 1};
  if (transpose_b && resident) return best;
  for (int64_t rt = 1; rt <= std::min(rows, dst_capacity); ++rt) {
    if (rows % rt != 0) continue;
    for (int64_t ct = 1; ct <= (transpose_b ? 1 : cols) && rt * ct <= dst_capacity; ++ct) {
      if (cols % ct != 0) continue;
      const int64_t size = rt * ct, best_size = best.rt * best.ct;
      if (size > best_size || (size == best_size && rt + ct < best.rt + best.ct)) best = {rt, ct};
    }
  }
  return best;
}

int64_t TileLoopRegisters(const For& loop) {
  int64_t registers = 0;
  PostOrderVisit(loop->body, [&](const ffi::ObjectRef& node) {
    const auto* alloc = node.as<AllocBufferNode>();
    if (alloc != nullptr && IsDst(alloc->buffer)) ++registers;
  });
  return registers;
}

int64_t TilesAtOnce(int64_t tiles, int64_t registers, int64_t dst_capacity) {
  int64_t at_once = 1;
  for (int64_t candidate = 1; candidate <= tiles && candidate * registers <= dst_capacity;
       ++candidate) {
    if (tiles % candidate == 0) at_once = candidate;
  }
  return at_once;
}

}  // namespace tvm::tt
